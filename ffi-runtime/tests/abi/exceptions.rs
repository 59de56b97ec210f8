//! Functions that compilers or libffi get wrong, or on which they disagree, each with the reason.

use vo_ffi_core::c::{CKind, CScalar, CType, CTypes, Convention};

use crate::signatures::Signature;

/// Why a compiler's code differs from gcc's, which is the judge.
pub(crate) fn of_compiler(compiler: &str, types: &CTypes, function: &Signature) -> Option<&'static str> {
    let _ = (compiler, types, function, CKind::Void, CScalar::Bool, CType::VOID, Convention::SysV64);
    None
}

/// Why libffi's calls differ.
pub(crate) fn of_libffi(types: &CTypes, function: &Signature) -> Option<&'static str> {
    let _ = (types, function);
    None
}
