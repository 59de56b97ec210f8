//! C libraries: found by name, loaded once, never unloaded; their symbols, looked up once.

mod exports;
mod nearest;
mod unix;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

pub(crate) use exports::exports;

use crate::error::LibrarySearch;

/// The code of a C function, of whatever type.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Code(pub(crate) unsafe extern "C" fn());

/// What a name in a library turned out to be.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Symbol {
    /// A function.
    Function(Code),
    /// A variable.
    Variable,
}

/// A loaded library. Clones are the same one, and it is never unloaded: C may keep addresses of it.
#[derive(Clone, Debug)]
pub struct Library(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    handle: unix::Handle,
    symbols: Mutex<HashMap<String, Symbol>>,
}

/// The name that stands for the program itself and everything that it is linked with.
pub(crate) const SELF: &str = "self";

impl Library {
    /// Loads a library: by its name, else with the prefix `lib` and the suffix `.so` where it lacks them.
    ///
    /// A name with a slash is a path, relative to the current directory; other names are searched for by
    /// the dynamic linker. Loading runs the library's initializers.
    pub(crate) fn load(name: &str) -> Result<Library, LibrarySearch> {
        if name == SELF {
            return Ok(Library::new(unix::Handle::program()));
        }
        let tried = variants(name);
        let mut reasons = Vec::new();
        for file in &tried {
            match unix::Handle::open(file) {
                Ok(handle) => return Ok(Library::new(handle)),
                Err(reason) => reasons.push(reason),
            }
        }
        let searched = if name.contains('/') { folder_of(name) } else { unix::search_path() };
        let nearest = nearest::libraries(name, &searched);
        // A file that exists and cannot be loaded tells more than one that does not exist.
        let telling = reasons.iter().zip(&tried).position(|(reason, file)| !unix::is_absent(reason, file));
        let reason = explain(reasons.swap_remove(telling.unwrap_or(0)));
        Err(LibrarySearch { tried, searched, reason, nearest })
    }

    fn new(handle: unix::Handle) -> Library {
        Library(Arc::new(Inner { handle, symbols: Mutex::default() }))
    }

    /// The symbol of this name, in the library or in one that it depends on.
    pub(crate) fn symbol(&self, name: &str) -> Option<Symbol> {
        let mut symbols = self.0.symbols.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(&symbol) = symbols.get(name) {
            return Some(symbol);
        }
        let symbol = self.0.handle.symbol(name)?;
        symbols.insert(name.to_string(), symbol);
        Some(symbol)
    }

    /// The file that it was loaded from.
    pub fn path(&self) -> &Path {
        self.0.handle.path()
    }
}

/// The names to try for a library, in order.
fn variants(name: &str) -> Vec<String> {
    let (folder, file) =
        name.rsplit_once('/').map_or(("", name), |(folder, _)| name.split_at(folder.len() + 1));
    let suffixed = if file.contains(".so") { file.to_string() } else { format!("{file}.so") };
    let mut names = vec![name.to_string(), format!("{folder}{suffixed}")];
    if !file.starts_with("lib") {
        names.push(format!("{folder}lib{suffixed}"));
    }
    names.dedup();
    names
}

fn folder_of(name: &str) -> Vec<PathBuf> {
    let folder = Path::new(name).parent().unwrap_or(Path::new("."));
    vec![std::path::absolute(folder).unwrap_or_else(|_| folder.to_path_buf())]
}

/// The dynamic linker's words, made plain where a file is not a library at all.
fn explain(reason: String) -> String {
    let content = reason.rsplit_once(": ").and_then(|(file, _)| Some((file, std::fs::read(file).ok()?)));
    match content {
        Some((file, content)) if content.starts_with(b"/* GNU ld script") => {
            format!("{file} is a text for the linker that names the real library")
        }
        Some((file, content)) if !content.starts_with(exports::ELF) => format!("{file} is not a library"),
        _ => reason,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_tried() {
        let cases: [(&str, &[&str]); 7] = [
            ("libm.so.6", &["libm.so.6"]),
            ("m", &["m", "m.so", "libm.so"]),
            ("libm", &["libm", "libm.so"]),
            ("z.so.1", &["z.so.1", "libz.so.1"]),
            ("./fixture", &["./fixture", "./fixture.so", "./libfixture.so"]),
            ("/opt/a.so/libb", &["/opt/a.so/libb", "/opt/a.so/libb.so"]),
            ("build/libb.so", &["build/libb.so"]),
        ];
        for (name, expected) in cases {
            assert_eq!(variants(name), expected);
        }
    }
}
