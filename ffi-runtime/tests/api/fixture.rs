//! The fixture library.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use vo_ffi_runtime::Library;

/// Compiles a library into the folder of test files.
pub(crate) fn compile(source: &str, name: &str, more: &[&str]) -> String {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let path = folder.join(name);
    // Other test processes may have the library open: it is replaced, not overwritten.
    let new = folder.join(format!("{}-{name}", std::process::id()));
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(source);
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-Wno-psabi", "-Werror"])
        .args(more)
        .arg(source)
        .arg("-o")
        .arg(&new)
        .status()
        .expect("a C compiler named cc");
    assert!(built.success());
    std::fs::rename(new, &path).expect("a rename in one folder");
    path.to_str().expect("a path in UTF-8").to_string()
}

/// The fixture's path.
pub(crate) fn path() -> &'static str {
    static PATH: OnceLock<String> = OnceLock::new();
    PATH.get_or_init(|| compile("tests/c/api.c", "libapi.so", &[]))
}

/// The fixture.
pub(crate) fn library() -> Library {
    Library::open(path()).expect("the library that was just made")
}
