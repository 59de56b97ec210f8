//! What a program does first: package by package variables get their values and the functions `init` run.

use super::info::{Info, PackageId, Step};
use crate::ast::Ast;

impl Info {
    /// The steps of the packages from this one on.
    pub(crate) fn startup_of(&self, first: usize, ast: &Ast) -> Vec<Step> {
        let mut steps = Vec::new();
        for (index, package) in self.packages.iter().enumerate().skip(first) {
            let file = |value| ast.expr(value).span.file;
            for group in package.initialisers.chunk_by(|a, b| file(a.value) == file(b.value)) {
                let package = PackageId(index as u32);
                steps.push(Step::Variables { package, declared: Vec::new(), initialisers: group.to_vec() });
            }
            steps.extend(package.inits.iter().copied().map(Step::Call));
        }
        steps
    }
}
