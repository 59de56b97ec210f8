//! The dynamic linker of Unix.

use std::env;
use std::ffi::{c_int, c_void};
use std::fs;
use std::path::{Path, PathBuf};
use std::ptr::NonNull;

use libloading::os::unix as dl;

use crate::library::{Symbol, SymbolKind};

/// What makes a name a path.
pub(super) const SEPARATORS: &[char] = &['/'];

/// A library that the dynamic linker holds.
#[derive(Debug)]
pub(super) struct Handle {
    library: dl::Library,
    path: PathBuf,
}

impl Handle {
    /// Loads the library of this name or path; or the reason why not.
    pub(super) fn open(name: &str) -> Result<Handle, String> {
        // What a symbol lacks is found out here and not in a call. Never unloading keeps valid whatever C
        // and the script hold of the library: code, buffers, threads, exit handlers.
        let flags = dl::RTLD_NOW | dl::RTLD_LOCAL | libc::RTLD_NODELETE;
        // SAFETY: the library's initializers are trusted as its functions are: whoever declares it vouches.
        let library = unsafe { dl::Library::open(Some(name), flags) }.map_err(|error| text_of(&error))?;
        Ok(Handle::new(library, name))
    }

    /// The program itself, with everything that it is linked with.
    pub(super) fn program() -> Handle {
        Handle::new(dl::Library::this(), "/proc/self/exe")
    }

    fn new(library: dl::Library, name: &str) -> Handle {
        let raw = library.into_raw();
        let path = loaded_from(raw).unwrap_or_else(|| PathBuf::from(name));
        // SAFETY: `into_raw` gave this handle up just above.
        let library = unsafe { dl::Library::from_raw(raw) };
        Handle { library, path }
    }

    /// What the library has under this name.
    pub(super) fn symbol(&self, name: &str) -> Option<Symbol> {
        // SAFETY: the type only says that the address is taken as it is.
        let symbol = unsafe { self.library.get::<*mut ()>(name) }.ok()?;
        let address = NonNull::new(*symbol)?;
        Some(Symbol::new(address, kind_of(address.as_ptr().cast())))
    }

    /// The file that it was loaded from.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

fn text_of(error: &libloading::Error) -> String {
    use std::error::Error as _;
    // libloading's own text only says that dlopen failed; its source is dlerror's.
    error.source().map_or_else(|| error.to_string(), |source| source.to_string())
}

/// Whether the dynamic linker says that there is no such file, rather than what is wrong with it.
pub(super) fn is_absent(reason: &str, name: &str) -> bool {
    reason
        .strip_prefix(name)
        .is_some_and(|rest| rest.starts_with(": cannot open shared object file: No such file"))
}

/// The first fields of glibc's `struct link_map`; see dlinfo(3).
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[repr(C)]
struct LinkMap {
    base: usize,
    name: *const std::ffi::c_char,
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn loaded_from(handle: *mut c_void) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStrExt as _;
    let mut map: *const LinkMap = std::ptr::null();
    // SAFETY: `handle` is open, and RTLD_DI_LINKMAP writes one pointer.
    let failed = unsafe { libc::dlinfo(handle, libc::RTLD_DI_LINKMAP, (&raw mut map).cast()) } != 0;
    if failed || map.is_null() {
        return None;
    }
    // SAFETY: the map lives while the library is loaded, and its name ends in a NUL.
    let name = unsafe { std::ffi::CStr::from_ptr((*map).name) };
    let path = Path::new(std::ffi::OsStr::from_bytes(name.to_bytes()));
    (!path.as_os_str().is_empty()).then(|| path.to_path_buf())
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn loaded_from(_handle: *mut c_void) -> Option<PathBuf> {
    None
}

/// What the symbol at this very address is declared to be.
#[cfg(all(target_os = "linux", target_env = "gnu", target_pointer_width = "64"))]
fn kind_of(address: *const c_void) -> SymbolKind {
    const RTLD_DL_SYMENT: c_int = 1;
    let mut info = std::mem::MaybeUninit::<libc::Dl_info>::zeroed();
    let mut symbol: *mut libc::Elf64_Sym = std::ptr::null_mut();
    // SAFETY: `info` has room for a `Dl_info`, and RTLD_DL_SYMENT writes one pointer more; both are read
    // only where the function says that it found the address.
    unsafe {
        let found = libc::dladdr1(address, info.as_mut_ptr(), (&raw mut symbol).cast(), RTLD_DL_SYMENT) != 0;
        let at = info.assume_init().dli_saddr.cast_const();
        if !found || at != address || symbol.is_null() {
            return SymbolKind::Unknown;
        }
        match (*symbol).st_info & 0xf {
            object::elf::STT_OBJECT => SymbolKind::Variable,
            object::elf::STT_FUNC | object::elf::STT_GNU_IFUNC => SymbolKind::Function,
            _ => SymbolKind::Unknown,
        }
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu", target_pointer_width = "64")))]
fn kind_of(_address: *const c_void) -> SymbolKind {
    SymbolKind::Unknown
}

/// The folders in which the dynamic linker looks for a name without a slash, as far as files and the
/// environment tell; see ld.so(8).
pub(super) fn search_path() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = Vec::new();
    if let Some(list) = env::var_os("LD_LIBRARY_PATH") {
        folders.extend(env::split_paths(&list).filter(|folder| !folder.as_os_str().is_empty()));
    }
    let mut configs: Vec<PathBuf> = (fs::read_dir("/etc/ld.so.conf.d").into_iter().flatten())
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "conf"))
        .collect();
    configs.sort();
    configs.insert(0, "/etc/ld.so.conf".into());
    for text in configs.iter().filter_map(|path| fs::read_to_string(path).ok()) {
        folders.extend(text.lines().map(str::trim).filter(|line| line.starts_with('/')).map(PathBuf::from));
    }
    folders.extend(["/lib64", "/usr/lib64", "/lib", "/usr/lib"].map(PathBuf::from));
    let mut seen = Vec::new();
    folders.retain(|folder| {
        // /lib is often a link to /usr/lib.
        let Ok(real) = folder.canonicalize() else { return false };
        let new = !seen.contains(&real);
        seen.push(real);
        new
    });
    folders
}
