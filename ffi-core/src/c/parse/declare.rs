//! Names are kept: each once, or again with the same type.

use super::attribute::Attributes;
use super::declarations::{CConstant, CFunction, CPlace, CTypedef, CValue, CVariable, Named};
use super::error::{CError, CSpan};
use super::parser::{Failed, Parsed, Parser};
use super::specifiers::{Specifiers, Storage};
use crate::c::{CKind, CType, CTypes, Convention, FuncSig, Target};

/// A name with its type, as a declaration has it.
pub(super) struct Declared<'t> {
    pub(super) name: &'t str,
    pub(super) span: CSpan,
    pub(super) ty: CType,
    pub(super) constant: bool,
    pub(super) symbol: Option<String>,
    pub(super) params: Vec<Option<String>>,
    pub(super) nonnull: Vec<bool>,
    pub(super) prototype: bool,
    pub(super) noreturn: bool,
    pub(super) thread_local: bool,
    /// The value of a constant.
    pub(super) value: Option<CValue>,
    /// Whether there is some value.
    pub(super) has_value: bool,
    /// Whether its declaration has an error: then nobody is told that it does not fit another one.
    pub(super) is_wrong: bool,
}

impl Parser<'_, '_> {
    /// Keeps a name as what its declaration says.
    pub(super) fn declare(
        &mut self,
        specifiers: &Specifiers,
        declared: Declared<'_>,
        attributes: &Attributes,
    ) -> Parsed<()> {
        let storage = specifiers.storage.map(|(storage, _)| storage);
        if declared.is_wrong {
            self.out.names.entry(declared.name.to_string()).or_insert(Named::Wrong);
            return Ok(());
        }
        if let Some((Storage::Auto | Storage::Register, span)) = specifiers.storage {
            return Err(
                self.fail(CError::new(span, "`auto` and `register` have no meaning outside functions"))
            );
        }
        if storage == Some(Storage::Typedef) {
            return self.declare_typedef(specifiers, declared, attributes);
        }
        if let CKind::Func(_) = self.out.types.unaligned_kind(declared.ty) {
            return self.declare_function(specifiers, declared);
        }
        if let Some(span) = specifiers.inline {
            let message = format!("`{}` is a variable, which cannot be `inline`", declared.name);
            self.report(CError::new(span, message));
        }
        if *self.out.types.unaligned_kind(declared.ty) == CKind::Void && storage != Some(Storage::Extern) {
            let message = format!("the variable `{}` has the type `void`", declared.name);
            return Err(self.fail(CError::new(declared.span, message)));
        }
        match declared.value {
            Some(_) => self.declare_constant(declared),
            None => self.declare_variable(specifiers, declared),
        }
    }

    fn declare_typedef(
        &mut self,
        specifiers: &Specifiers,
        declared: Declared<'_>,
        attributes: &Attributes,
    ) -> Parsed<()> {
        if let Some((_, span)) = specifiers.alignas {
            self.report(CError::new(span, "`_Alignas` on a typedef"));
        }
        self.name_by_typedef(specifiers, &declared);
        if attributes.transparent {
            self.make_transparent(declared.ty);
        }
        let mut ty = declared.ty;
        if let Some(align) = attributes.aligned {
            ty = self.with_alignment(ty, align, declared.span)?;
        }
        let place = self.place(declared.span);
        if let Some(&Named::Typedef(index)) = self.out.names.get(declared.name) {
            let before = &self.out.typedefs[index];
            let same_type = self.compatible(before.ty, ty)
                || self.may_repeat(before.place) && self.same_type(before.ty, ty);
            let same = same_type && before.constant == declared.constant;
            let before_place = before.place;
            return if same {
                Ok(())
            } else {
                Err(self.other_type(declared.name, declared.span, before_place))
            };
        }
        if !self.is_new_name(declared.name, declared.span) {
            return Err(Failed);
        }
        self.out.names.insert(declared.name.to_string(), Named::Typedef(self.out.typedefs.len()));
        let (name, constant) = (declared.name.to_string(), declared.constant);
        self.out.typedefs.push(CTypedef { name, ty, constant, place });
        Ok(())
    }

    /// A struct or enum without a tag has the name of its first typedef.
    fn name_by_typedef(&mut self, specifiers: &Specifiers, declared: &Declared<'_>) {
        if !specifiers.tagged || specifiers.ty.ty != declared.ty {
            return;
        }
        let name = declared.name.to_string();
        match *self.out.types.kind(declared.ty) {
            CKind::Record(id) if self.out.types.record(id).tag.is_none() => {
                let record = self.out.types.record_mut(id);
                record.tag = Some(name);
                record.named_by_typedef = true;
            }
            CKind::Enum(id) if self.out.types.enumeration(id).tag.is_none() => {
                let enumeration = self.out.types.enumeration_mut(id);
                enumeration.tag = Some(name);
                enumeration.named_by_typedef = true;
            }
            _ => {}
        }
    }

    fn declare_function(&mut self, specifiers: &Specifiers, declared: Declared<'_>) -> Parsed<()> {
        if specifiers.thread_local {
            let message = format!("`{}` is a function, which cannot be thread-local", declared.name);
            self.report(CError::new(specifiers.span, message));
        }
        let place = self.place(declared.span);
        let Some(&Named::Function(index)) = self.out.names.get(declared.name) else {
            if !self.is_new_name(declared.name, declared.span) {
                return Err(Failed);
            }
            let name = declared.name.to_string();
            self.out.names.insert(name.clone(), Named::Function(self.out.functions.len()));
            self.out.functions.push(CFunction {
                symbol: declared.symbol.unwrap_or_else(|| name.clone()),
                name,
                ty: declared.ty,
                params: declared.params,
                nonnull: declared.nonnull,
                prototype: declared.prototype,
                noreturn: declared.noreturn,
                is_static: specifiers.storage.is_some_and(|(storage, _)| storage == Storage::Static),
                place,
            });
            return Ok(());
        };
        let before = &self.out.functions[index];
        if !self.same_function(before, &declared) {
            let place = before.place;
            return Err(self.other_type(declared.name, declared.span, place));
        }
        let before = &mut self.out.functions[index];
        before.noreturn |= declared.noreturn;
        if let (Some(symbol), true) = (declared.symbol, before.symbol == before.name) {
            before.symbol = symbol;
        }
        if declared.prototype && !before.prototype {
            before.prototype = true;
            before.ty = declared.ty;
            before.params = declared.params;
            before.nonnull = declared.nonnull;
        } else {
            before.nonnull.iter_mut().zip(declared.nonnull).for_each(|(before, here)| *before |= here);
        }
        Ok(())
    }

    /// Whether two declarations of a function agree; one without its parameters says nothing about them.
    fn same_function(&self, before: &CFunction, declared: &Declared<'_>) -> bool {
        if before.prototype && declared.prototype {
            return self.compatible(before.ty, declared.ty);
        }
        let result = |ty| self.out.types.as_func(ty).map(|sig| sig.result);
        match (result(before.ty), result(declared.ty)) {
            (Some(a), Some(b)) => self.compatible(a, b),
            _ => false,
        }
    }

    fn declare_constant(&mut self, declared: Declared<'_>) -> Parsed<()> {
        let place = self.place(declared.span);
        let Some(value) = declared.value else { return Ok(()) };
        // `extern const int n; const int n = 4;`
        if let Some(&Named::Variable(index)) = self.out.names.get(declared.name) {
            let before = &self.out.variables[index];
            if !self.compatible(before.ty, declared.ty) {
                let place = before.place;
                return Err(self.other_type(declared.name, declared.span, place));
            }
            self.out.variables[index].is_extern = false;
            return Ok(());
        }
        if self.is_repeated_constant(declared.name, &value) {
            return Ok(());
        }
        if !self.is_new_name(declared.name, declared.span) {
            return Err(Failed);
        }
        let name = declared.name.to_string();
        self.out.names.insert(name.clone(), Named::Constant(self.out.constants.len()));
        self.out.constants.push(CConstant { name, ty: declared.ty, of: None, value, place });
        Ok(())
    }

    fn declare_variable(&mut self, specifiers: &Specifiers, declared: Declared<'_>) -> Parsed<()> {
        let place = self.place(declared.span);
        let storage = specifiers.storage.map(|(storage, _)| storage);
        let is_extern = storage == Some(Storage::Extern) && !declared.has_value;
        let Some(&Named::Variable(index)) = self.out.names.get(declared.name) else {
            if !self.is_new_name(declared.name, declared.span) {
                return Err(Failed);
            }
            let name = declared.name.to_string();
            self.out.names.insert(name.clone(), Named::Variable(self.out.variables.len()));
            self.out.variables.push(CVariable {
                symbol: declared.symbol.unwrap_or_else(|| name.clone()),
                name,
                ty: declared.ty,
                constant: declared.constant,
                is_extern,
                is_static: storage == Some(Storage::Static),
                thread_local: declared.thread_local,
                place,
            });
            return Ok(());
        };
        let before = &self.out.variables[index];
        if !self.compatible(before.ty, declared.ty) || before.constant != declared.constant {
            let place = before.place;
            return Err(self.other_type(declared.name, declared.span, place));
        }
        let open = matches!(self.out.types.kind(before.ty), CKind::Array { len: None, .. });
        let before = &mut self.out.variables[index];
        before.is_extern &= is_extern;
        if open {
            before.ty = declared.ty;
        }
        if let (Some(symbol), true) = (declared.symbol, before.symbol == before.name) {
            before.symbol = symbol;
        }
        Ok(())
    }

    /// Whether a name is free; if not, says what it is.
    pub(super) fn is_new_name(&mut self, name: &str, span: CSpan) -> bool {
        let (what, place) = match self.out.names.get(name) {
            None => return true,
            Some(Named::Wrong) => return true,
            Some(&Named::Function(index)) => ("a function", self.out.functions[index].place),
            Some(&Named::Variable(index)) => ("a variable", self.out.variables[index].place),
            Some(&Named::Constant(index)) => ("a constant", self.out.constants[index].place),
            Some(&Named::Typedef(index)) => ("a type", self.out.typedefs[index].place),
        };
        let error = CError::new(span, format!("`{name}` is declared again"));
        let error = self.with_place(error, place, &format!("{what} of this name"));
        self.report(error);
        false
    }

    fn other_type(&mut self, name: &str, span: CSpan, before: CPlace) -> Failed {
        let error = CError::new(span, format!("`{name}` is declared with another type before"));
        let error = self.with_place(error, before, "declared here");
        self.fail(error)
    }

    /// An error with the place of an earlier declaration, where that is in the same text.
    pub(super) fn with_place(&self, error: CError, place: CPlace, label: &str) -> CError {
        if self.is_here(place) {
            error.secondary(place.span, label)
        } else {
            error.note("the other one is in an earlier text")
        }
    }

    fn compatible(&self, a: CType, b: CType) -> bool {
        compatible(&self.out.types, &self.out.target, a, b)
    }
}

/// Whether two types are C's compatible ones: equal, or an enum and its integer, or arrays of which one has no length.
fn compatible(types: &CTypes, target: &Target, a: CType, b: CType) -> bool {
    if a == b {
        return true;
    }
    let same = |a: CType, b: CType| compatible(types, target, a, b);
    match (types.unaligned_kind(a), types.unaligned_kind(b)) {
        (CKind::Pointer { to: a, constant }, CKind::Pointer { to: b, constant: other }) => {
            constant == other && same(*a, *b)
        }
        (CKind::Array { of: a, len }, CKind::Array { of: b, len: other }) => {
            (len == other || len.is_none() || other.is_none()) && same(*a, *b)
        }
        (CKind::Func(a), CKind::Func(b)) => {
            a.params.len() == b.params.len()
                && a.variadic == b.variadic
                && convention(a, target) == convention(b, target)
                && same(a.result, b.result)
                && a.params.iter().zip(&b.params).all(|(&a, &b)| same(a, b))
        }
        (CKind::Enum(_), CKind::Enum(_)) => false,
        (CKind::Enum(id), kind @ CKind::Scalar(_)) | (kind @ CKind::Scalar(_), CKind::Enum(id)) => {
            *kind == CKind::Scalar(types.enumeration(*id).underlying)
        }
        (a, b) => a == b,
    }
}

/// The convention of a function, the target's own one included.
fn convention(sig: &FuncSig, target: &Target) -> Option<Convention> {
    let own = match target.name {
        "linux-x64" => Some(Convention::SysV64),
        "windows-x64" => Some(Convention::Win64),
        _ => None,
    };
    sig.convention.or(own)
}
