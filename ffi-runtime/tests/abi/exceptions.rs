//! Functions that a compiler or libffi gets wrong, or on which compilers disagree, each with the reason.

use vo_ffi_core::c::{CKind, CScalar, CType, CTypes, CallPlan, Convention, Move};

use crate::TARGET;
use crate::layouts;
use crate::signatures::Signature;

/// Why a compiler's code cannot be compared.
pub(crate) fn of_compiler(compiler: &str, types: &CTypes, function: &Signature) -> Option<&'static str> {
    let win64 = function.sig.convention == Some(Convention::Win64);
    match compiler {
        "gcc" if win64 && function.more.iter().any(|&ty| !matches!(size(types, ty), 1 | 2 | 4 | 8)) => {
            Some("its va_arg takes the address of an argument for the argument; its own calls fail so too")
        }
        "gcc" if !win64 && function.more.iter().any(|&ty| is_overaligned(types, ty)) => Some(
            "its va_arg loads a struct aligned to 16 from the saved registers as if these were aligned so",
        ),
        "clang" if function.all().any(|ty| layouts::is_excepted(types, ty, TARGET, layouts::CLANG)) => {
            Some("it lays out the type otherwise")
        }
        "clang" if win64 && mentions_long_double(types, function) => {
            Some("for Linux it passes long double to ms_abi functions as System V does")
        }
        "clang" if function.all().any(|ty| is_empty(types, ty)) => {
            Some("it passes and returns structs in which nothing has a name, and gcc does not")
        }
        "clang" if function.all().any(|ty| has_flexible_array(types, ty)) => {
            Some("it passes structs with a flexible array in memory, whatever their size")
        }
        "clang" if !win64 && function.all().any(|ty| has_unnamed_bits(types, ty)) => {
            Some("it gives no register to eight bytes in which only bit-fields without names are")
        }
        "clang" if !win64 && pushes_int128(types, function) => Some(
            "before version 18 it splits 128-bit integers between register and stack, and does not align them",
        ),
        "clang" if !win64 && function.all().any(|ty| misplaced(types, ty)) => Some(
            "it asks for the alignment of members without bytes, and of typedefs, where gcc looks at scalars",
        ),
        _ => None,
    }
}

/// Why libffi's calls cannot be compared.
pub(crate) fn of_libffi(types: &CTypes, function: &Signature) -> Option<&'static str> {
    let _ = (types, function);
    None
}

fn size(types: &CTypes, ty: CType) -> u64 {
    types.layout(ty, TARGET).map_or(0, |layout| layout.size)
}

fn is_overaligned(types: &CTypes, ty: CType) -> bool {
    types.as_record(ty).is_some() && types.layout(ty, TARGET).is_ok_and(|layout| layout.align > 8)
}

fn mentions_long_double(types: &CTypes, function: &Signature) -> bool {
    function.all().any(|ty| {
        matches!(types.kind(ty), CKind::Scalar(CScalar::LongDouble) | CKind::Complex(CScalar::LongDouble))
    })
}

/// Whether nothing in a struct has a name.
fn is_empty(types: &CTypes, ty: CType) -> bool {
    match types.unaligned_kind(ty) {
        CKind::Array { of, len } => matches!(len, None | Some(0)) || is_empty(types, *of),
        CKind::Record(id) => types.record(*id).members.iter().flatten().all(|member| match member.bits {
            Some(_) => member.name.is_none(),
            None => is_empty(types, member.ty),
        }),
        _ => false,
    }
}

fn has_unnamed_bits(types: &CTypes, ty: CType) -> bool {
    match types.unaligned_kind(ty) {
        CKind::Array { of, .. } => has_unnamed_bits(types, *of),
        CKind::Record(id) => types.record(*id).members.iter().flatten().any(|member| match member.bits {
            Some(bits) => bits > 0 && member.name.is_none(),
            None => has_unnamed_bits(types, member.ty),
        }),
        _ => false,
    }
}

fn has_flexible_array(types: &CTypes, ty: CType) -> bool {
    let Some(record) = types.as_record(ty) else { return false };
    let last = record.members.iter().flatten().last();
    last.is_some_and(|last| matches!(types.kind(last.ty), CKind::Array { len: None, .. }))
}

/// Whether a 128-bit integer goes to the stack.
fn pushes_int128(types: &CTypes, function: &Signature) -> bool {
    let Ok(plan) = CallPlan::new(types, TARGET, &function.sig, &function.more) else { return false };
    function.args().zip(&plan.args).any(|(ty, arg)| {
        let int128 =
            types.as_scalar(ty).is_some_and(|scalar| scalar.size(TARGET) == 16 && scalar.is_integer());
        int128 && matches!(arg.moves[..], [Move::Push { .. }])
    })
}

/// Whether a member is aligned otherwise than the scalars in it.
fn misplaced(types: &CTypes, ty: CType) -> bool {
    match types.kind(ty) {
        CKind::Array { of, .. } => misplaced(types, *of),
        CKind::Aligned { .. } => types.as_record(ty).is_none(),
        CKind::Record(id) => {
            let Ok(layout) = types.record_layout(ty, TARGET) else { return false };
            types.record(*id).members.iter().flatten().zip(&layout.members).any(|(member, placed)| {
                let aligned = placed.bit_offset % (8 * placed.layout.align) == 0;
                let nothing = placed.layout.size == 0 && placed.bit_offset % 64 != 0;
                let record = types.as_record(member.ty).is_some() && !aligned;
                member.bits.is_none() && (nothing || record || misplaced(types, member.ty))
            })
        }
        _ => false,
    }
}
