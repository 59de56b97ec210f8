//! A func type against a function type that C declares.

use super::{CClosure, ClosureArg, ClosureResult, no_text};
use crate::c::{CKind, CScalar, CType, CTypes, Target};
use crate::c_extern::fit::{CFit, MAX_DEPTH, Misfit, misfit};
use crate::c_extern::signature::CParam;
use crate::scalar::{Class, Scalar};
use crate::types::{TypeId, TypeKind, TypeTable};

impl CFit<'_> {
    /// A func where C takes a pointer.
    pub(in crate::c_extern) fn closure(&self, func: TypeId, to: CType) -> Result<CParam, Misfit> {
        let CKind::Func(sig) = self.c.unaligned_kind(to) else {
            return misfit(format!("C takes a pointer to `{}`", self.c.name(to)), "");
        };
        let alike = |ty: TypeId, to: CType| self.points_alike(ty, to, MAX_DEPTH);
        match CClosure::fitting(func, self.types, sig, self.c, &alike) {
            Ok(_) => Ok(CParam::Func(func)),
            Err(misfits) => Err(Misfit::joined(misfits)),
        }
    }
}

/// A func type against a function type of C.
pub(super) struct Fit<'t> {
    pub(super) types: &'t TypeTable,
    pub(super) c: &'t CTypes,
    pub(super) alike: &'t dyn Fn(TypeId, CType) -> bool,
}

impl Fit<'_> {
    pub(super) fn arg(&self, ty: TypeId, given: CType) -> Option<ClosureArg> {
        if let Some(scalar) = self.c.as_scalar(given) {
            return self.number(self.types.as_scalar(ty)?, scalar);
        }
        match *self.c.unaligned_kind(given) {
            CKind::Pointer { to, constant } => match *self.types.kind(ty) {
                TypeKind::String if constant && self.c.as_scalar(to) == Some(CScalar::Char) => {
                    Some(ClosureArg::CopyText)
                }
                _ => self.is_pointer(ty, to).then_some(ClosureArg::InPlace),
            },
            CKind::Record(_) if self.is_record(ty, given) => {
                Some(ClosureArg::Struct(ty, self.types.layout(ty).size as u32))
            }
            _ => None,
        }
    }

    fn number(&self, taken: Scalar, given: CScalar) -> Option<ClosureArg> {
        let (class, bytes) = class_of(given)?;
        match (taken.class() == class, class) {
            (true, Class::Float) if taken.size() > bytes => Some(ClosureArg::Widen),
            (true, _) if taken.size() >= bytes => Some(ClosureArg::InPlace),
            _ => None,
        }
    }

    fn is_pointer(&self, ty: TypeId, to: CType) -> bool {
        match *self.types.kind(ty) {
            TypeKind::Scalar(scalar) => scalar == Scalar::Uintptr,
            TypeKind::Pointer(target) => match self.c.unaligned_kind(to) {
                CKind::Void => self.types.unshared_part(target).is_none(),
                _ => (self.alike)(target, to),
            },
            _ => false,
        }
    }

    fn is_record(&self, ty: TypeId, record: CType) -> bool {
        matches!(self.types.kind(ty), TypeKind::Struct(_)) && (self.alike)(ty, record)
    }

    pub(super) fn result(&self, results: &[TypeId], wanted: CType) -> Result<ClosureResult, Misfit> {
        let void = *self.c.unaligned_kind(wanted) == CKind::Void;
        match results {
            [] if void => Ok(ClosureResult::Void),
            [ty] if *self.types.kind(*ty) == TypeKind::String => no_text(),
            [ty] => self.returned(*ty, wanted).ok_or_else(|| self.other_result(self.types.name(*ty), wanted)),
            [] => Err(self.other_result("nothing".into(), wanted)),
            _ => Err(self.other_result("several values".into(), wanted)),
        }
    }

    fn returned(&self, ty: TypeId, wanted: CType) -> Option<ClosureResult> {
        if let Some(scalar) = self.c.as_scalar(wanted) {
            let (own, (class, bytes)) = (self.types.as_scalar(ty)?, class_of(scalar)?);
            return match (own.class() == class, class) {
                (false, _) => None,
                (true, Class::Float) if own.size() < bytes => Some(ClosureResult::Widen),
                (true, Class::Float) if own.size() > bytes => Some(ClosureResult::Round),
                (true, _) if own.size() > bytes => Some(ClosureResult::Narrow { class, bytes: bytes as u8 }),
                (true, _) => Some(ClosureResult::InPlace),
            };
        }
        match *self.c.unaligned_kind(wanted) {
            CKind::Pointer { to, .. } => self.is_pointer(ty, to).then_some(ClosureResult::Pointer),
            CKind::Record(_) => {
                let size = self.types.layout(ty).size as u32;
                self.is_record(ty, wanted).then_some(ClosureResult::Struct(size))
            }
            _ => None,
        }
    }

    #[cold]
    pub(super) fn misfit_of(&self, index: usize, ty: TypeId, given: CType) -> Misfit {
        let (given, taken) = (self.c.name(given), self.types.name(ty));
        let problem = format!("parameter {}: C gives `{given}`, and the closure takes {taken}", index + 1);
        Misfit { problem, advice: String::new() }
    }

    #[cold]
    fn other_result(&self, returned: String, wanted: CType) -> Misfit {
        let wanted = match self.c.unaligned_kind(wanted) {
            CKind::Void => "nothing".into(),
            _ => format!("`{}`", self.c.name(wanted)),
        };
        let problem = format!("the result: C takes {wanted}, and the closure returns {returned}");
        Misfit { problem, advice: String::new() }
    }
}

/// The class and the width of what Vo has too.
fn class_of(scalar: CScalar) -> Option<(Class, usize)> {
    let bytes = scalar.size(Target::HOST);
    (bytes <= 8 && scalar != CScalar::LongDouble).then(|| (scalar.class(Target::HOST), bytes))
}
