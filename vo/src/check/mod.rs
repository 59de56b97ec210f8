//! The static checker: from source text to a [`CheckedProgram`], or to all of its errors.

pub mod info;

use std::borrow::Cow;

pub use info::CheckedProgram;

use crate::diagnostic::Diagnostic;
use crate::source::SourceMap;

/// Where imported packages come from.
pub trait PackageSource {
    /// The files of a package, as names and texts; none if there is no such package.
    fn files(&self, path: &str) -> Option<Vec<(String, Cow<'static, str>)>>;
    /// The paths of all packages, for hints.
    fn paths(&self) -> Vec<String>;
}

/// A file of the program itself, not yet known to be UTF-8.
#[derive(Clone, Debug)]
pub struct Input {
    /// As messages show it.
    pub name: String,
    /// What is in it.
    pub text: Vec<u8>,
}

/// A program that has errors.
#[derive(Debug)]
pub struct Rejected {
    /// The files, for [`crate::diagnostic::render`].
    pub sources: SourceMap,
    /// At least one error, in order of place.
    pub diagnostics: Vec<Diagnostic>,
}

/// Parses and checks a program: the files of its package `main`, and what they import.
pub fn check_program(inputs: &[Input], packages: &dyn PackageSource) -> Result<CheckedProgram, Rejected> {
    let _ = (inputs, packages);
    Err(Rejected { sources: SourceMap::default(), diagnostics: Vec::new() })
}
