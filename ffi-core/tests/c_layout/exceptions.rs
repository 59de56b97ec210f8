//! What clang lays out otherwise than gcc, found by comparing them. We follow gcc.

use vo_ffi_core::c::{CKind, CType, CTypes, Member, Record, Target};

/// Whether a member makes its record an exception.
pub(crate) type Exception = fn(&CTypes, &Target, &Record, &Member) -> bool;

/// clang on every target.
pub(crate) const CLANG: &[Exception] = &[
    // gcc: `aligned` moves a bit-field, as far as `#pragma pack` allows, and it still must not cross a boundary of its
    // type. clang: the boundaries no longer count, and under `#pragma pack` `aligned` does not.
    |_, _, _, member| member.bits.is_some() && member.align.is_some(),
    // gcc: a bit-field of a typedef with an alignment above its size shares no unit, unless it is as wide as an integer,
    // and boundaries are counted from the last multiple of 16 bytes. clang: they share units, and count from the start.
    |types, _, _, member| member.bits.is_some() && matches!(types.kind(member.ty), CKind::Aligned { .. }),
];

/// Whether a struct or union has such a member, at any depth.
pub(crate) fn is_excepted(types: &CTypes, ty: CType, target: &Target, exceptions: &[Exception]) -> bool {
    match types.kind(ty) {
        CKind::Array { of, .. } | CKind::Aligned { of, .. } => is_excepted(types, *of, target, exceptions),
        CKind::Record(id) => {
            let record = types.record(*id);
            record.members.iter().flatten().any(|member| {
                exceptions.iter().any(|exception| exception(types, target, record, member))
                    || is_excepted(types, member.ty, target, exceptions)
            })
        }
        _ => false,
    }
}
