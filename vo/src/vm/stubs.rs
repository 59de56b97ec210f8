//! Whether the files of a package declare its natives as they are.

use std::borrow::Cow;

use super::link::{link_diagnostic, natives};
use super::{Sources, Vm, reject};
use crate::check::{CheckedProgram, Input, PackageSource, Rejected, check_program};
use crate::compile::compile;
use crate::diagnostic::Diagnostic;
use crate::source::Span;

impl Vm {
    /// Compares the declarations in the files of a package, which is named by its path, with the natives of this machine.
    ///
    /// ```
    /// use vo_ffi::ExternRegistry;
    /// use vo_vm::{Input, Vm};
    ///
    /// let vm = Vm::new(ExternRegistry::from_inventory());
    /// let text = "package errors\nextern func Nothing(n int)\n";
    /// let errors = vm.check_stubs("errors", vec![Input::new("errors.vo", text)]).expect_err("there is no such native");
    /// assert!(errors.to_string().contains("`errors.Nothing` is declared at errors.vo:2"));
    /// ```
    ///
    /// # Errors
    /// The errors of the files; where there are none, all declarations that fit no native, and all natives that are not
    /// declared.
    pub fn check_stubs(&self, path: &str, files: Vec<Input>) -> Result<(), Box<Rejected>> {
        let names: Vec<String> = files.iter().map(|file| file.name.clone()).collect();
        let mut inputs =
            vec![Input::new("stubs", format!("package main\nimport _ {path:?}\nfunc main() {{}}\n"))];
        inputs.extend(files.into_iter().map(|file| Input { package: path.into(), ..file }));
        let own = OwnFirst { path, sources: Sources::new(&inputs) };
        let checked = check_program(&inputs, &own)?;
        let program = match compile(&checked, false) {
            Ok(program) => program,
            Err(diagnostics) => return Err(reject(checked.sources, diagnostics)),
        };
        let in_files = |span: Span| names.contains(&checked.sources.file(span.file).name);
        let mut declared = self.declared(&checked, &program, 0);
        declared.retain(|(_, span)| in_files(*span));
        let (natives, spans) = natives(&declared);
        let mut diagnostics = match self.registry.link(&natives, &program.types) {
            Ok(_) => Vec::new(),
            Err(errors) => errors.0.iter().map(|error| link_diagnostic(&spans, error)).collect(),
        };
        let undeclared = self.registry.package(path).into_iter();
        let undeclared = undeclared.filter(|entry| !natives.iter().any(|native| native.name == entry.name));
        diagnostics.extend(undeclared.map(|entry| {
            let message = format!("the native `{}` at {} is not declared", entry.name, entry.place());
            Diagnostic::new(package_clause(&checked, &names), message).help(vo_ffi::stub(entry).trim_end())
        }));
        if diagnostics.is_empty() { Ok(()) } else { Err(reject(checked.sources, diagnostics)) }
    }
}

/// The first line of the first of these files that names a package.
fn package_clause(checked: &CheckedProgram, names: &[String]) -> Span {
    let sources = &checked.sources;
    let is_first = |&number: &u32| names.first() == Some(&sources.file(number).name);
    let Some(number) = (0..sources.len()).find(is_first) else { return Span::default() };
    let text = &sources.file(number).text;
    let start = if text.starts_with("package ") { 0 } else { text.find("\npackage ").map_or(0, |at| at + 1) };
    let len = text[start..].lines().next().map_or(0, str::len);
    Span::new(number, start, start + len)
}

/// A program's own files come before the machine's package of the same path.
struct OwnFirst<'i> {
    path: &'i str,
    sources: Sources<'i>,
}

impl PackageSource for OwnFirst<'_> {
    fn files(&self, path: &str) -> Option<Vec<(String, Cow<'static, str>)>> {
        if path == self.path { None } else { self.sources.files(path) }
    }

    fn own_files(&self, path: &str) -> Result<Vec<Input>, Option<String>> {
        self.sources.own_files(path)
    }

    fn paths(&self) -> Vec<String> {
        self.sources.paths()
    }
}
