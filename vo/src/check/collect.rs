//! A package as a whole: its imports and names are collected, then checked in an order in which
//! each step finds what it needs.

use super::checker::{Checker, Node, Place};
use super::info::{ExternId, FuncId, GlobalId, GlobalInfo, PackageId, PackageInfo};
use super::load::Package;
use super::scope::{Lazy, Object, ObjectId, ObjectKind, Scope, last_part};
use super::selector::is_exported;
use crate::ast::{Decl, ExprId, ExternDecl, File, FuncDecl, Import, VarSpec};
use crate::diagnostic::{Diagnostic, nearest};
use crate::source::Span;
use crate::types::TypeId;

/// The functions of a package, with the rows that have been made for them.
#[derive(Default)]
pub(super) struct Functions<'a> {
    funcs: Vec<(&'a FuncDecl, FuncId)>,
    externs: Vec<(&'a ExternDecl, ExternId)>,
}

impl<'a> Checker<'a> {
    pub(super) fn check_package(&mut self, package: &'a Package) {
        let number = self.info.packages.len() as u32;
        self.info.packages.push(PackageInfo {
            path: package.path.clone(),
            name: package.name.clone(),
            initialisers: Vec::new(),
            inits: Vec::new(),
        });
        self.objects.packages.push(Scope::new());
        self.objects.package_names.insert(number as usize, &package.name);
        self.place = Place { package: number, ..Place::default() };
        for file in &package.files {
            self.collect_imports(file);
        }
        let first_object = self.objects.list.len();
        let mut functions = Functions::default();
        for file in &package.files {
            self.place.file = file.number;
            for decl in &file.decls {
                self.collect_decl(decl, &mut functions);
            }
        }
        let objects: Vec<ObjectId> = (first_object..self.objects.list.len()).collect();
        self.check_declarations(&objects, &functions);
        self.check_imports_used(package);
        if package.path == "main" {
            self.check_main(package);
        }
    }

    pub(super) fn check_declarations(&mut self, objects: &[ObjectId], functions: &Functions<'a>) {
        for &id in objects {
            if let ObjectKind::Lazy(Lazy::Type(_)) = self.objects.list[id].kind {
                self.resolve_object(id);
            }
        }
        self.check_finite_types();
        for &(decl, id) in &functions.funcs {
            self.check_func_head(decl, id);
        }
        for &(decl, id) in &functions.externs {
            self.check_extern(decl, id);
        }
        for &id in objects {
            self.resolve_object(id);
        }
        for &(decl, id) in &functions.funcs {
            self.check_func_body(decl, id);
        }
        self.check_complete_types();
        self.order_initialisers();
    }

    fn collect_imports(&mut self, file: &'a File) {
        for import in &file.imports {
            let found = self.info.packages.iter().position(|package| package.path == import.path);
            // A folder may have another name than its package.
            let declared = found.and_then(|index| self.objects.package_names.get(&index).copied());
            let name = declared.unwrap_or(last_part(&import.path));
            let name = import.alias.as_ref().map_or(name, |alias| alias.name.as_str());
            let kind = match found {
                Some(index) if import.path == "C" => {
                    self.import_c(import);
                    ObjectKind::C(PackageId(index as u32))
                }
                Some(index) => ObjectKind::Package(PackageId(index as u32)),
                None => {
                    self.unknown_package(import);
                    ObjectKind::Bad
                }
            };
            match (name, &kind) {
                ("_", _) | (".", ObjectKind::Bad) => continue,
                // Each has its own preamble; what is another name is an error already.
                (_, ObjectKind::C(_)) if name != "C" || self.imports_c(file.number) => continue,
                (".", ObjectKind::Package(package)) => {
                    self.import_names(file.number, *package, import.span);
                    continue;
                }
                _ => {}
            }
            let object = Object {
                name,
                kind,
                span: import.span,
                package: self.place.package,
                used: found.is_none() || import.path == "C",
            };
            let id = self.objects.add(object);
            let old = self.objects.files.entry(file.number).or_default().insert(name, id);
            if let Some(old) = old {
                self.objects.mark_used(id);
                self.redeclared(name, import.span, old);
            }
        }
    }

    fn imports_c(&self, file: u32) -> bool {
        let known = self.objects.files.get(&file).and_then(|scope| scope.get("C"));
        known.is_some_and(|&id| matches!(self.objects.list[id].kind, ObjectKind::C(_)))
    }

    /// `import . "path"`: the exported names of the package are names of the file.
    fn import_names(&mut self, file: u32, package: PackageId, span: Span) {
        let mut conflict = None;
        for (name, id) in self.exported_names(package) {
            self.objects.list[id].used = false;
            let old = self.objects.files.entry(file).or_default().insert(name, id);
            conflict = conflict.or(old.map(|old| (name, old)));
        }
        if let Some((name, old)) = conflict {
            self.redeclared(name, span, old);
        }
        self.objects.dot_imports.push((package, span));
    }

    /// In their order.
    pub(super) fn exported_names(&self, package: PackageId) -> Vec<(&'a str, ObjectId)> {
        let names = self.objects.packages[package.0 as usize].iter().map(|(&name, &id)| (name, id));
        let mut exported: Vec<_> = names.filter(|(name, _)| is_exported(name)).collect();
        exported.sort_unstable();
        exported
    }

    pub(super) fn unknown_package(&self, import: &Import) {
        let path = &import.path;
        let mut error = Diagnostic::new(import.span, format!("package {path} is not in std"));
        if let Some(why) = self.missing_packages.get(path) {
            error = error.note(why);
        }
        let paths = self.package_paths.iter().map(String::as_str);
        let help = match nearest(path, paths) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None if !foreign_package(path).is_empty() => foreign_package(path).into(),
            None if self.package_paths.is_empty() => String::new(),
            None => format!("the packages are {}", self.package_paths.join(", ")),
        };
        self.report(error.help(help));
    }

    fn check_imports_used(&mut self, package: &Package) {
        for (imported, span) in std::mem::take(&mut self.objects.dot_imports) {
            let mut names = self.objects.packages[imported.0 as usize].values();
            if !names.any(|&id| self.objects.list[id].used) {
                let path = &self.info.packages[imported.0 as usize].path;
                let error = Diagnostic::new(span, format!("\"{path}\" imported and not used"));
                self.report(error.help("remove the import"));
            }
        }
        // What uses an import of the machine's packages may have been left out.
        let own = |file: &&File| !self.sources.file(file.number).builtin;
        for file in package.files.iter().filter(own) {
            let Some(scope) = self.objects.files.get(&file.number) else { continue };
            for (name, &id) in scope {
                let object = &self.objects.list[id];
                if let (false, ObjectKind::Package(package)) = (object.used, &object.kind) {
                    let path = &self.info.packages[package.0 as usize].path;
                    let alias = if last_part(path) == *name { String::new() } else { format!(" as {name}") };
                    let message = format!("\"{path}\" imported{alias} and not used");
                    self.report(Diagnostic::new(object.span, message).help("remove the import"));
                }
            }
        }
    }

    pub(super) fn collect_decl(&mut self, decl: &'a Decl, functions: &mut Functions<'a>) {
        match decl {
            Decl::Const(spec) => {
                for (index, &name) in spec.names.iter().enumerate() {
                    let kind = ObjectKind::Lazy(Lazy::Const { spec, index });
                    self.declare_package(self.ast.name(name), self.span(name), kind);
                }
                let (names, values) = (spec.names.len(), spec.values.len());
                if values > names {
                    self.error(self.span(spec.values[names]), "extra init expr");
                }
            }
            Decl::Var(spec) => self.collect_var(spec),
            Decl::Type(spec) => {
                self.declare_package(&spec.name.name, spec.name.span, ObjectKind::Lazy(Lazy::Type(spec)));
            }
            Decl::ExternType(name) => self.collect_extern_type(name),
            Decl::Func(decl) => {
                let id = self.new_func(decl);
                functions.funcs.push((decl, id));
                self.declare_func(decl, id);
            }
            Decl::Extern(decl) => {
                let id = self.new_extern(decl);
                functions.externs.push((decl, id));
                if decl.receiver.is_none() {
                    self.declare_package(&decl.name.name, decl.name.span, ObjectKind::Extern(id));
                }
            }
        }
    }

    fn collect_var(&mut self, spec: &'a VarSpec) {
        let first = GlobalId(self.info.globals.len() as u32);
        let first_object = self.objects.list.len();
        for (index, &name) in spec.names.iter().enumerate() {
            let (text, span) = (self.ast.name(name), self.span(name));
            self.new_global(name, TypeId::NIL);
            let kind = ObjectKind::Lazy(Lazy::Var { spec, index, first, first_object });
            self.declare_package(text, span, kind);
        }
    }

    /// A row for a variable of the package.
    pub(super) fn new_global(&mut self, name: ExprId, ty: TypeId) -> GlobalId {
        let package = &self.info.packages[self.place.package as usize].name;
        let name_in_package = format!("{package}.{}", self.ast.name(name));
        self.info.globals.push(GlobalInfo { name: name_in_package, ty, span: self.span(name), c: None });
        GlobalId(self.info.globals.len() as u32 - 1)
    }

    fn declare_func(&mut self, decl: &'a FuncDecl, id: FuncId) {
        if decl.receiver.is_some() {
            return;
        }
        let name = decl.name.name.as_str();
        if name == "init" || name == "main" && self.at_main() {
            let bare = decl.signature.params.is_empty() && decl.signature.results.is_empty();
            if !bare {
                let message = format!("func {name} must have no arguments and no return values");
                self.error(decl.name.span, message);
            }
        }
        if name == "init" {
            return self.info.packages[self.place.package as usize].inits.push(id);
        }
        if name == "main" && self.at_main() {
            self.info.main = Some(id);
        }
        self.declare_package(name, decl.name.span, ObjectKind::Func(id));
    }

    fn at_main(&self) -> bool {
        self.info.packages[self.place.package as usize].path == "main"
    }

    /// Declares an object of the package. One that is called `_` is there, but has no name.
    pub(super) fn declare_package(&mut self, name: &'a str, span: Span, kind: ObjectKind<'a>) {
        let is_func = matches!(kind, ObjectKind::Func(_));
        let id = self.objects.add(Object { name, kind, span, package: self.place.package, used: false });
        if name == "_" {
            return;
        }
        if !is_func && (name == "init" || name == "main" && self.at_main()) {
            return self.error(span, format!("cannot declare {name} - must be func"));
        }
        if let (Some(import), None) = (self.import_named(name), self.earlier) {
            let error = Diagnostic::new(span, format!("{name} already declared through import of package"));
            self.objects.list[import].used = true;
            let import_span = self.objects.list[import].span;
            self.report(error.secondary(import_span, "the import"));
        }
        let old = self.objects.packages[self.place.package as usize].insert(name, id);
        if let Some(old) = old
            && self.earlier.is_none_or(|earlier| old >= earlier)
        {
            self.redeclared(name, span, old);
            self.objects.packages[self.place.package as usize].insert(name, old);
        }
    }

    /// An import of any file of the package under this name.
    fn import_named(&self, name: &str) -> Option<ObjectId> {
        let imports = self.objects.files.values().filter_map(|scope| scope.get(name).copied());
        imports.filter(|&id| self.objects.list[id].package == self.place.package).min()
    }

    fn check_main(&self, package: &Package) {
        if self.info.main.is_some() {
            return;
        }
        let Some(file) = package.files.first() else { return };
        let error = Diagnostic::new(file.package.span, "function main is undeclared in the main package");
        self.report(error.help("a program starts in `func main() { … }`"));
    }

    /// A place at package level, for what is declared at `span`.
    pub(super) fn package_place(&self, span: Span, node: Option<Node>) -> Place<'a> {
        Place { package: self.place.package, file: span.file, node, ..Place::default() }
    }
}

/// Why a package of Go's is not there.
fn foreign_package(path: &str) -> &'static str {
    match path {
        "sync" | "sync/atomic" | "context" => "Vo has no goroutines",
        "unsafe" => {
            "Vo has no unsafe pointers; C functions take every pointer as it is, and `(*T)(p)` converts C's"
        }
        _ => "",
    }
}
