//! Functions that a compiler or libffi gets wrong, or on which compilers disagree, each with the reason.

use vo_ffi_core::c::{CKind, CScalar, CType, CTypes, CallPlan, Convention, Move};

use crate::TARGET;
use crate::signatures::Signature;

/// Why a compiler's code cannot be compared.
pub(crate) fn of_compiler(compiler: &str, types: &CTypes, function: &Signature) -> Option<&'static str> {
    let win64 = function.sig.convention == Some(Convention::Win64);
    match compiler {
        "gcc" if win64 && function.more.iter().any(|&ty| !matches!(size(types, ty), 1 | 2 | 4 | 8)) => {
            Some("its va_arg takes the address of an argument for the argument; its own calls fail so too")
        }
        "clang" if win64 && mentions_long_double(types, function) => {
            Some("for Linux it passes long double to ms_abi functions as System V does")
        }
        "clang" if win64 && size(types, function.sig.result) == 0 && function.sig.result != CType::VOID => {
            Some("it gives an address for an empty result")
        }
        "clang" if !win64 && pushes_int128(types, function) => Some(
            "before version 18 it splits 128-bit integers between register and stack, and does not align them",
        ),
        "clang" if !win64 && function.args().chain([function.sig.result]).any(|ty| misplaced(types, ty)) => {
            Some(
                "it asks for the alignment of members without bytes, and of typedefs, where gcc looks at scalars",
            )
        }
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

fn mentions_long_double(types: &CTypes, function: &Signature) -> bool {
    function.args().chain([function.sig.result]).any(|ty| {
        matches!(types.kind(ty), CKind::Scalar(CScalar::LongDouble) | CKind::Complex(CScalar::LongDouble))
    })
}

/// Whether a 128-bit integer goes to the stack.
fn pushes_int128(types: &CTypes, function: &Signature) -> bool {
    let Ok(plan) = CallPlan::new(types, TARGET, &function.sig, &function.more) else { return false };
    function.args().zip(&plan.args).any(|(ty, arg)| {
        let int128 =
            types.as_scalar(ty).is_some_and(|scalar| scalar.size(TARGET) == 16 && scalar.is_integer());
        int128 && matches!(arg.moves[..], [Move::Copy { .. }])
    })
}

/// Whether a member lies where its type does not want it, but the scalars in it are well placed.
fn misplaced(types: &CTypes, ty: CType) -> bool {
    let CKind::Record(id) = types.unaligned_kind(ty) else { return false };
    let Ok(layout) = types.record_layout(ty, TARGET) else { return false };
    types.record(*id).members.iter().flatten().zip(&layout.members).any(|(member, placed)| {
        let aligned = placed.bit_offset % (8 * placed.layout.align) == 0;
        let plain =
            types.as_scalar(member.ty).is_some() && types.kind(member.ty) == types.unaligned_kind(member.ty);
        (member.bits.is_none() && !aligned && !plain) || misplaced(types, member.ty)
    })
}
