//! Conversion between slots and Rust types: by trait, chosen when the macro's output is compiled.

mod closure;
mod map;
mod nil;
mod param;
mod result;

pub use closure::{CallArgs, CallMismatch, CallPart, CallResults};
pub use map::MapKey;
pub use nil::Nilable;
pub(crate) use param::Arg;
pub use param::FromVo;
pub(crate) use result::Unfit;
pub use result::{IntoVo, Results, ToValue};
