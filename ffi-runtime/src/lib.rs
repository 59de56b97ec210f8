//! The machine of vo-ffi: C libraries, and calls into them.
//!
//! [`CEngine::bind`] turns a declaration into a [`BoundFunction`], whose callee a VM calls as it calls every
//! other function. Meaning, which signatures can cross and what becomes of each argument, is
//! `vo_ffi_core`'s [`CSignature`](vo_ffi_core::CSignature) and [`CPlan`](vo_ffi_core::CPlan).

#[cfg(target_endian = "big")]
compile_error!(
    "narrow arguments are passed from the low bytes of their slots, which come first in little endian"
);

mod engine;
mod error;

mod call;
mod library;
mod stub;

pub use engine::{BoundFunction, CEngine};
pub use error::{BindError, BindErrors, Declared, LibrarySearch};
