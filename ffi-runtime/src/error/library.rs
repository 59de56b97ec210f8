//! Why a library or a symbol of it could not be had.

use std::fmt::{self, Display};
use std::path::{Path, PathBuf};

use super::{join, ticks};

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
    /// None of several libraries has such a symbol.
    NoSymbolInAny {
        /// The libraries, as they were named; not the process, which is looked at last.
        libraries: Vec<String>,
        /// The symbol's name.
        symbol: String,
        /// Another library that has it.
        elsewhere: Option<String>,
        /// Names that one of the libraries has and that are almost this one.
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
            LibraryError::NoSymbolInAny { libraries, symbol, elsewhere, nearest } => {
                match libraries.as_slice() {
                    [] => write!(f, "the process has no `{symbol}`")?,
                    [one] => write!(f, "neither {one} nor the process has `{symbol}`")?,
                    several => write!(f, "none of {} and the process has `{symbol}`", join(several, ", "))?,
                }
                match (elsewhere, nearest.as_slice()) {
                    (Some(other), _) => write!(f, "; {other} does"),
                    (None, []) => Ok(()),
                    (None, near) => write!(f, "; did you mean {}?", join(near.iter().map(ticks), " or ")),
                }
            }
        }
    }
}

impl std::error::Error for LibraryError {}

pub(super) fn write_no_symbol(
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

pub(super) fn write_search(
    f: &mut fmt::Formatter<'_>,
    search: &LibrarySearch,
    others: &[String],
) -> fmt::Result {
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
