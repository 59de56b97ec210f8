//! Which types C has, too: numbers, pointers, and arrays and structs of them.

use std::collections::HashSet;

use super::checker::Checker;
use crate::types::{CMeaning, TypeId, TypeKind};

impl Checker<'_> {
    /// The first part of a type, or of what it points to, that C does not have; none where it has them all, and the type
    /// has a size.
    pub(super) fn not_of_c(&self, ty: TypeId) -> Option<TypeId> {
        self.part_not_of_c(ty, &mut HashSet::new())
    }

    fn part_not_of_c(&self, ty: TypeId, seen: &mut HashSet<TypeId>) -> Option<TypeId> {
        if !seen.insert(ty) {
            return None;
        }
        match self.kind(ty) {
            TypeKind::Scalar(_) if !self.is_untyped(ty) => None,
            TypeKind::Pointer(target) if self.is_opaque_of_c(*target) => None,
            TypeKind::Pointer(target) => self.part_not_of_c(*target, seen),
            TypeKind::Array(elem, _) => self.part_not_of_c(*elem, seen),
            TypeKind::Struct(fields) => fields.iter().find_map(|field| self.part_not_of_c(field.ty, seen)),
            _ => Some(ty),
        }
    }

    /// Whether it is `void`, or another type of C that has no size here.
    pub(super) fn is_opaque_of_c(&self, ty: TypeId) -> bool {
        self.types.info(ty).c == Some(CMeaning::Opaque)
    }
}
