//! A path is text.

use vo_ffi::prelude::*;

use std::path::{Path, PathBuf};

#[vo_extern("a.A")]
fn exists(path: &Path) -> bool {
    path.exists()
}

#[vo_extern("a.B")]
fn joined(folder: PathBuf, name: &str) -> PathBuf {
    folder.join(name)
}

fn main() {}
