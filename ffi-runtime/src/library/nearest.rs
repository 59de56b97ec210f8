//! Libraries that exist, near the name of one that could not be loaded.

use std::env::consts::DLL_SUFFIX;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::library::{exports, system};

/// The names of libraries in these folders that are almost this one: another version, or a slip.
pub(super) fn libraries(name: &str, folders: &[PathBuf]) -> Vec<String> {
    let wanted = stem(name);
    let mut files: Vec<(PathBuf, String)> = Vec::new();
    for folder in folders {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let Ok(file) = entry.file_name().into_string() else { continue };
            if file.contains(DLL_SUFFIX) {
                files.push((entry.path(), file));
            }
        }
    }
    let stems: Vec<&str> = files.iter().map(|(_, file)| stem(file)).collect();
    let near = vo_ffi_core::nearest(wanted, stems);
    let folder = name.rfind(system::SEPARATORS).map_or("", |slash| &name[..=slash]);
    (near.into_iter())
        .filter_map(|near| {
            let same = files.iter().filter(|(_, file)| stem(file) == near);
            let best = same.filter(|(path, _)| is_library(path)).min_by_key(|(_, file)| preference(file))?;
            Some(format!("{folder}{}", best.1))
        })
        .collect()
}

/// What a library is called besides prefix, suffix and version: `m` of `/lib/libm.so.6`.
fn stem(name: &str) -> &str {
    let file = name.rsplit(system::SEPARATORS).next().unwrap_or(name);
    let file = file.split_once(DLL_SUFFIX).map_or(file, |(stem, _)| stem);
    file.strip_prefix("lib").unwrap_or(file)
}

/// `libz.so.1` before `libz.so`, which only packages for development bring, before `libz.so.1.2.13`.
fn preference(file: &str) -> (usize, &str) {
    let version = file.split_once(DLL_SUFFIX).map_or("", |(_, version)| version);
    let rank = match version.matches('.').count() {
        1 => 0,
        0 => 1,
        dots => dots,
    };
    (rank, file)
}

fn is_library(path: &Path) -> bool {
    if cfg!(not(target_os = "linux")) {
        return true;
    }
    let mut magic = [0; 4];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut magic));
    read.is_ok() && magic == *exports::ELF
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn stems_and_preferences() {
        for name in ["m", "libm", "libm.so", "libm.so.6", "./m.so", "/lib/libm.so.6.1"] {
            assert_eq!(stem(name), "m");
        }
        let mut files = ["libz.so.1.2.13", "libz.so", "libz.so.1"];
        files.sort_by_key(|file| preference(file));
        assert_eq!(files, ["libz.so.1", "libz.so", "libz.so.1.2.13"]);
    }
}
