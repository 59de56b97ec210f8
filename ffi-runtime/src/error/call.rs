//! Why a function was not called, or a variable not written.

use std::fmt::{self, Display};

use crate::ffi_type::FfiType;
use crate::stub::StubError;

/// Why a function was not called with some arguments, or a variable not written. Where there is an error, nothing of C has run.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CallError {
    /// It takes another number of arguments.
    Count {
        /// The function; empty where it has no name.
        function: String,
        /// How many it takes, or takes at least.
        expected: usize,
        /// Whether it may take more.
        variadic: bool,
        /// How many it got.
        found: usize,
    },
    /// An argument has another type.
    Type {
        /// The function; empty where it has no name.
        function: String,
        /// The argument's index, from 0.
        index: usize,
        /// Its name, where the declaration has one.
        name: Option<String>,
        /// The declared type.
        expected: FfiType,
        /// The argument's type.
        found: FfiType,
    },
    /// An argument that is an image has no address.
    NullImage {
        /// The function; empty where it has no name.
        function: String,
        /// The argument's index, from 0.
        index: usize,
        /// Its name, where the declaration has one.
        name: Option<String>,
        /// Its type.
        ty: FfiType,
    },
    /// The result is an image, and there is no place for it.
    ResultIsImage {
        /// The function; empty where it has no name.
        function: String,
        /// The result's type.
        ty: FfiType,
    },
    /// The place for the result has another size.
    ResultSize {
        /// The function; empty where it has no name.
        function: String,
        /// The result's type.
        ty: FfiType,
        /// How many bytes the place has.
        found: usize,
    },
    /// The function does not keep errno.
    NoErrno {
        /// The function; empty where it has no name.
        function: String,
    },
    /// A variable has another type.
    VariableType {
        /// Its name.
        name: String,
        /// Its type.
        expected: FfiType,
        /// The value's type.
        found: FfiType,
    },
    /// A variable has another size.
    VariableSize {
        /// Its name.
        name: String,
        /// Its type.
        ty: FfiType,
        /// How many bytes were to be written.
        found: usize,
    },
    /// The variable is declared `const`.
    Constant {
        /// Its name.
        name: String,
    },
    /// There is no function at this address.
    NullFunction,
    /// An object has no value of C.
    Object {
        /// The function; empty where it has no name.
        function: String,
        /// The argument's index, from 0; `None` for the result.
        index: Option<usize>,
        /// Its name, where the declaration has one.
        name: Option<String>,
        /// Its type in C.
        ty: FfiType,
        /// Why, in the marshaler's words.
        reason: String,
    },
    /// Functions of this type cannot be called.
    Refused {
        /// The function; empty where it has no name.
        function: String,
        /// Why.
        error: StubError,
    },
}

impl Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CallError::Count { function, expected, variadic, found } => {
                let least = if *variadic { "at least " } else { "" };
                let s = if *expected == 1 { "" } else { "s" };
                write!(f, "{} takes {least}{expected} argument{s}, and got {found}", called(function))
            }
            CallError::Type { function, index, name, expected, found } => {
                let argument = Argument(*index, name.as_deref());
                write!(f, "{argument} of {} is {expected}, and got {found}", called(function))
            }
            CallError::NullImage { function, index, name, ty } => {
                let argument = Argument(*index, name.as_deref());
                write!(f, "{argument} of {} is the address of a {ty}, and got NULL", called(function))
            }
            CallError::ResultIsImage { function, ty } => {
                write!(
                    f,
                    "{} returns {ty}, for which the call has no place; use call_into or call_image",
                    called(function)
                )
            }
            CallError::ResultSize { function, ty, found } => {
                let size = ty.size();
                write!(
                    f,
                    "{} returns {ty}, which has {size} bytes, and the place for it has {found}",
                    called(function)
                )
            }
            CallError::NoErrno { function } => write!(
                f,
                "{} was made without errno; ask for it in CallOptions or with CallBuilder::errno",
                called(function)
            ),
            CallError::VariableType { name, expected, found } => {
                write!(f, "`{name}` is {expected}, and cannot be set to a value of {found}")
            }
            CallError::VariableSize { name, ty, found } => {
                write!(
                    f,
                    "`{name}` is {ty}, which has {} bytes, and cannot be set to {found} bytes",
                    ty.size()
                )
            }
            CallError::Constant { name } => {
                write!(f, "`{name}` is declared const, and may be read-only memory")
            }
            CallError::NullFunction => f.write_str("the function's address is NULL"),
            CallError::Object { function, index, name, ty, reason } => {
                match index {
                    Some(index) => Argument(*index, name.as_deref()).fmt(f)?,
                    None => f.write_str("the result")?,
                }
                write!(f, " of {}, {ty}: {reason}", called(function))
            }
            CallError::Refused { function, error } => {
                write!(f, "{} cannot be called: {error}", called(function))
            }
        }
    }
}

impl std::error::Error for CallError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            CallError::Refused { error, .. } => Some(error),
            _ => None,
        }
    }
}

fn called(function: &str) -> String {
    if function.is_empty() { "the function".into() } else { format!("`{function}`") }
}

/// ``argument 2 `y` ``
struct Argument<'n>(usize, Option<&'n str>);

impl Display for Argument<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "argument {}", self.0 + 1)?;
        self.1.map_or(Ok(()), |name| write!(f, " `{name}`"))
    }
}
