//! Functions that a compiler or libffi gets wrong, or on which compilers disagree, each with the reason.

use vo_ffi_core::c::{CType, CTypes, Convention};

use crate::TARGET;
use crate::signatures::Signature;

/// Why a compiler's code cannot be compared.
pub(crate) fn of_compiler(compiler: &str, types: &CTypes, function: &Signature) -> Option<&'static str> {
    let win64 = function.sig.convention == Some(Convention::Win64);
    match compiler {
        "gcc" if win64 && function.more.iter().any(|&ty| !matches!(size(types, ty), 1 | 2 | 4 | 8)) => {
            Some("its va_arg takes the address of an argument for the argument; its own calls fail so too")
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
