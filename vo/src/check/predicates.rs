//! Questions about types.

use super::checker::Checker;
use crate::types::{FuncType, Scalar, TypeId, TypeKind};

impl Checker<'_> {
    pub(super) fn kind(&self, ty: TypeId) -> &TypeKind {
        self.types.kind(ty)
    }

    pub(super) fn is_invalid(&self, ty: TypeId) -> bool {
        ty == self.untyped.invalid
    }

    /// Whether strings can be copied into slices of the type: `byte`, and `C.char`.
    pub(super) fn is_byte(&self, ty: TypeId) -> bool {
        match self.types.as_scalar(ty) {
            Some(Scalar::Uint8) => true,
            Some(Scalar::Int8) => self.types.is_c_character(ty),
            _ => false,
        }
    }

    pub(super) fn is_bool(&self, ty: TypeId) -> bool {
        self.types.as_scalar(ty) == Some(Scalar::Bool)
    }

    pub(super) fn is_integer(&self, ty: TypeId) -> bool {
        self.types.as_scalar(ty).is_some_and(Scalar::is_integer)
    }

    pub(super) fn is_float(&self, ty: TypeId) -> bool {
        self.types.as_scalar(ty).is_some_and(Scalar::is_float)
    }

    pub(super) fn is_numeric(&self, ty: TypeId) -> bool {
        self.is_integer(ty) || self.is_float(ty)
    }

    pub(super) fn is_string(&self, ty: TypeId) -> bool {
        matches!(self.kind(ty), TypeKind::String)
    }

    /// bool, a number or a string: what constants can be of.
    pub(super) fn is_basic(&self, ty: TypeId) -> bool {
        matches!(self.kind(ty), TypeKind::Scalar(_) | TypeKind::String)
    }

    pub(super) fn is_interface(&self, ty: TypeId) -> bool {
        self.types.is_interface(ty)
    }

    pub(super) fn is_ordered(&self, ty: TypeId) -> bool {
        self.is_numeric(ty) || self.is_string(ty)
    }

    pub(super) fn is_named(&self, ty: TypeId) -> bool {
        self.types.info(ty).name.is_some() || matches!(self.kind(ty), TypeKind::Scalar(_) | TypeKind::String)
    }

    pub(super) fn has_nil(&self, ty: TypeId) -> bool {
        ty == self.untyped.nil
            || matches!(
                self.kind(ty),
                TypeKind::Slice(_)
                    | TypeKind::Map(..)
                    | TypeKind::Pointer(_)
                    | TypeKind::Func(_)
                    | TypeKind::Interface(_)
            )
    }

    /// The type that a pointer points to.
    pub(super) fn pointee(&self, ty: TypeId) -> Option<TypeId> {
        match self.kind(ty) {
            TypeKind::Pointer(target) => Some(*target),
            _ => None,
        }
    }

    pub(super) fn func_type(&self, ty: TypeId) -> Option<&FuncType> {
        match self.kind(ty) {
            TypeKind::Func(func) => Some(func),
            _ => None,
        }
    }

    /// Why values of a type cannot be compared; none if they can.
    pub(super) fn incomparable(&self, ty: TypeId) -> Option<String> {
        match self.kind(ty) {
            TypeKind::Slice(_) => Some("slice can only be compared to nil".into()),
            TypeKind::Map(..) => Some("map can only be compared to nil".into()),
            TypeKind::Func(_) => Some("func can only be compared to nil".into()),
            TypeKind::Array(elem, _) => {
                self.incomparable(*elem).map(|_| format!("{} cannot be compared", self.type_name(ty)))
            }
            TypeKind::Struct(fields) => {
                let bad = fields.iter().find(|field| self.incomparable(field.ty).is_some())?;
                Some(format!("struct containing {} cannot be compared", self.type_name(bad.ty)))
            }
            _ => None,
        }
    }

    /// The type that an untyped constant gets where nothing else gives it one.
    pub(super) fn default_type(&self, ty: TypeId) -> TypeId {
        let untyped = &self.untyped;
        let rows = [
            (untyped.bool, TypeId::BOOL),
            (untyped.int, TypeId::INT),
            (untyped.rune, TypeId::RUNE),
            (untyped.float, TypeId::FLOAT64),
            (untyped.string, TypeId::STRING),
        ];
        let own = rows.iter().find(|row| row.0 == ty).map(|row| row.1);
        own.or_else(|| self.enum_of_untyped(ty)).unwrap_or(ty)
    }

    /// Whether a value of type `from` may be stored where `to` is wanted, untyped values aside.
    pub(super) fn assignable(&self, from: TypeId, to: TypeId) -> bool {
        if from == to || self.is_invalid(from) || self.is_invalid(to) {
            return true;
        }
        if self.is_interface(to) {
            return self.missing_method(from, to).is_none();
        }
        let same = self.types.underlying(from) == self.types.underlying(to);
        same && !(self.is_named(from) && self.is_named(to))
    }
}
