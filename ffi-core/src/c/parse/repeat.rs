//! What a text defines again as an earlier text has it: files of one program copy declarations.

use super::declarations::{CPlace, CValue};
use super::parser::Parser;
use crate::c::{CKind, CType, CTypes, EnumId, Record, RecordId};

impl Parser<'_, '_> {
    /// Whether something may be defined again, where it is the same: its place is in an earlier text.
    pub(super) fn may_repeat(&self, place: CPlace) -> bool {
        !self.is_here(place)
    }

    pub(super) fn same_record(&self, a: RecordId, b: RecordId) -> bool {
        same_record(&self.out.types, a, b)
    }

    pub(super) fn same_enum(&self, a: EnumId, b: EnumId) -> bool {
        same_enum(&self.out.types, a, b)
    }

    /// Whether an earlier text has a constant of this name and value.
    pub(super) fn is_repeated_constant(&self, name: &str, value: &CValue) -> bool {
        let before = self.out.constant(name);
        before.is_some_and(|before| self.may_repeat(before.place) && before.value == *value)
    }

    /// Whether two types are one, but for structs, unions and enums without a tag that were written twice.
    pub(super) fn same_type(&self, a: CType, b: CType) -> bool {
        same_type(&self.out.types, a, b)
    }
}

/// Whether two definitions say the same, whatever their names are.
fn same_record(types: &CTypes, a: RecordId, b: RecordId) -> bool {
    let (a, b) = (types.record(a), types.record(b));
    let whole = |record: &Record| (record.union, record.packed, record.pack, record.align);
    let (Some(members), Some(others)) = (&a.members, &b.members) else { return false };
    whole(a) == whole(b)
        && members.len() == others.len()
        && members.iter().zip(others).all(|(a, b)| {
            (&a.name, a.bits, a.packed, a.align) == (&b.name, b.bits, b.packed, b.align)
                && same_type(types, a.ty, b.ty)
        })
}

fn same_enum(types: &CTypes, a: EnumId, b: EnumId) -> bool {
    let (a, b) = (types.enumeration(a), types.enumeration(b));
    (a.underlying, &a.constants) == (b.underlying, &b.constants)
}

fn same_type(types: &CTypes, a: CType, b: CType) -> bool {
    let same = |a: CType, b: CType| same_type(types, a, b);
    // What has a tag is there once, so that this comes to an end.
    let named = |tag: &Option<String>, by_typedef: bool| tag.clone().filter(|_| !by_typedef).is_some();
    a == b
        || match (types.kind(a), types.kind(b)) {
            (&CKind::Record(a), &CKind::Record(b)) => {
                let (one, other) = (types.record(a), types.record(b));
                one.tag == other.tag && !named(&one.tag, one.named_by_typedef) && same_record(types, a, b)
            }
            (&CKind::Enum(a), &CKind::Enum(b)) => {
                let (one, other) = (types.enumeration(a), types.enumeration(b));
                one.tag == other.tag && !named(&one.tag, one.named_by_typedef) && same_enum(types, a, b)
            }
            (CKind::Pointer { to: a, constant }, CKind::Pointer { to: b, constant: other }) => {
                constant == other && same(*a, *b)
            }
            (CKind::Array { of: a, len }, CKind::Array { of: b, len: other }) => len == other && same(*a, *b),
            (CKind::Aligned { of: a, align }, CKind::Aligned { of: b, align: other }) => {
                align == other && same(*a, *b)
            }
            (CKind::Func(a), CKind::Func(b)) => {
                (a.params.len(), a.variadic, a.convention) == (b.params.len(), b.variadic, b.convention)
                    && same(a.result, b.result)
                    && a.params.iter().zip(&b.params).all(|(&a, &b)| same(a, b))
            }
            _ => false,
        }
}
