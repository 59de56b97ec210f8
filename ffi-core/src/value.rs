//! The wrapper types: a VM's values as natives see them, for the length of one call.

mod any;
mod func;
mod map;
mod object;
mod slice;
mod string;

pub use any::{VoInterface, VoValue};
pub use func::{Untyped, VoFunc};
pub use map::{VoMap, VoMapIter};
pub use object::{ObjectType, VoObject, VoStruct};
pub use slice::{Packed, VoSlice, VoSliceIter, VoVariadic};
pub use string::VoString;
