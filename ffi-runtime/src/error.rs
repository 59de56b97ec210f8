//! Why a library, a symbol or a function of it could not be had.

use std::fmt::{self, Display};
use std::path::{Path, PathBuf};

use vo_ffi_core::{Declaration, Origin, SignatureProblem};

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

/// The search for a library that was not found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LibrarySearch {
    /// The names that were tried.
    pub tried: Vec<String>,
    /// The folders that were searched.
    pub searched: Vec<PathBuf>,
    /// What the dynamic linker said.
    pub reason: String,
    /// Libraries with almost this name.
    pub nearest: Vec<String>,
}

/// Why a library or one of its symbols could not be had.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LibraryError {
    /// A name that nothing can have.
    BadName {
        /// `library` or `symbol`.
        what: &'static str,
        /// The name.
        name: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The library could not be loaded.
    NotFound {
        /// Its name.
        name: String,
        /// How it was searched for.
        search: Box<LibrarySearch>,
    },
    /// None of several libraries could be loaded.
    NoneFound {
        /// Why, one by one.
        errors: Vec<LibraryError>,
    },
    /// The library has no such symbol.
    NoSymbol {
        /// The library, as it was named.
        library: String,
        /// Its file.
        path: PathBuf,
        /// The symbol's name.
        symbol: String,
        /// Exported names that are almost this one, or this one as C++ writes it.
        nearest: Vec<String>,
    },
}

impl Display for LibraryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LibraryError::BadName { what, name, problem } => {
                write!(f, "the {what}'s name {name:?} {problem}")
            }
            LibraryError::NotFound { name, search } => {
                write!(f, "the library {name:?} cannot be loaded")?;
                write_search(f, search, &[])
            }
            LibraryError::NoneFound { errors } if errors.is_empty() => {
                f.write_str("no library is named; name at least one")
            }
            LibraryError::NoneFound { errors } => f.write_str(&join(errors, "\n")),
            LibraryError::NoSymbol { library, path, symbol, nearest } => {
                write_no_symbol(f, library, path, symbol, None, nearest)
            }
        }
    }
}

impl std::error::Error for LibraryError {}

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

fn write_no_symbol(
    f: &mut fmt::Formatter<'_>,
    library: &str,
    path: &Path,
    symbol: &str,
    elsewhere: Option<&str>,
    nearest: &[String],
) -> fmt::Result {
    let path = path.display();
    write!(f, "{library} ({path}) exports no `{symbol}`")?;
    match (elsewhere, nearest) {
        (Some(other), _) => write!(f, "; {other} does"),
        (None, []) => write!(f, "; `nm -D {path}` lists what it exports"),
        (None, near) => write!(f, "; did you mean {}?", join(near.iter().map(ticks), " or ")),
    }
}

fn write_search(f: &mut fmt::Formatter<'_>, search: &LibrarySearch, others: &[String]) -> fmt::Result {
    let LibrarySearch { tried, searched, reason, nearest } = search;
    write!(f, "\n  {reason}\n  tried {}", join(tried, ", "))?;
    write!(f, "\n  searched {}", join(searched.iter().map(|folder| folder.display()), ", "))?;
    if !others.is_empty() {
        write!(f, "\n  also needed by {}", join(others.iter().map(ticks), ", "))?;
    }
    match nearest.as_slice() {
        [] => f.write_str("\n  install it, or give its path, as \"./libexample.so\""),
        near => write!(f, "\n  did you mean {}?", join(near.iter().map(|name| format!("{name:?}")), " or ")),
    }
}

pub(crate) fn ticks(name: &String) -> String {
    format!("`{name}`")
}

pub(crate) fn join(items: impl IntoIterator<Item = impl Display>, between: &str) -> String {
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
