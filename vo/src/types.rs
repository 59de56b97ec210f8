//! The one place from which the front end takes the table of types.

pub use vo_ffi_core::{Class, Field, FuncType, Method, Scalar, TypeId, TypeKind, TypeTable};
