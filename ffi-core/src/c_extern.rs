//! C functions as pure data: a declaration is checked into a [`CSignature`], which is planned into a
//! [`CPlan`]. Nothing here calls C; the engine of `vo-ffi-runtime` follows the plan.
//!
//! | Vo parameter | C parameter |
//! |---|---|
//! | bool, integers, floats | the C type of the same width, by value |
//! | `string` | `const char *`, with a NUL behind the bytes |
//! | `[]T` | `T *`, the first element; NULL where the slice is empty |
//! | `*T` | `T *` |
//! | a struct | the struct with these members, by value |
//! | a func | a pointer to a function that runs it, during the call: see [`CClosure`] |
//!
//! The widths are the declaration's to get right: on 64-bit Unix, C's `int` is `int32`, `long` is `int64`,
//! `size_t` is `uint64`, and `char` is `int8` or `uint8`. Vo's `int` has 64 bits.
//!
//! `T` is a scalar, or an array or struct of such types: what has the same bytes in C. A result is a
//! scalar, a struct, or a `string`, which is copied from a `char *`. A last result `error` is errno; see
//! [`Failing`].

mod closure;
mod enter;
mod fit;
mod plan;
mod prototype;
mod signature;

pub use closure::{CClosure, ClosureArg, ClosureResult};
pub use fit::{CFit, Misfit};
pub use plan::{CArg, CErrno, CPlan, CReturn, Failing, Pass, Take};
pub use prototype::CPrototype;
pub use signature::{CParam, CResult, CSignature, Position, SignatureProblem};
