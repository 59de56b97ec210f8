//! The loader of Windows.

use std::env;
use std::path::{Path, PathBuf};
use std::ptr::NonNull;

use libloading::os::windows as loader;

use crate::library::{Symbol, SymbolKind};

/// What makes a name a path.
pub(super) const SEPARATORS: &[char] = &['/', '\\'];

/// A module that the loader holds.
#[derive(Debug)]
pub(super) struct Handle {
    module: loader::Library,
    path: PathBuf,
}

impl Handle {
    /// Loads the module of this name or path; or the reason why not.
    pub(super) fn open(name: &str) -> Result<Handle, String> {
        // SAFETY: the module's initializers are trusted as its functions are: whoever declares it vouches.
        let module = unsafe { loader::Library::new(name) }.map_err(|error| text_of(&error, name))?;
        // Pinned, it is never unloaded; see GetModuleHandleExW.
        module.pin().map_err(|error| text_of(&error, name))?;
        Ok(Handle { module, path: PathBuf::from(name) })
    }

    /// The program itself. What its other modules export is not found here.
    ///
    /// # Panics
    /// If the loader does not know the program.
    pub(super) fn program() -> Handle {
        let module = loader::Library::this().expect("a program is a module of its own process");
        Handle { module, path: env::current_exe().unwrap_or_default() }
    }

    /// What the module exports under this name. It does not say what that is.
    pub(super) fn symbol(&self, name: &str) -> Option<Symbol> {
        // SAFETY: the type only says that the address is taken as it is.
        let symbol = unsafe { self.module.get::<*mut ()>(name) }.ok()?;
        NonNull::new(symbol.as_raw_ptr().cast()).map(|address| Symbol::new(address, SymbolKind::Unknown))
    }

    /// The file, or the name, that it was loaded from.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

/// The loader's words, behind the file's name as the dynamic linkers of Unix have it.
fn text_of(error: &libloading::Error, name: &str) -> String {
    use std::error::Error as _;
    let words = error.source().map_or_else(|| error.to_string(), |source| source.to_string());
    format!("{name}: {words}")
}

/// Whether the loader says that there is no such file: ERROR_MOD_NOT_FOUND.
pub(super) fn is_absent(reason: &str, _name: &str) -> bool {
    reason.ends_with("(os error 126)")
}

/// The folders in which the loader looks for a name that is no path, as far as the environment tells; see "Dynamic-link
/// library search order".
pub(super) fn search_path() -> Vec<PathBuf> {
    let program = env::current_exe().ok().and_then(|file| Some(file.parent()?.to_path_buf()));
    let windows = env::var_os("SystemRoot").map(PathBuf::from);
    let system = windows.iter().flat_map(|root| [root.join("System32"), root.clone()]);
    let path = env::var_os("PATH").map(|list| env::split_paths(&list).collect::<Vec<_>>());
    program.into_iter().chain(system).chain(path.into_iter().flatten()).collect()
}
