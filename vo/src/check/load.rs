//! Reads and parses a program's files, and those of the packages that they import.

use std::borrow::Cow;
use std::collections::HashMap;

use super::input::MAIN;
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
    /// The packages whose imports are being read, outermost first, with the places where they are imported.
    way: Vec<(String, Span)>,
    /// Why packages are not there.
    pub(super) missing: HashMap<String, String>,
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
            way: Vec::new(),
            missing: HashMap::new(),
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
        let own = inputs.iter().filter(|input| input.package == MAIN);
        let files: Vec<File> = own.filter_map(|input| self.parse(input)).collect();
        self.check_package_names(&files);
        self.load_imports(&files);
        self.sort_packages();
        self.packages.push(Package { path: MAIN.into(), name: MAIN.into(), files });
    }

    /// Brings the packages into the order in which Go initialises them: again and again the first one by path whose
    /// imports are all there.
    fn sort_packages(&mut self) {
        let mut waiting = std::mem::take(&mut self.packages);
        waiting.sort_by(|a, b| a.path.cmp(&b.path));
        while !waiting.is_empty() {
            let imports = |package: &Package, path: &str| {
                package.files.iter().flat_map(|file| &file.imports).any(|import| import.path == path)
            };
            let ready = |package: &Package| !waiting.iter().any(|other| imports(package, &other.path));
            // Cycles are errors, and reported already.
            let next = waiting.iter().position(ready).unwrap_or_default();
            self.packages.push(waiting.remove(next));
        }
    }

    /// Parses a file, where it is text.
    fn parse(&mut self, input: &Input) -> Option<File> {
        let text = String::from_utf8_lossy(&input.text);
        let number = self.sources.add_behind(input.hidden_lines, &input.name, text, false);
        match std::str::from_utf8(&input.text) {
            Ok(text) => Some(parse_file(number, text, &mut self.ast, &self.diagnostics)),
            Err(error) => {
                let start = error.valid_up_to();
                let span = Span::new(number, start, start + 3);
                let error = Diagnostic::new(span, "invalid UTF-8 encoding");
                self.diagnostics.push(error.label("this byte is not UTF-8"));
                None
            }
        }
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
            if !name.name.is_empty() && name.name != MAIN {
                let message = format!("package {}; expected package main", name.name);
                let error = Diagnostic::new(name.span, message);
                self.diagnostics.push(error.help("a program's own package is `main`"));
            }
        }
    }

    /// The files of an imported package are of one package, and that is no program.
    fn check_imported(&self, path: &str, from: Option<Span>, files: &[File]) {
        let mut named = files.iter().map(|file| &file.package).filter(|name| !name.name.is_empty());
        let Some(first) = named.next() else { return };
        for other in named.filter(|other| other.name != first.name) {
            let message = format!("package {}; expected package {}", other.name, first.name);
            let error = Diagnostic::new(other.span, message);
            let error = error.secondary(first.span, format!("package {}", first.name));
            self.diagnostics.push(error.help("all files of a folder are of one package"));
        }
        if first.name == MAIN {
            self.import_of_program(path, from);
        }
    }

    fn import_of_program(&self, path: &str, from: Option<Span>) {
        let message = format!("import \"{path}\" is a program, not an importable package");
        self.diagnostics.push(Diagnostic::new(from.unwrap_or_default(), message));
    }

    fn load_imports(&mut self, files: &[File]) {
        for import in files.iter().flat_map(|file| &file.imports) {
            self.load(&import.path, Some(import.span));
        }
    }

    pub(super) fn load(&mut self, path: &str, from: Option<Span>) {
        match self.met.get(path) {
            Some(Some(_)) => return,
            Some(None) => return self.import_cycle(path, from.unwrap_or_default()),
            None if path == MAIN => return self.import_of_program(path, from),
            None => {}
        }
        let Some(files) = self.read(path, from) else { return };
        self.met.insert(path.into(), None);
        self.way.push((path.into(), from.unwrap_or_default()));
        self.load_imports(&files);
        self.way.pop();
        let name = files.first().map_or(String::new(), |file| file.package.name.clone());
        self.met.insert(path.into(), Some(self.packages.len()));
        self.packages.push(Package { path: path.into(), name, files });
    }

    /// Parses the files of a package: the machine's, else the program's own.
    fn read(&mut self, path: &str, from: Option<Span>) -> Option<Vec<File>> {
        if let Some(texts) = self.provider.files(path) {
            let parse = |(name, text): (String, Cow<'static, str>)| {
                let number = self.sources.add(name, text.as_ref(), true);
                parse_file(number, &text, &mut self.ast, &self.diagnostics)
            };
            return Some(texts.into_iter().map(parse).collect());
        }
        match self.provider.own_files(path) {
            Ok(inputs) => {
                let files: Vec<File> = inputs.iter().filter_map(|input| self.parse(input)).collect();
                self.check_imported(path, from, &files);
                Some(files)
            }
            Err(why) => {
                self.missing.extend(why.map(|why| (path.to_string(), why)));
                None
            }
        }
    }

    /// Reports an import of a package whose own imports led here.
    fn import_cycle(&self, path: &str, span: Span) {
        let start = self.way.iter().position(|(met, _)| met == path).unwrap_or_default();
        let cycle = &self.way[start..];
        let mut error = Diagnostic::new(span, "import cycle not allowed");
        for pair in cycle.windows(2) {
            error = error.secondary(pair[1].1, format!("{} imports {}", pair[0].0, pair[1].0));
        }
        if let Some((last, _)) = cycle.last() {
            error = error.label(format!("{last} imports {path}"));
        }
        self.diagnostics.push(error.help("move what both need into a package of its own"));
    }
}
