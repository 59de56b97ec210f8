//! Where the packages that a program imports come from: the machine's own, then the program's files, then folders.

use std::borrow::Cow;
use std::cell::Cell;
use std::io;
use std::path::Path;

use crate::check::{Input, PackageSource, read_package};
use crate::diagnostic::nearest;
use crate::packages::{self, Needed};
use crate::permissions::{Libraries, Permissions};

/// The packages that the files of a program may import.
pub(crate) struct Sources<'i> {
    inputs: &'i [Input],
    /// What is left of the machine's packages; all where there is nothing.
    needed: Option<Needed>,
    has_read_folders: Cell<bool>,
    runs_tools: bool,
}

impl<'i> Sources<'i> {
    pub(crate) fn new(inputs: &'i [Input]) -> Sources<'i> {
        Sources { inputs, needed: None, has_read_folders: Cell::new(false), runs_tools: true }
    }

    /// As [`Sources::new`], without what the inputs do not need of the machine's packages.
    pub(crate) fn needed(inputs: &'i [Input]) -> Sources<'i> {
        let texts = inputs.iter().map(|input| input.text.as_slice());
        Sources { needed: Some(Needed::by(texts)), ..Sources::new(inputs) }
    }

    /// The same for a program with these permissions.
    pub(crate) fn permitted(mut self, permissions: &Permissions) -> Sources<'i> {
        self.runs_tools = permissions.c == Libraries::All;
        self
    }

    /// Whether the program has files that were not among the inputs, which may need more.
    pub(crate) fn has_read_folders(&self) -> bool {
        self.has_read_folders.get()
    }
}

impl PackageSource for Sources<'_> {
    fn files(&self, path: &str) -> Option<Vec<(String, Cow<'static, str>)>> {
        if let Some(needed) = &self.needed {
            let files = needed.files(path)?.iter();
            return Some(files.map(|(name, text)| (name.to_string(), Cow::Owned(text.clone()))).collect());
        }
        let files = packages::sources(path)?;
        Some(files.iter().map(|&(name, text)| (name.to_string(), Cow::Borrowed(text))).collect())
    }

    fn own_files(&self, path: &str) -> Result<Vec<Input>, Option<String>> {
        let given: Vec<Input> = self.inputs.iter().filter(|input| input.package == path).cloned().collect();
        if !given.is_empty() {
            return Ok(given);
        }
        match self.inputs.iter().find_map(|input| input.root.as_deref()) {
            Some(root) => {
                self.has_read_folders.set(true);
                read_folder(root, path)
            }
            None => Err(None),
        }
    }

    fn runs_tools(&self) -> bool {
        self.runs_tools
    }

    fn paths(&self) -> Vec<String> {
        let mut paths: Vec<String> = packages::importable().map(str::to_string).collect();
        let own = self.inputs.iter().map(|input| &input.package).filter(|path| *path != "main");
        paths.extend(own.cloned());
        paths.dedup();
        paths
    }
}

/// The files of the package in a folder below `root`, or why there are none.
fn read_folder(root: &Path, path: &str) -> Result<Vec<Input>, Option<String>> {
    let is_name = |part: &str| !part.is_empty() && !part.starts_with('.') && !part.contains(['\\', '\0']);
    if !path.split('/').all(is_name) {
        let why = "the path of a package is the way to its folder, from the program's: \"shapes\", \"geometry/shapes\"";
        return Err(Some(why.into()));
    }
    let folder = root.join(path);
    read_package(&folder, path).map_err(|error| Some(missing(&folder, &error)))
}

fn missing(folder: &Path, error: &io::Error) -> String {
    let shown = folder.display();
    match error.kind() {
        io::ErrorKind::NotFound if folder.is_dir() => format!("the folder {shown} has no .vo files"),
        io::ErrorKind::NotFound => match near_folder(folder) {
            Some(near) => format!("there is no folder {shown}, but one named {near}"),
            None => format!("there is no folder {shown}"),
        },
        _ => format!("the folder {shown} cannot be read: {}", vo_ffi::io_text(error)),
    }
}

/// A folder at the same place whose name is almost the same.
fn near_folder(folder: &Path) -> Option<String> {
    let wanted = folder.file_name()?.to_str()?;
    let entries = std::fs::read_dir(folder.parent()?).ok()?.filter_map(Result::ok);
    let folders = entries.filter(|entry| entry.path().is_dir());
    let names: Vec<String> = folders.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    nearest(wanted, names.iter().map(String::as_str)).map(str::to_string)
}
