//! The static checker: from source text to a [`CheckedProgram`], or to all of its errors.

mod assign;
mod binary;
mod bits;
mod branch;
mod builtin;
mod c;
mod call;
mod checker;
mod collect;
mod composite;
mod constant;
mod convert;
mod decl;
mod defer;
mod expr;
mod fraction;
mod func;
mod goto;
mod index;
pub mod info;
mod init_order;
mod input;
mod load;
mod lookup;
mod opaque;
mod operand;
mod packed;
mod pointer;
mod predicates;
mod representable;
mod scope;
mod selector;
pub(crate) mod session;
mod startup;
mod stmt;
mod switch;
#[cfg(test)]
mod tests;
mod typexpr;

use std::borrow::Cow;
use std::fmt;

use checker::Checker;
pub use info::CheckedProgram;
pub use input::Input;
pub(crate) use input::read_package;
use load::Loader;

use crate::diagnostic::{Diagnostic, render};
use crate::source::SourceMap;

/// Where imported packages come from.
pub trait PackageSource {
    /// The files of a package of the machine, as names and texts; none if there is no such package.
    fn files(&self, path: &str) -> Option<Vec<(String, Cow<'static, str>)>>;
    /// The files of a package that is the program's own; or, where it can be told, why there are none.
    fn own_files(&self, _path: &str) -> Result<Vec<Input>, Option<String>> {
        Err(None)
    }
    /// The paths of all packages, for hints.
    fn paths(&self) -> Vec<String>;
    /// Whether preambles may have `pkg-config` run.
    fn runs_tools(&self) -> bool {
        true
    }
}

/// A program that has errors.
#[derive(Debug)]
pub struct Rejected {
    /// The files, for [`crate::diagnostic::render`].
    pub sources: SourceMap,
    /// At least one error, in order of place.
    pub diagnostics: Vec<Diagnostic>,
}

/// All errors with excerpts and carets, without colours.
impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(render(&self.sources, &self.diagnostics, false).trim_end())
    }
}

impl std::error::Error for Rejected {}

/// Parses and checks a program: the files of its package `main`, and what they import. Errors of
/// syntax are reported alone, since they make others that are none.
pub fn check_program(inputs: &[Input], packages: &dyn PackageSource) -> Result<CheckedProgram, Rejected> {
    let mut loader = Loader::new(packages);
    loader.load_main(inputs);
    let Loader { sources, ast, diagnostics, packages: loaded, missing, .. } = loader;
    let mut checked = None;
    if diagnostics.len() == 0 {
        let mut checker = Checker::new(&ast, &sources, &diagnostics, packages.paths());
        checker.missing_packages = missing;
        checker.runs_tools = packages.runs_tools();
        for package in &loaded {
            checker.check_package(package);
        }
        checker.finish();
        checked = Some((checker.types, checker.info));
    }
    match checked {
        Some((types, info)) if diagnostics.len() == 0 => {
            Ok(CheckedProgram { sources, ast, types: types.into(), info })
        }
        _ => Err(Rejected { sources, diagnostics: diagnostics.into_sorted() }),
    }
}
