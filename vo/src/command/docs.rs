//! `vo docs [PACKAGE]`

use std::io::Write as _;
use std::process::ExitCode;

use vo_ffi::{ExternEntry, ExternRegistry, ReferenceItem, TypeId, markdown};
use vo_vm::check::CheckedProgram;
use vo_vm::check::info::{ExternInfo, FuncInfo, PackageId, VarId};
use vo_vm::packaged_externs;
use vo_vm::packages::importable;
use vo_vm::source::Span;

use super::EXIT_REJECTED;
use super::externs::signature;
use super::stubs::unknown;

/// Prints the reference of one package of the machine, or of all, in Markdown.
pub(super) fn print(package: Option<&str>) -> ExitCode {
    let packages: Vec<&str> = match package {
        Some(package) if !importable().any(|path| path == package) => {
            unknown(package, importable());
            return ExitCode::from(EXIT_REJECTED);
        }
        Some(package) => vec![package],
        None => importable().collect(),
    };
    let Some(checked) = packaged_externs() else { return ExitCode::FAILURE };
    let reference = Reference { checked: &checked, registry: ExternRegistry::from_inventory() };
    let texts: Vec<String> =
        packages.into_iter().map(|path| markdown(path, &reference.items(path))).collect();
    match write!(anstream::stdout(), "{}", texts.join("\n")) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

struct Reference<'c> {
    checked: &'c CheckedProgram,
    registry: ExternRegistry,
}

impl Reference<'_> {
    /// The exported functions and methods of a package, sorted by name.
    fn items(&self, path: &str) -> Vec<ReferenceItem> {
        let info = &self.checked.info;
        let is_here = |package: PackageId| info.packages[package.0 as usize].path == path;
        let funcs = info.funcs.iter().filter(|func| is_here(func.package) && !func.is_closure);
        let externs = info.externs.iter().filter(|decl| is_here(decl.package));
        let mut items: Vec<ReferenceItem> = (funcs.map(|func| self.func(func)))
            .chain(externs.map(|decl| self.native(decl, path)))
            .filter(|item| item.name.split('.').all(|part| part.starts_with(char::is_uppercase)))
            .collect();
        items.sort();
        items
    }

    fn func(&self, func: &FuncInfo) -> ReferenceItem {
        let var = |id: &VarId| &self.checked.info.vars[id.0 as usize];
        let names = |vars: &[VarId]| vars.iter().map(|id| var(id).name.clone()).collect::<Vec<_>>();
        let receiver = func.receiver.as_ref().map(|id| (var(id).name.as_str(), var(id).ty));
        let signature = signature(self.checked, func.ty, &names(&func.params), &names(&func.results));
        // In traces the type of a method stands in brackets.
        let name = func.name.replace(['(', ')', '*'], "");
        self.item(&name, receiver, &signature, &func.doc, vec![self.place(func.span)])
    }

    fn native(&self, decl: &ExternInfo, path: &str) -> ReferenceItem {
        let native = self.registry.find(path, &decl.name);
        let receiver = decl.receiver.map(|ty| ("", ty));
        let signature = signature(self.checked, decl.ty, &decl.param_names, &decl.result_names);
        let docs = native.filter(|_| decl.doc.trim().is_empty()).map_or(&*decl.doc, |entry| entry.docs);
        let places = std::iter::once(self.place(decl.span)).chain(native.map(ExternEntry::place)).collect();
        self.item(&decl.name, receiver, &signature, docs, places)
    }

    fn item(
        &self,
        name: &str,
        receiver: Option<(&str, TypeId)>,
        signature: &str,
        docs: &str,
        places: Vec<String>,
    ) -> ReferenceItem {
        let (package, name) = name.split_once('.').unwrap_or_default();
        let last = name.rsplit('.').next().unwrap_or_default();
        let receiver = receiver.map(|(variable, ty)| {
            let ty = self.checked.types.name(ty).replacen(&format!("{package}."), "", 1);
            format!("({}) ", format!("{variable} {ty}").trim_start())
        });
        let head = format!("func {}{last}{signature}", receiver.unwrap_or_default());
        ReferenceItem { name: name.into(), head, docs: docs.into(), places }
    }

    fn place(&self, span: Span) -> String {
        let sources = &self.checked.sources;
        format!("{}:{}", sources.file(span.file).name, sources.line(span))
    }
}
