//! What clang lays out otherwise than gcc by Microsoft's rule.

use vo_ffi_core::c::{CKind, CType, CTypes, Target};

use crate::exceptions::Exception;

/// clang with Microsoft's rule, which it takes from Microsoft's compiler instead of gcc.
pub(crate) const CLANG: &[Exception] = &[
    // gcc: a bit-field aligns a union as its type does. clang: it does not.
    |_, _, record, member| member.bits.is_some() && record.union,
    // gcc: `packed` takes the alignment of a bit-field's type from its record. clang: it does not.
    |_, _, record, member| member.bits.is_some() && (member.packed || record.packed),
    // gcc: `#pragma pack` is for bit-fields of width 0 too. clang: it is not.
    |_, _, record, member| member.bits == Some(0) && record.pack.is_some(),
    // gcc: a typedef's alignment below its type's is the alignment of a member. clang: it is ignored.
    |types, target, _, member| is_lowered(types, target, member.ty),
];

fn is_lowered(types: &CTypes, target: &Target, ty: CType) -> bool {
    let align = |ty| types.layout(ty, target).map_or(0, |layout| layout.align);
    match types.kind(ty) {
        CKind::Aligned { of, .. } => align(ty) < align(*of),
        CKind::Array { of, .. } => is_lowered(types, target, *of),
        _ => false,
    }
}
