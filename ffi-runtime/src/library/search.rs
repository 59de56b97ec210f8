//! Where a library is searched for, and under which names.

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::fs;
use std::path::{Path, PathBuf};

use crate::error::LibrarySearch;
use crate::library::{exports, nearest, system};

/// How a library is searched for whose name is not a path.
///
/// ```
/// use vo_ffi_runtime::{Library, SearchPolicy};
///
/// let policy = SearchPolicy { folders: vec!["/opt/example/lib".into()], ..SearchPolicy::default() };
/// // Not in that folder, so the system's is taken; `m` may be `libm.so.6`.
/// let libm = Library::open_with("m", &policy)?;
/// assert!(libm.symbol("cos").is_ok());
/// # Ok::<(), vo_ffi_runtime::LibraryError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchPolicy {
    /// Folders to look in first, in this order; relative ones to the current directory.
    pub folders: Vec<PathBuf>,
    /// Whether the dynamic linker then searches as it does for every program: `LD_LIBRARY_PATH`, the system's folders.
    pub system: bool,
    /// Whether `m` may be `m.so` or `libm.so`, on Windows `m.dll`. A name without a path may also be `libm.so.6`, if
    /// there is only one with a number.
    pub variants: bool,
}

impl Default for SearchPolicy {
    /// The system's search, with variants.
    fn default() -> SearchPolicy {
        SearchPolicy { folders: Vec::new(), system: true, variants: true }
    }
}

/// Loads the library of this name.
pub(super) fn find(name: &str, policy: &SearchPolicy) -> Result<system::Handle, LibrarySearch> {
    let mut attempts = Attempts { tried: Vec::new(), reasons: Vec::new() };
    let names = if policy.variants { variants(name) } else { vec![name.to_string()] };
    let is_path = name.contains(system::SEPARATORS);
    if is_path {
        if let Some(handle) = names.into_iter().find_map(|file| attempts.open(file)) {
            return Ok(handle);
        }
        return Err(attempts.explain(name, folder_of(name)));
    }
    let in_folders = policy.folders.iter().flat_map(|folder| names.iter().map(|file| joined(folder, file)));
    let of_system = names.iter().filter(|_| policy.system).cloned();
    if let Some(handle) = in_folders.chain(of_system).find_map(|file| attempts.open(file)) {
        return Ok(handle);
    }
    let system_folders = if policy.system { system::search_path() } else { Vec::new() };
    if policy.variants && !name.contains(DLL_SUFFIX) {
        let own = numbered(name, &policy.folders).map(|(folder, file)| joined(&folder, &file));
        let of_system = || numbered(name, &system_folders).map(|(_, file)| file);
        if let Some(handle) = own.or_else(of_system).and_then(|file| attempts.open(file)) {
            return Ok(handle);
        }
    }
    let searched = policy.folders.iter().cloned().chain(system_folders).collect();
    Err(attempts.explain(name, searched))
}

/// The names that were tried, and what the dynamic linker said of each.
struct Attempts {
    tried: Vec<String>,
    reasons: Vec<String>,
}

impl Attempts {
    fn open(&mut self, file: String) -> Option<system::Handle> {
        match system::Handle::open(&file) {
            Ok(handle) => Some(handle),
            Err(reason) => {
                self.tried.push(file);
                self.reasons.push(reason);
                None
            }
        }
    }

    fn explain(mut self, name: &str, searched: Vec<PathBuf>) -> LibrarySearch {
        // A file that exists and cannot be loaded tells more than one that does not exist.
        let is_absent = |(reason, file): (&String, &String)| system::is_absent(reason, file);
        let telling = self.reasons.iter().zip(&self.tried).position(|attempt| !is_absent(attempt));
        let reason = match self.reasons.len() {
            0 => "there is no folder to search".into(),
            _ => explain(self.reasons.swap_remove(telling.unwrap_or(0))),
        };
        let nearest = nearest::libraries(name, &searched);
        LibrarySearch { tried: self.tried, searched, reason, nearest }
    }
}

/// A path that the dynamic linker takes for one.
fn joined(folder: &Path, file: &str) -> String {
    let path = folder.join(file).to_string_lossy().into_owned();
    if path.contains(system::SEPARATORS) { path } else { format!("./{path}") }
}

/// The names to try for a library, in order.
fn variants(name: &str) -> Vec<String> {
    let (folder, file) = name.rfind(system::SEPARATORS).map_or(("", name), |at| name.split_at(at + 1));
    let suffixed = if file.contains(DLL_SUFFIX) { file.to_string() } else { format!("{file}{DLL_SUFFIX}") };
    let mut names = vec![name.to_string(), format!("{folder}{suffixed}")];
    if !file.starts_with("lib") && !DLL_PREFIX.is_empty() {
        names.push(format!("{folder}{DLL_PREFIX}{suffixed}"));
    }
    names.dedup();
    names
}

/// The one library of this name with a single number behind its suffix, as `libm.so.6`, and the folder that has it.
fn numbered(name: &str, folders: &[PathBuf]) -> Option<(PathBuf, String)> {
    let stem = name.strip_prefix(DLL_PREFIX).unwrap_or(name);
    let start = format!("{DLL_PREFIX}{stem}{DLL_SUFFIX}.");
    let is_numbered = |file: &str| {
        let number = file.strip_prefix(&start).unwrap_or_default();
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    };
    let mut found: Option<(PathBuf, String)> = None;
    for folder in folders {
        let files = fs::read_dir(folder).into_iter().flatten().flatten();
        for file in files.filter_map(|entry| entry.file_name().into_string().ok()) {
            match &found {
                _ if !is_numbered(&file) => {}
                None => found = Some((folder.clone(), file)),
                Some((_, first)) if *first == file => {}
                Some(_) => return None,
            }
        }
    }
    found
}

fn folder_of(name: &str) -> Vec<PathBuf> {
    let folder = Path::new(name).parent().unwrap_or(Path::new("."));
    vec![std::path::absolute(folder).unwrap_or_else(|_| folder.to_path_buf())]
}

/// The dynamic linker's words, made plain where a file is not a library at all.
fn explain(reason: String) -> String {
    let content = reason.rsplit_once(": ").and_then(|(file, _)| Some((file, fs::read(file).ok()?)));
    match content {
        Some((file, content)) if content.starts_with(b"/* GNU ld script") => {
            format!("{file} is a text for the linker that names the real library")
        }
        Some((file, content)) if !content.starts_with(exports::ELF) => format!("{file} is not a library"),
        _ => reason,
    }
}

#[cfg(all(test, target_os = "linux"))]
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
