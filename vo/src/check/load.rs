//! Reads and parses a program's files, and those of the packages that they import.

use std::collections::HashMap;

use super::scope::last_part;
use super::{Input, PackageSource};
use crate::ast::{Ast, ExprKind, File};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::parser::{Part, parse_entry, parse_file};
use crate::source::{SourceMap, Span};

/// A parsed package.
#[derive(Debug)]
pub(super) struct Package {
    pub(super) path: String,
    pub(super) name: String,
    pub(super) files: Vec<File>,
}

/// What is always loaded in a session: what prints values.
const SESSION_PACKAGES: [&str; 2] = ["errors", "fmt"];

/// The packages of a program, each behind those that it imports.
pub(super) struct Loader<'p> {
    pub(super) sources: SourceMap,
    pub(super) ast: Ast,
    pub(super) diagnostics: Diagnostics,
    pub(super) packages: Vec<Package>,
    provider: &'p dyn PackageSource,
    /// The packages that have been met; none while their imports are read.
    met: HashMap<String, Option<usize>>,
}

impl<'p> Loader<'p> {
    pub(super) fn new(provider: &'p dyn PackageSource) -> Loader<'p> {
        Loader {
            sources: SourceMap::default(),
            ast: Ast::default(),
            diagnostics: Diagnostics::default(),
            packages: Vec::new(),
            provider,
            met: HashMap::new(),
        }
    }

    /// A loader for more of a program: these sources, of which these packages have been loaded already.
    pub(super) fn resume(
        provider: &'p dyn PackageSource,
        sources: SourceMap,
        loaded: impl Iterator<Item = String>,
    ) -> Loader<'p> {
        let met = loaded.map(|path| (path, Some(0))).collect();
        Loader { sources, met, ..Loader::new(provider) }
    }

    /// Loads the program itself. The package `errors` is always there: the errors of natives are
    /// made of its type.
    pub(super) fn load_main(&mut self, inputs: &[Input]) {
        self.load("errors", None);
        let mut files = Vec::new();
        for input in inputs {
            let text = String::from_utf8_lossy(&input.text);
            let number = self.sources.add_behind(input.hidden_lines, &input.name, text, false);
            match std::str::from_utf8(&input.text) {
                Ok(text) => files.push(parse_file(number, text, &mut self.ast, &self.diagnostics)),
                Err(error) => {
                    let start = error.valid_up_to();
                    self.diagnostics.push(
                        Diagnostic::new(Span::new(number, start, start + 3), "invalid UTF-8 encoding")
                            .label("this byte is not UTF-8"),
                    );
                }
            }
        }
        self.check_package_names(&files);
        self.load_imports(&files);
        self.packages.push(Package { path: "main".into(), name: "main".into(), files });
    }

    /// Loads what was entered in a session, and the packages that it imports or names; the result is its file and
    /// its parts. `is_declared` tells of the names that are no packages.
    pub(super) fn load_entry(
        &mut self,
        name: &str,
        text: &str,
        is_declared: impl Fn(&str) -> bool,
    ) -> (u32, Vec<Part>) {
        SESSION_PACKAGES.iter().for_each(|path| self.load(path, None));
        let number = self.sources.add(name, text, false);
        let parts = parse_entry(number, text, &mut self.ast, &self.diagnostics);
        for part in &parts {
            if let Part::Declarations(file) = part {
                self.load_imports(std::slice::from_ref(file));
            }
        }
        for path in self.provider.paths() {
            let name = last_part(&path);
            if !is_declared(name) && self.ast.exprs.iter().any(|expr| self.names_package(&expr.kind, name)) {
                self.load(&path, None);
            }
        }
        (number, parts)
    }

    /// Whether an expression is `name.Something`.
    fn names_package(&self, kind: &ExprKind, name: &str) -> bool {
        matches!(kind, ExprKind::Selector { operand, .. } if self.ast.name(*operand) == name)
    }

    fn check_package_names(&self, files: &[File]) {
        for file in files {
            let name = &file.package;
            if !name.name.is_empty() && name.name != "main" {
                let message = format!("package {}; expected package main", name.name);
                let error = Diagnostic::new(name.span, message);
                self.diagnostics.push(error.help("a program's own package is `main`"));
            }
        }
    }

    fn load_imports(&mut self, files: &[File]) {
        for import in files.iter().flat_map(|file| &file.imports) {
            self.load(&import.path, Some(import.span));
        }
    }

    pub(super) fn load(&mut self, path: &str, from: Option<Span>) {
        match self.met.get(path) {
            Some(Some(_)) => return,
            Some(None) => {
                let span = from.unwrap_or_default();
                return self.diagnostics.push(Diagnostic::new(span, "import cycle not allowed"));
            }
            None => {}
        }
        let Some(texts) = self.provider.files(path) else { return };
        self.met.insert(path.into(), None);
        let mut files = Vec::new();
        for (name, text) in texts {
            let number = self.sources.add(name, text.as_ref(), true);
            files.push(parse_file(number, &text, &mut self.ast, &self.diagnostics));
        }
        self.load_imports(&files);
        let name = files.first().map_or(String::new(), |file| file.package.name.clone());
        self.met.insert(path.into(), Some(self.packages.len()));
        self.packages.push(Package { path: path.into(), name, files });
    }
}
