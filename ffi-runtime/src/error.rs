//! What goes wrong, from finding a library to calling a function of it.

mod call;
mod function;
mod library;

use std::fmt::{self, Display};
use std::path::PathBuf;

use vo_ffi_core::{Declaration, Origin, SignatureProblem};

pub use call::CallError;
pub use function::FunctionError;
pub use library::{LibraryError, LibrarySearch};

use library::{write_no_symbol, write_search};

/// The declaration that an error is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    /// Its place in the list given to [`bind_all`](crate::CEngine::bind_all), from 0.
    pub index: usize,
    /// Its name in Vo.
    pub name: String,
    /// Its place in the source, as `file:line`.
    pub place: String,
    /// The library; empty where it has none.
    pub library: String,
    /// The symbol; empty where it has no library.
    pub symbol: String,
}

impl Declared {
    pub(crate) fn new(index: usize, declaration: &Declaration) -> Box<Declared> {
        let (library, symbol) = match &declaration.origin {
            Origin::C { library, symbol } => (library.clone(), symbol.clone()),
            Origin::Prototype(prototype) => {
                let library = prototype.libraries.first().map_or("self", String::as_str);
                (library.to_string(), prototype.symbol.clone())
            }
            Origin::Rust => (String::new(), String::new()),
        };
        Box::new(Declared {
            index,
            name: declaration.name.clone(),
            place: declaration.place(),
            library,
            symbol,
        })
    }
}

/// Why a C function could not be bound.
#[derive(Debug)]
#[non_exhaustive]
pub enum BindError {
    /// The library could not be loaded.
    LibraryNotFound {
        /// The function.
        declared: Box<Declared>,
        /// How it was searched for.
        search: Box<LibrarySearch>,
        /// Other functions that need the library.
        others: Vec<String>,
    },
    /// The library has no such symbol.
    SymbolNotFound {
        /// The function.
        declared: Box<Declared>,
        /// The library's file.
        path: PathBuf,
        /// Exported functions with almost this name, or with this name as C++ writes it.
        nearest: Vec<String>,
        /// Another loaded library that has the symbol.
        elsewhere: Option<String>,
    },
    /// The symbol is a variable.
    NotAFunction {
        /// The function.
        declared: Box<Declared>,
    },
    /// The declared types cannot cross to C.
    Unsupported {
        /// The function.
        declared: Box<Declared>,
        /// Everything that is wrong with it.
        problems: Vec<SignatureProblem>,
    },
    /// Functions of this type cannot be called on this machine.
    Refused {
        /// The function.
        declared: Box<Declared>,
        /// Why.
        reason: String,
    },
}

impl BindError {
    /// The declaration that it is about.
    pub fn declared(&self) -> &Declared {
        match self {
            BindError::LibraryNotFound { declared, .. }
            | BindError::SymbolNotFound { declared, .. }
            | BindError::NotAFunction { declared }
            | BindError::Unsupported { declared, .. }
            | BindError::Refused { declared, .. } => declared,
        }
    }
}

impl Display for BindError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Declared { name, place, library, symbol, .. } = self.declared();
        write!(f, "`{name}` is declared at {place}, but ")?;
        match self {
            BindError::LibraryNotFound { search, others, .. } => {
                write!(f, "the library {library:?} cannot be loaded")?;
                write_search(f, search, others)
            }
            BindError::SymbolNotFound { path, nearest, elsewhere, .. } => {
                write_no_symbol(f, library, path, symbol, elsewhere.as_deref(), nearest)
            }
            BindError::NotAFunction { .. } => {
                write!(f, "`{symbol}` is a variable of {library}, not a function")
            }
            BindError::Unsupported { problems, .. } => {
                write!(f, "cannot be called as declared")?;
                problems.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
            }
            BindError::Refused { reason, .. } => {
                write!(f, "{reason}")
            }
        }
    }
}

impl std::error::Error for BindError {}

fn ticks(name: impl Display) -> String {
    format!("`{name}`")
}

fn join(items: impl IntoIterator<Item = impl Display>, between: &str) -> String {
    items.into_iter().map(|item| item.to_string()).collect::<Vec<_>>().join(between)
}

/// Every problem of one [`bind_all`](crate::CEngine::bind_all).
#[derive(Debug)]
pub struct BindErrors(pub Vec<BindError>);

impl Display for BindErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&join(&self.0, "\n"))
    }
}

impl std::error::Error for BindErrors {}
