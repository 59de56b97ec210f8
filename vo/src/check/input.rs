//! The source files of a program: given as text, or read from a file or a folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The path of the package that a program starts in.
pub(super) const MAIN: &str = "main";

/// A file of a program, not yet known to be UTF-8.
#[derive(Clone, Debug)]
pub struct Input {
    /// As messages show it.
    pub name: String,
    /// What is in it.
    pub text: Vec<u8>,
    /// 1 where the first line is not the user's; no message counts it.
    pub hidden_lines: u32,
    /// The path that the file's package is imported by; `main` for the program's own.
    pub package: String,
    /// The folder in which imported packages are looked for, each a folder of its path.
    pub root: Option<PathBuf>,
}

impl Input {
    /// A file of package `main` with this name and this text.
    pub fn new(name: impl Into<String>, text: impl Into<Vec<u8>>) -> Input {
        let (name, text, package) = (name.into(), text.into(), MAIN.into());
        Input { name, text, hidden_lines: 0, package, root: None }
    }

    /// A file of the package that is imported by this path.
    ///
    /// ```
    /// use vo_ffi::ExternRegistry;
    /// use vo_vm::{Input, Vm};
    ///
    /// let main = "package main\nimport \"geometry/shapes\"\nfunc main() { println(shapes.Square(3)) }";
    /// let shapes = "package shapes\nfunc Square(x int) int { return x * x }";
    /// let inputs = [Input::new("main.vo", main), Input::in_package("geometry/shapes", "shapes.vo", shapes)];
    /// let mut program = Vm::new(ExternRegistry::from_inventory()).load(&inputs).expect("no errors");
    /// program.run().expect("no panic");
    /// ```
    pub fn in_package(
        package: impl Into<String>,
        name: impl Into<String>,
        text: impl Into<Vec<u8>>,
    ) -> Input {
        Input { package: package.into(), ..Input::new(name, text) }
    }

    /// Reads a program: a file, or all `.vo` files of a folder. Packages that it imports are folders in the same one.
    ///
    /// # Errors
    /// Where something cannot be read, or the folder has no such file.
    pub fn read(path: &Path) -> io::Result<Vec<Input>> {
        if path.is_dir() {
            let mut inputs = read_package(path, MAIN)?;
            inputs.iter_mut().for_each(|input| input.root = Some(path.into()));
            return Ok(inputs);
        }
        let root = path.parent().map(Path::to_path_buf);
        Ok(vec![Input { root, ..Input::new(path.display().to_string(), fs::read(path)?) }])
    }
}

/// The `.vo` files of a folder, in order of their names; without those that are hidden.
///
/// # Errors
/// Where something cannot be read, or there are none.
pub(crate) fn read_package(folder: &Path, package: &str) -> io::Result<Vec<Input>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        if path.extension().is_some_and(|extension| extension == "vo") && !hidden {
            paths.push(path);
        }
    }
    if paths.is_empty() {
        return Err(io::Error::new(io::ErrorKind::NotFound, "the folder has no .vo files"));
    }
    paths.sort();
    paths
        .iter()
        .map(|path| Ok(Input::in_package(package, path.display().to_string(), fs::read(path)?)))
        .collect()
}
