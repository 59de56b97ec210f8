//! The static checker: from source text to a [`CheckedProgram`], or to all of its errors.

mod assign;
mod binary;
mod branch;
mod builtin;
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
mod load;
mod lookup;
mod operand;
mod predicates;
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

use checker::Checker;
pub use info::CheckedProgram;
use load::Loader;

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
    /// 1 where the first line is not the user's; no message counts it.
    pub hidden_lines: u32,
}

impl Input {
    /// A file of this name with this text.
    pub fn new(name: impl Into<String>, text: impl Into<Vec<u8>>) -> Input {
        Input { name: name.into(), text: text.into(), hidden_lines: 0 }
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

/// Parses and checks a program: the files of its package `main`, and what they import. Errors of
/// syntax are reported alone, since they make others that are none.
pub fn check_program(inputs: &[Input], packages: &dyn PackageSource) -> Result<CheckedProgram, Rejected> {
    let mut loader = Loader::new(packages);
    loader.load_main(inputs);
    let Loader { sources, ast, diagnostics, packages: loaded, .. } = loader;
    let mut checked = None;
    if diagnostics.len() == 0 {
        let mut checker = Checker::new(&ast, &sources, &diagnostics, packages.paths());
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
