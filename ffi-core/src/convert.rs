//! Conversion between slots and Rust types: by trait, chosen when the macro's output is compiled.

mod closure;
mod map;
mod nil;
mod param;
mod predeclared;
mod result;
mod results;

pub use closure::{CallArgs, CallMismatch, CallPart, CallResults};
pub use map::MapKey;
pub use nil::{Nilable, NilableParam, NilableResult};
pub use param::{Arg, FromVo};
pub use predeclared::Predeclared;
pub use result::{IntoVo, ToValue, Unfit};
pub use results::{Composite, ResultError, Results};

pub(crate) use result::slots_of;
