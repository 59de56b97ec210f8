//! Which values of Vo a C function takes: a type of Vo against a parameter of a prototype.

use crate::c::{CKind, CScalar, CType, CTypes, Target};
use crate::c_extern::signature::CParam;
use crate::scalar::{Class, Scalar};
use crate::types::{TypeId, TypeKind, TypeTable};

/// How deep pointers to pointers are compared.
pub(super) const MAX_DEPTH: u32 = 4;

/// What a type of Vo and a type of C are compared by.
///
/// ```
/// use vo_ffi_core::c::{CScalar, CType, CTypes};
/// use vo_ffi_core::{CFit, CParam, Scalar, TypeId, TypeTable};
/// let (types, mut c) = (TypeTable::new(), CTypes::new());
/// let int = CType::scalar(CScalar::Int);
/// let ints = c.pointer_to(int);
/// let fit = CFit { types: &types, c: &c, made: &|_| None };
/// // Vo's int has 64 bits: what does not fit into C's is found when it is passed.
/// let narrow = CParam::Convert { from: Scalar::Int, to: Scalar::Int32 };
/// assert_eq!(fit.param(TypeId::INT, int), Ok(narrow));
/// let misfit = fit.param(TypeId::BYTES, ints).unwrap_err();
/// assert_eq!(misfit.problem, "its elements are uint8 of 8 bits, and C's are `int` of 32 bits");
/// ```
#[derive(Clone, Copy)]
pub struct CFit<'t> {
    /// Vo's types.
    pub types: &'t TypeTable,
    /// C's.
    pub c: &'t CTypes,
    /// The type of C that a type of Vo was made from, where it was.
    pub made: &'t dyn Fn(TypeId) -> Option<CType>,
}

/// Why a value cannot be passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// What is wrong, in words that go on "cannot use x as …:".
    pub problem: String,
    /// What to write instead; may be empty.
    pub advice: String,
}

pub(super) fn misfit<T>(problem: impl Into<String>, advice: impl Into<String>) -> Result<T, Misfit> {
    Err(Misfit { problem: problem.into(), advice: advice.into() })
}

impl CScalar {
    /// Vo's scalar with the same bytes; none for 128 bits and for `long double`.
    ///
    /// ```
    /// use vo_ffi_core::Scalar;
    /// use vo_ffi_core::c::{CScalar, Target};
    /// assert_eq!(CScalar::Long.in_vo(&Target::LINUX_X64), Some(Scalar::Int64));
    /// assert_eq!(CScalar::LongDouble.in_vo(&Target::LINUX_X64), None);
    /// ```
    pub fn in_vo(self, target: &Target) -> Option<Scalar> {
        if self == CScalar::LongDouble {
            return None;
        }
        Some(match (self.class(target), self.size(target)) {
            (Class::Bool, _) => Scalar::Bool,
            (Class::Signed, 1) => Scalar::Int8,
            (Class::Signed, 2) => Scalar::Int16,
            (Class::Signed, 4) => Scalar::Int32,
            (Class::Signed, 8) => Scalar::Int64,
            (Class::Unsigned, 1) => Scalar::Uint8,
            (Class::Unsigned, 2) => Scalar::Uint16,
            (Class::Unsigned, 4) => Scalar::Uint32,
            (Class::Unsigned, 8) => Scalar::Uint64,
            (Class::Float, 4) => Scalar::Float32,
            (Class::Float, 8) => Scalar::Float64,
            _ => return None,
        })
    }
}

/// The scalar of Vo that a type of C is.
fn want_in_vo(c: &CTypes, ty: CType) -> Option<Scalar> {
    c.as_scalar(ty).and_then(|scalar| scalar.in_vo(Target::HOST))
}

impl CFit<'_> {
    /// How a value of type `ty` becomes an argument for a parameter of type `want`.
    ///
    /// # Errors
    /// Why it does not.
    pub fn param(&self, ty: TypeId, want: CType) -> Result<CParam, Misfit> {
        match self.c.unaligned_kind(want) {
            CKind::Scalar(_) | CKind::Enum(_) => {
                let scalar = self.c.as_scalar(want).unwrap_or(CScalar::Int);
                self.number(ty, scalar)
            }
            CKind::Pointer { to, constant } => self.pointer(ty, *to, *constant),
            CKind::Record(_) if self.is(ty, want) => Ok(CParam::Struct(ty)),
            CKind::Record(_) => match self.types.kind(ty) {
                TypeKind::Struct(_) => self.same_record(ty, want).map(|()| CParam::Struct(ty)),
                TypeKind::Pointer(_) => misfit("C takes the struct itself", "pass what it points to: `*p`"),
                _ => misfit(format!("C takes a `{}`", self.c.name(want)), ""),
            },
            _ => misfit(format!("Vo has no values of C's `{}`", self.c.name(want)), ""),
        }
    }

    /// What an argument behind the parameters of a variadic function is in C, promoted, and how it becomes that.
    ///
    /// # Errors
    /// Why C cannot take it.
    pub fn extra(&self, ty: TypeId) -> Result<(CType, CParam), Misfit> {
        if let Some(record) = (self.made)(ty).filter(|&made| self.c.as_record(made).is_some()) {
            return Ok((record, CParam::Struct(ty)));
        }
        match self.types.kind(ty) {
            TypeKind::Scalar(scalar) => Ok(match (scalar.class(), scalar.size()) {
                (Class::Float, 4) => {
                    let to = Scalar::Float64;
                    (CType::scalar(CScalar::Double), CParam::Convert { from: *scalar, to })
                }
                (Class::Float, _) => (CType::scalar(CScalar::Double), CParam::Scalar(*scalar)),
                (Class::Unsigned, 4) => (CType::scalar(CScalar::UnsignedInt), CParam::Scalar(*scalar)),
                (_, 1 | 2 | 4) => (CType::scalar(CScalar::Int), CParam::Scalar(*scalar)),
                (Class::Unsigned, _) => (CType::scalar(CScalar::UnsignedLong), CParam::Scalar(*scalar)),
                _ => (CType::scalar(CScalar::Long), CParam::Scalar(*scalar)),
            }),
            TypeKind::String => Ok((CType::POINTER, CParam::String)),
            _ => self.pointer(ty, CType::VOID, false).map(|param| (CType::POINTER, param)),
        }
    }

    fn number(&self, ty: TypeId, want: CScalar) -> Result<CParam, Misfit> {
        let TypeKind::Scalar(from) = *self.types.kind(ty) else {
            return misfit(
                format!("C takes a number, `{}`", want.name()),
                match self.types.kind(ty) {
                    TypeKind::Pointer(_) => {
                        "pass what it points to, or its address as a number: `uintptr(p)`"
                    }
                    _ => "",
                },
            );
        };
        if want == CScalar::LongDouble {
            return match from {
                Scalar::Float64 => Ok(CParam::LongDouble),
                _ => misfit("C takes a `long double`", "convert it: `float64(x)`"),
            };
        }
        let Some(to) = want.in_vo(Target::HOST) else {
            return misfit(format!("Vo has no numbers like C's `{}`", want.name()), "");
        };
        let range = |scalar: Scalar| scalar.range().unwrap_or_default();
        let character = want == CScalar::Char && from.size() == 1;
        match (from.class(), to.class()) {
            (Class::Bool, Class::Bool) => Ok(CParam::Scalar(from)),
            (Class::Bool, _) => misfit(format!("C takes a number, `{}`", want.name()), "pass 1 or 0"),
            (_, Class::Bool) => misfit("C takes a truth value, `_Bool`", "compare it: `x != 0`"),
            (Class::Float, Class::Float) if from.size() == to.size() => Ok(CParam::Scalar(from)),
            (Class::Float, Class::Float) => Ok(CParam::Convert { from, to }),
            (Class::Float, _) => {
                misfit(format!("C takes an integer, `{}`", want.name()), "convert it: `int(x)`")
            }
            (_, Class::Float) => misfit(format!("C takes a `{}`", want.name()), "convert it: `float64(x)`"),
            _ if character || range(from).0 >= range(to).0 && range(from).1 <= range(to).1 => {
                Ok(CParam::Scalar(from))
            }
            _ => Ok(CParam::Convert { from, to }),
        }
    }

    fn pointer(&self, ty: TypeId, to: CType, constant: bool) -> Result<CParam, Misfit> {
        match self.types.kind(ty) {
            TypeKind::Scalar(Scalar::Uintptr) => Ok(CParam::Scalar(Scalar::Uintptr)),
            TypeKind::String => self.text(to, constant),
            TypeKind::Slice(elem) => {
                self.target(*elem, to, "its elements are").map(|()| CParam::Slice(*elem))
            }
            TypeKind::Pointer(target) => {
                self.target(*target, to, "it points to").map(|()| CParam::Pointer(*target))
            }
            TypeKind::Func(_) => self.closure(ty, to),
            TypeKind::Struct(_) | TypeKind::Array(..) => {
                misfit("C takes a pointer", "pass its address: `&x`")
            }
            TypeKind::Scalar(_) => misfit("C takes a pointer", "pass the address of a variable: `&x`"),
            TypeKind::Map(..) => misfit("C has no maps", "pass the keys and the values as slices"),
            TypeKind::Interface(_) => misfit("C needs one exact type", "assert the type: `x.(T)`"),
            _ => misfit(format!("C takes a pointer to `{}`", self.c.name(to)), ""),
        }
    }

    /// A string where C takes a pointer: to characters, or to any bytes that it only reads.
    fn text(&self, to: CType, constant: bool) -> Result<CParam, Misfit> {
        let unit =
            self.c.as_scalar(to).filter(|scalar| scalar.is_integer()).map(|scalar| scalar.size(Target::HOST));
        let param = match (self.c.unaligned_kind(to), unit) {
            (CKind::Void, _) => CParam::Bytes,
            (_, Some(1)) => CParam::String,
            (_, Some(unit @ (2 | 4))) => CParam::WideString { unit: unit as u8 },
            _ => return misfit(format!("C takes a pointer to `{}`, which is no text", self.c.name(to)), ""),
        };
        if constant {
            return Ok(param);
        }
        misfit(
            format!("C may write to what it takes, `{} *`, and strings never change", self.c.name(to)),
            "pass a []byte with room for it, or a copy that C owns: `C.CString(s)`",
        )
    }

    /// Whether C sees what it expects behind a pointer.
    fn target(&self, ty: TypeId, to: CType, what: &str) -> Result<(), Misfit> {
        if let Some((path, part)) = self.types.unshared_part(ty) {
            let place = if path.is_empty() { what.to_string() } else { format!("its field `{path}` is") };
            return misfit(format!("{place} {}, which C cannot share", self.types.name(part)), "");
        }
        if self.points_alike(ty, to, MAX_DEPTH) {
            return Ok(());
        }
        if let (TypeKind::Struct(_), CKind::Record(_)) = (self.types.kind(ty), self.c.unaligned_kind(to)) {
            return self.same_record(ty, to);
        }
        let verb = if what.ends_with("are") { "are" } else { "points to" };
        let (own, c) = (self.types.name(ty), self.c.name(to));
        // `int` is a word of both, for different things.
        let sizes = match (self.types.as_scalar(ty), self.c.as_scalar(to)) {
            (Some(scalar), Some(want)) if scalar.size() != want.size(Target::HOST) => {
                [scalar.size(), want.size(Target::HOST)].map(|bytes| format!(" of {} bits", 8 * bytes))
            }
            _ => Default::default(),
        };
        let advice = match want_in_vo(self.c, to) {
            Some(scalar) if what.ends_with("are") => format!("make it a []{}", scalar.name()),
            _ => String::new(),
        };
        misfit(format!("{what} {own}{}, and C's {verb} `{c}`{}", sizes[0], sizes[1]), advice)
    }

    fn is(&self, ty: TypeId, want: CType) -> bool {
        (self.made)(ty).is_some_and(|made| self.c.unaligned_kind(made) == self.c.unaligned_kind(want))
    }

    /// Whether a pointer to the one can be used as a pointer to the other.
    pub(super) fn points_alike(&self, ty: TypeId, to: CType, depth: u32) -> bool {
        let kind = self.c.unaligned_kind(to);
        if *kind == CKind::Void || self.is(ty, CType::VOID) || self.is(ty, to) {
            return true;
        }
        match (self.types.kind(ty), kind) {
            (TypeKind::Array(elem, len), CKind::Array { of, len: want }) => {
                // Of an array of arrays, C's may be the first.
                want.is_none_or(|want| want == *len) && self.points_alike(*elem, *of, depth)
                    || self.points_alike(*elem, to, depth)
            }
            (TypeKind::Array(elem, _), _) => self.points_alike(*elem, to, depth),
            (TypeKind::Scalar(Scalar::Uintptr), CKind::Pointer { .. }) => true,
            (TypeKind::Pointer(target), CKind::Pointer { to, .. }) => {
                depth == 0 || self.points_alike(*target, *to, depth - 1)
            }
            (TypeKind::Scalar(scalar), _) => {
                let want = want_in_vo(self.c, to);
                let sort = |scalar: Scalar| (scalar.size(), scalar.is_integer(), scalar.is_float());
                want.is_some_and(|want| sort(want) == sort(*scalar))
            }
            (TypeKind::Struct(_), CKind::Record(_)) => self.same_record(ty, to).is_ok(),
            _ => false,
        }
    }

    /// Whether a struct of Vo has the bytes of a struct or union of C: the same members, at the same places.
    fn same_record(&self, ty: TypeId, want: CType) -> Result<(), Misfit> {
        let name = self.c.name(want);
        let (TypeKind::Struct(fields), Some(record)) = (self.types.kind(ty), self.c.as_record(want)) else {
            return misfit(format!("C takes a `{name}`"), "");
        };
        let Ok(layout) = self.c.record_layout(want, Target::HOST) else {
            return misfit(format!("`{name}` is incomplete in C"), "use the pointers that C gives");
        };
        let own = self.types.layout(ty);
        let members = record.members.iter().flatten().zip(&layout.members);
        let named: Vec<_> =
            members.filter(|(member, _)| member.name.is_some() || member.bits.is_none()).collect();
        for (index, (member, place)) in named.iter().enumerate() {
            let shown =
                member.name.as_deref().map_or("a member without a name".into(), |name| format!("`{name}`"));
            let Some((field, &offset)) = fields.get(index).zip(own.offsets.get(index)) else {
                return misfit(format!("it has no field for {shown} of `{name}`"), "");
            };
            if member.bits.is_some() {
                return misfit(format!("{shown} of `{name}` is a bit-field"), "use C's own type");
            }
            if offset as u64 != place.offset() || !self.points_alike(field.ty, member.ty, 0) {
                let (field, ty) = (&field.name, self.types.name(field.ty));
                let c = self.c.declare(member.ty, member.name.as_deref().unwrap_or_default());
                return misfit(
                    format!(
                        "its field `{field} {ty}` at byte {offset} is not `{c}` at byte {} of `{name}`",
                        place.offset()
                    ),
                    "",
                );
            }
        }
        match fields.get(named.len()) {
            Some(field) => misfit(format!("`{name}` has no member for its field `{}`", field.name), ""),
            None if own.size as u64 != layout.whole.size => {
                misfit(format!("it has {} bytes, and `{name}` has {}", own.size, layout.whole.size), "")
            }
            None => Ok(()),
        }
    }
}

impl TypeTable {
    /// The first part of a value that C cannot look at, with the names of the fields that lead to it: what only Vo has,
    /// as strings, slices and maps. Pointers are addresses, wherever they lead.
    ///
    /// ```
    /// use vo_ffi_core::{Field, TypeId, TypeKind, TypeTable};
    /// let mut types = TypeTable::new();
    /// let field = |name: &str, ty| Field { name: name.into(), ty, embedded: false };
    /// let fields = vec![field("at", types.pointer_to(TypeId::INT)), field("title", TypeId::STRING)];
    /// let ty = types.intern(TypeKind::Struct(fields));
    /// assert_eq!(types.unshared_part(ty), Some(("title".into(), TypeId::STRING)));
    /// assert_eq!(types.unshared_part(TypeId::INT), None);
    /// ```
    pub fn unshared_part(&self, ty: TypeId) -> Option<(String, TypeId)> {
        match self.kind(ty) {
            TypeKind::Scalar(_) | TypeKind::Pointer(_) => None,
            TypeKind::Opaque if self.info(ty).c.is_some() => None,
            TypeKind::Array(elem, _) => self.unshared_part(*elem),
            TypeKind::Struct(fields) => fields.iter().find_map(|field| {
                let (path, ty) = self.unshared_part(field.ty)?;
                let dot = if path.is_empty() { "" } else { "." };
                Some((format!("{}{dot}{path}", field.name), ty))
            }),
            _ => Some((String::new(), ty)),
        }
    }
}
