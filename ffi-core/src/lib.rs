//! The meaning half of vo-ffi, free of any machine.

mod scalar;
mod slot;
mod types;

pub use scalar::{Class, SCALARS, Scalar, ScalarRow};
pub use slot::Slot;
pub use types::{Field, FuncType, Layout, Method, TypeId, TypeInfo, TypeKind, TypeTable};
