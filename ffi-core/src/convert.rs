//! Conversion between slots and Rust types: by trait, chosen when the macro's output is compiled.

mod closure;
mod map;
mod nil;
mod param;
mod predeclared;
mod result;

pub use closure::{CallArgs, CallMismatch, CallPart, CallResults};
pub use map::MapKey;
pub use nil::Nilable;
pub use param::{Arg, FromVo};
pub use predeclared::Predeclared;
pub use result::{IntoVo, Results, ToValue, Unfit};

pub(crate) use result::slots_of;
