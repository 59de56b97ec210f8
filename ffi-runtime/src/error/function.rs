//! Why a function or a variable of a library could not be had.

use std::fmt::{self, Display};

use vo_ffi_core::c::{CErrors, LayoutError};

use super::{LibraryError, join, ticks};
use crate::c_text;
use crate::stub::StubError;

/// Why a function or a variable of a library could not be had.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FunctionError {
    /// The library or the symbol.
    Library(LibraryError),
    /// The C text has errors, which are shown with its lines.
    Text {
        /// The text.
        text: String,
        /// What is wrong with it.
        errors: CErrors,
    },
    /// The text does not declare one thing of its kind.
    NotOne {
        /// `function` or `variable`.
        what: &'static str,
        /// What it declares of that kind.
        names: Vec<String>,
    },
    /// The declarations do not have it.
    NotDeclared {
        /// `function` or `variable`.
        what: &'static str,
        /// Its name.
        name: String,
        /// Declared names that are almost this one.
        nearest: Vec<String>,
    },
    /// It is declared to be `static`.
    Static {
        /// Its name.
        name: String,
    },
    /// The symbol is a variable.
    NotAFunction {
        /// The symbol's name.
        symbol: String,
        /// The library.
        library: String,
    },
    /// The symbol is a function.
    NotAVariable {
        /// The symbol's name.
        symbol: String,
        /// The library.
        library: String,
    },
    /// Each thread has a variable of its own, so there is no address.
    ThreadLocal {
        /// Its name.
        name: String,
    },
    /// The type has no size.
    NoSize(LayoutError),
    /// Functions of this type cannot be called on this machine.
    Refused {
        /// Its name.
        name: String,
        /// Why.
        error: StubError,
    },
}

impl FunctionError {
    pub(crate) fn text(text: &str, errors: CErrors) -> FunctionError {
        FunctionError::Text { text: text.into(), errors }
    }
}

impl Display for FunctionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FunctionError::Library(error) => error.fmt(f),
            FunctionError::Text { text, errors } => f.write_str(&c_text::render(errors, text, "C", false)),
            FunctionError::NotOne { what, names } if names.is_empty() => {
                write!(f, "the text declares no {what}; write one, as \"{}\"", example(what))
            }
            FunctionError::NotOne { what, names } => {
                let several = join(names.iter().map(ticks), ", ");
                write!(
                    f,
                    "the text declares several {what}s, {several}; parse it as Declarations and name one"
                )
            }
            FunctionError::NotDeclared { what, name, nearest } => {
                write!(f, "the declarations have no {what} `{name}`")?;
                match nearest.as_slice() {
                    [] => Ok(()),
                    near => write!(f, "; did you mean {}?", join(near.iter().map(ticks), " or ")),
                }
            }
            FunctionError::Static { name } => {
                write!(f, "`{name}` is declared static, so no library has it; leave that out")
            }
            FunctionError::NotAFunction { symbol, library } => {
                write!(f, "`{symbol}` is a variable of {library}, not a function")
            }
            FunctionError::NotAVariable { symbol, library } => {
                write!(f, "`{symbol}` is a function of {library}, not a variable")
            }
            FunctionError::ThreadLocal { name } => {
                write!(f, "each thread has its own `{name}`; call a C function that reads or writes it")
            }
            FunctionError::NoSize(error) => error.fmt(f),
            FunctionError::Refused { name, error } => write!(f, "`{name}` cannot be called: {error}"),
        }
    }
}

fn example(what: &str) -> &'static str {
    if what == "variable" { "extern int count;" } else { "double cos(double x);" }
}

impl std::error::Error for FunctionError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            FunctionError::Refused { error, .. } => Some(error),
            _ => None,
        }
    }
}

impl From<LibraryError> for FunctionError {
    fn from(error: LibraryError) -> FunctionError {
        FunctionError::Library(error)
    }
}
