//! C libraries: found by name, loaded once, never unloaded; their symbols, looked up once.

mod exports;
mod nearest;
mod search;
mod symbol;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

#[cfg(unix)]
use unix as system;
#[cfg(windows)]
use windows as system;

pub use search::SearchPolicy;
pub(crate) use symbol::Code;
pub use symbol::Symbol;
use symbol::SymbolKind;

use crate::error::LibraryError;
use exports::nearest_exports;
use symbol::NameHasher;

/// A loaded library. Clones are the same one.
///
/// It is never unloaded, not even when the last clone goes: what C has of it, such as addresses, threads and exit
/// handlers, stays valid, and so do all functions and variables that were found in it.
///
/// ```
/// use vo_ffi_runtime::Library;
///
/// let libm = Library::open("libm.so.6")?;
/// let cos = libm.function("double cos(double x)")?;
/// // SAFETY: this is the type of libm's `cos`.
/// let one = unsafe { cos.call(&[0.0.into()])?.f64 };
/// assert_eq!(one, 1.0);
///
/// let error = libm.symbol("coss").unwrap_err().to_string();
/// assert!(error.ends_with("exports no `coss`; did you mean `cos` or `cosf` or `cosh`?"), "{error}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Library(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    name: String,
    handle: system::Handle,
    symbols: RwLock<HashMap<Box<str>, Symbol, BuildHasherDefault<NameHasher>>>,
}

/// The name that stands for the program itself and everything that it is linked with.
pub(crate) const SELF: &str = "self";

impl Library {
    /// Loads a library by its name or path, as the default [`SearchPolicy`] says.
    ///
    /// A name with a slash is a path, relative to the current directory; `self` is the program itself; other names
    /// are searched for by the dynamic linker. Loading runs the library's initializers, so whoever loads a library
    /// trusts it.
    ///
    /// # Errors
    /// What was tried, and what the dynamic linker said.
    pub fn open(name: &str) -> Result<Library, LibraryError> {
        Library::open_with(name, &SearchPolicy::default())
    }

    /// As [`Library::open`].
    ///
    /// # Errors
    /// As [`Library::open`].
    pub fn load(name: &str) -> Result<Library, LibraryError> {
        Library::open(name)
    }

    /// Loads a library that is searched for as the policy says.
    ///
    /// ```
    /// use vo_ffi_runtime::{Library, SearchPolicy};
    ///
    /// // Only in the program's own folder, and only under this very name.
    /// let own = SearchPolicy { folders: vec!["plugins".into()], system: false, variants: false };
    /// let error = Library::open_with("libm.so.6", &own).unwrap_err().to_string();
    /// assert!(error.contains("\n  tried plugins/libm.so.6\n"), "{error}");
    /// ```
    ///
    /// # Errors
    /// As [`Library::open`].
    pub fn open_with(name: &str, policy: &SearchPolicy) -> Result<Library, LibraryError> {
        if let Some(problem) = symbol::problem_of(name) {
            return Err(LibraryError::BadName { what: "library", name: name.into(), problem });
        }
        if name == SELF {
            return Ok(Library::process());
        }
        match search::find(name, policy) {
            Ok(handle) => Ok(Library::new(name, handle)),
            Err(search) => Err(LibraryError::NotFound { name: name.into(), search: Box::new(search) }),
        }
    }

    /// Loads the first of these libraries that there is.
    ///
    /// ```
    /// let libz = vo_ffi_runtime::Library::open_first(&["libnowhere.so.2", "libm.so.6"])?;
    /// assert_eq!(libz.name(), "libm.so.6");
    /// # Ok::<(), vo_ffi_runtime::LibraryError>(())
    /// ```
    ///
    /// # Errors
    /// Why each of them could not be loaded.
    pub fn open_first(names: &[&str]) -> Result<Library, LibraryError> {
        let mut errors = Vec::new();
        for name in names {
            match Library::open(name) {
                Ok(library) => return Ok(library),
                Err(error) => errors.push(error),
            }
        }
        Err(if errors.len() == 1 { errors.remove(0) } else { LibraryError::NoneFound { errors } })
    }

    /// The program itself, with everything that it is linked with.
    ///
    /// ```
    /// use vo_ffi_runtime::Library;
    /// assert!(Library::process().optional_symbol("malloc").is_some());
    /// ```
    pub fn process() -> Library {
        Library::new(SELF, system::Handle::program())
    }

    fn new(name: &str, handle: system::Handle) -> Library {
        Library(Arc::new(Inner { name: name.into(), handle, symbols: RwLock::default() }))
    }

    /// The symbol of this name, in the library or in one that it depends on.
    ///
    /// # Errors
    /// The names of functions that it has and that may be meant.
    pub fn symbol(&self, name: &str) -> Result<Symbol, LibraryError> {
        self.optional_symbol(name).ok_or_else(|| match symbol::problem_of(name) {
            Some(problem) => LibraryError::BadName { what: "symbol", name: name.into(), problem },
            None => LibraryError::NoSymbol {
                library: self.name().into(),
                path: self.path().into(),
                symbol: name.into(),
                nearest: nearest_exports(name, self.path()),
            },
        })
    }

    /// The symbol of this name, which not every version of a library has.
    ///
    /// ```
    /// # use vo_ffi_runtime::Library;
    /// let libc = Library::open("libc.so.6")?;
    /// let random = libc.optional_symbol("arc4random_buf").or_else(|| libc.optional_symbol("getrandom"));
    /// assert!(random.is_some_and(|symbol| !symbol.is_variable()));
    /// # Ok::<(), vo_ffi_runtime::LibraryError>(())
    /// ```
    pub fn optional_symbol(&self, name: &str) -> Option<Symbol> {
        let known = self.0.symbols.read().unwrap_or_else(PoisonError::into_inner).get(name).copied();
        known.or_else(|| self.look_up(name))
    }

    #[cold]
    fn look_up(&self, name: &str) -> Option<Symbol> {
        let symbol = self.0.handle.symbol(name)?;
        let mut symbols = self.0.symbols.write().unwrap_or_else(PoisonError::into_inner);
        symbols.insert(name.into(), symbol);
        Some(symbol)
    }

    /// The name that it was opened by.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The file that it was loaded from.
    pub fn path(&self) -> &Path {
        self.0.handle.path()
    }
}
