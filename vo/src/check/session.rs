//! Programs that grow: what is entered in a session is checked against all that was declared before.

use std::collections::HashMap;
use std::sync::Arc;

use super::PackageSource;
use super::c::{CUnit, CUnits};
use super::checker::{Checker, Node, Place, Untyped};
use super::collect::Functions;
use super::info::{FuncId, GlobalId, Info, MethodTarget, PackageId, PackageInfo, Step};
use super::load::{Loader, Package};
use super::scope::{BUILTINS, Object, ObjectId, ObjectKind, Scope, last_part};
use super::{CheckedProgram, Rejected};
use crate::ast::{Ast, ExprId, ExprKind, File, Ident, Import, StmtId, StmtKind};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::parser::Part;
use crate::source::{SourceMap, Span};
use crate::types::{FuncType, TypeId, TypeKind, TypeTable};

/// The session's own package.
pub(crate) const MAIN: PackageId = PackageId(0);

/// The name under which printing values finds `fmt`, whatever else has that name.
const FMT: &str = " fmt";

/// What traces call the statements of an entry; no function has a name without its package.
const ENTRY: &str = "entry";

/// All that was declared so far.
#[derive(Clone, Debug)]
pub(crate) struct Environment {
    pub(crate) sources: SourceMap,
    pub(crate) types: Arc<TypeTable>,
    /// Without what is known of the trees, which are gone.
    pub(crate) info: Info,
    untyped: Untyped,
    /// The names of each package.
    names: Vec<HashMap<String, Known>>,
    imports: HashMap<String, PackageId>,
    methods: HashMap<(TypeId, String), (MethodTarget, Span)>,
    c_units: CUnits,
}

/// What a name stands for.
#[derive(Clone, Debug)]
struct Known {
    kind: ObjectKind<'static>,
    span: Span,
}

/// An entry without errors.
#[derive(Debug)]
pub(crate) struct CheckedEntry {
    pub(crate) program: CheckedProgram,
    /// What it does.
    pub(crate) steps: Vec<Step>,
    /// The type of the expression that it is; where it is one with several values, of each.
    pub(crate) printed: Option<String>,
    untyped: Untyped,
    names: Vec<HashMap<String, Known>>,
    imports: HashMap<String, PackageId>,
    methods: HashMap<(TypeId, String), (MethodTarget, Span)>,
    c_units: CUnits,
}

impl CheckedEntry {
    /// What is declared after it.
    pub(crate) fn into_environment(self) -> Environment {
        let CheckedProgram { sources, types, info, .. } = self.program;
        let Info { vars, globals, funcs, externs, packages, method_sets, main, .. } = info;
        let info = Info { vars, globals, funcs, externs, packages, method_sets, main, ..Info::default() };
        let CheckedEntry { untyped, names, imports, methods, c_units, .. } = self;
        Environment { sources, types, info, untyped, names, imports, methods, c_units }
    }
}

impl Environment {
    /// Nothing but what is predeclared.
    pub(crate) fn new() -> Environment {
        let mut types = TypeTable::new();
        let untyped = Untyped::new(&mut types);
        let main = PackageInfo {
            path: "main".into(),
            name: "main".into(),
            initialisers: Vec::new(),
            inits: Vec::new(),
        };
        Environment {
            sources: SourceMap::default(),
            types: Arc::new(types),
            info: Info { packages: vec![main], ..Info::default() },
            untyped,
            names: vec![HashMap::new()],
            imports: HashMap::new(),
            methods: HashMap::new(),
            c_units: CUnits::new(),
        }
    }

    /// Checks an entry. One that ends in an expression prints its value.
    ///
    /// # Errors
    /// All errors of the entry.
    pub(crate) fn check(
        &self,
        name: &str,
        text: &str,
        packages: &dyn PackageSource,
    ) -> Result<CheckedEntry, Box<Rejected>> {
        let loaded = self.info.packages.iter().map(|package| package.path.clone());
        let mut loader = Loader::resume(packages, self.sources.clone(), loaded);
        let is_declared = |name: &str| self.names[0].contains_key(name) || self.imports.contains_key(name);
        let (file, parts) = loader.load_entry(name, text, is_declared);
        let Loader { sources, mut ast, diagnostics, packages: loaded, .. } = loader;
        if diagnostics.len() > 0 {
            return Err(Box::new(Rejected { sources, diagnostics: diagnostics.into_sorted() }));
        }
        let printing = printing(&mut ast, &parts);
        let entry = Entry {
            environment: self,
            ast: &ast,
            sources: &sources,
            loaded: &loaded,
            paths: packages.paths(),
            runs_tools: packages.runs_tools(),
            file,
            parts: &parts,
        };
        let outcome = match entry.attempt(printing) {
            // A call without a value is a statement.
            Err(errors) if printing.is_some() => entry.attempt(None).map_err(|_| errors),
            outcome => outcome,
        };
        match outcome {
            Ok(outcome) => {
                let Outcome { types, info, steps, printed, names, imports, methods, c_units } = outcome;
                let program = CheckedProgram { sources, ast, types: Arc::new(types), info };
                let untyped = self.untyped;
                Ok(CheckedEntry { program, steps, printed, untyped, names, imports, methods, c_units })
            }
            Err(diagnostics) => Err(Box::new(Rejected { sources, diagnostics })),
        }
    }

    /// The package that a name means, where it means one.
    pub(crate) fn package(&self, name: &str) -> Option<PackageId> {
        if self.names[0].contains_key(name) {
            return None;
        }
        self.imports.get(name).copied()
    }

    /// The names that are declared in a package.
    pub(crate) fn names_in(&self, package: PackageId) -> impl Iterator<Item = &str> {
        self.names[package.0 as usize].keys().map(String::as_str)
    }

    /// The names that the session's preambles declare, where a package is that of `import "C"`.
    pub(crate) fn names_in_c(&self, package: PackageId) -> Vec<String> {
        match self.info.packages[package.0 as usize].path.as_str() {
            "C" => self.c_units.get(&MAIN.0).map(CUnit::names).unwrap_or_default(),
            _ => Vec::new(),
        }
    }

    /// The names of imported packages.
    pub(crate) fn imported(&self) -> impl Iterator<Item = &str> {
        self.imports.keys().map(String::as_str)
    }

    /// The names of built-in functions and constants.
    pub(crate) fn builtins(&self) -> impl Iterator<Item = &'static str> {
        BUILTINS.iter().map(|(name, _)| *name).chain(["true", "false", "nil", "iota"])
    }

    /// The type of a package's variable.
    pub(crate) fn variable(&self, package: PackageId, name: &str) -> Option<TypeId> {
        match self.names[package.0 as usize].get(name)?.kind {
            ObjectKind::Global(id) => Some(self.info.globals[id.0 as usize].ty),
            _ => None,
        }
    }
}

/// Where an entry ends in an expression: the expression, and the last part with a call that prints it.
fn printing(ast: &mut Ast, parts: &[Part]) -> Option<(ExprId, StmtId)> {
    let Some(&Part::Statements(block)) = parts.last() else { return None };
    let mut stmts = ast.block(block).to_vec();
    let last = stmts.last_mut()?;
    let StmtKind::Expr(value) = ast.stmt(*last).kind else { return None };
    if prints(ast, value) {
        return None;
    }
    let span = ast.expr(value).span;
    let operand = ast.add_expr(ExprKind::Ident(FMT.into()), span);
    let name = Ident { name: "Println".into(), span };
    let callee = ast.add_expr(ExprKind::Selector { operand, name }, span);
    let call = ast.add_expr(ExprKind::Call { callee, args: vec![value], spread: None, close: span }, span);
    *last = ast.add_stmt(StmtKind::Expr(call), span);
    let span = ast.stmt(block).span;
    Some((value, ast.add_stmt(StmtKind::Block(stmts), span)))
}

/// Whether an expression is a call of `fmt.Print` or its like, whose results are of no interest.
fn prints(ast: &Ast, value: ExprId) -> bool {
    let ExprKind::Call { callee, .. } = &ast.expr(value).kind else { return false };
    let ExprKind::Selector { operand, name } = &ast.expr(*callee).kind else { return false };
    ast.name(*operand) == "fmt" && (name.name.starts_with("Print") || name.name.starts_with("Fprint"))
}

/// An entry that is to be checked.
struct Entry<'a> {
    environment: &'a Environment,
    ast: &'a Ast,
    sources: &'a SourceMap,
    loaded: &'a [Package],
    paths: Vec<String>,
    runs_tools: bool,
    file: u32,
    parts: &'a [Part],
}

/// What is known after an entry.
struct Outcome {
    types: TypeTable,
    info: Info,
    steps: Vec<Step>,
    printed: Option<String>,
    names: Vec<HashMap<String, Known>>,
    imports: HashMap<String, PackageId>,
    methods: HashMap<(TypeId, String), (MethodTarget, Span)>,
    c_units: CUnits,
}

impl Entry<'_> {
    /// Checks the entry, with another last part where it prints a value.
    fn attempt(&self, printing: Option<(ExprId, StmtId)>) -> Result<Outcome, Vec<Diagnostic>> {
        let diagnostics = Diagnostics::default();
        let outcome = {
            let mut checker = self.checker(&diagnostics);
            let steps = self.run(&mut checker, printing);
            checker.finish();
            let printed = printing.map(|(value, _)| {
                let types = checker.info.types_of(value).iter().map(|&ty| checker.type_name(ty));
                types.collect::<Vec<_>>().join(", ")
            });
            let (names, imports) = (checker.known_names(), checker.known_imports(self.file));
            let methods = checker.methods.iter().map(|((ty, name), row)| ((*ty, name.to_string()), *row));
            let methods = methods.collect();
            let Checker { types, info, c_units, .. } = checker;
            Outcome { types, info, steps, printed, names, imports, methods, c_units }
        };
        if diagnostics.len() == 0 { Ok(outcome) } else { Err(diagnostics.into_sorted()) }
    }

    fn run<'c>(&'c self, checker: &mut Checker<'c>, printing: Option<(ExprId, StmtId)>) -> Vec<Step> {
        let first = checker.info.packages.len();
        for package in self.loaded {
            checker.check_package(package);
        }
        let mut steps = checker.info.startup_of(first, self.ast);
        checker.import_loaded(self.file, self.loaded);
        for (index, part) in self.parts.iter().enumerate() {
            checker.earlier = Some(checker.objects.list.len());
            match part {
                Part::Declarations(file) => steps.extend(checker.entered_declarations(file)),
                Part::Statements(block) => {
                    let last = index + 1 == self.parts.len();
                    let block = printing.filter(|_| last).map_or(*block, |(_, block)| block);
                    steps.push(Step::Call(checker.entered_statements(block)));
                }
            }
        }
        steps
    }

    fn checker<'c>(&'c self, diagnostics: &'c Diagnostics) -> Checker<'c> {
        let environment = self.environment;
        let tables = ((*environment.types).clone(), environment.untyped, environment.info.clone());
        let mut checker = Checker::with(self.ast, self.sources, diagnostics, self.paths.clone(), tables);
        for (package, names) in (0..).zip(&environment.names) {
            let mut scope = Scope::new();
            for (name, known) in names {
                let Known { kind, span } = known.clone();
                scope.insert(name, checker.objects.add(Object { name, kind, span, package, used: true }));
            }
            checker.objects.packages.push(scope);
        }
        let rows = environment.methods.iter().map(|((ty, name), row)| ((*ty, name.as_str()), *row));
        checker.methods = rows.collect();
        checker.c_units = environment.c_units.clone();
        checker.runs_tools = self.runs_tools;
        for (name, &package) in &environment.imports {
            checker.import_as(self.file, name, package);
        }
        checker
    }
}

impl<'a> Checker<'a> {
    /// Makes a package known under a name.
    fn import_as(&mut self, file: u32, name: &'a str, package: PackageId) {
        let kind = match self.info.packages[package.0 as usize].path.as_str() {
            "C" => ObjectKind::C(package),
            _ => ObjectKind::Package(package),
        };
        let id = self.objects.add(Object { name, kind, span: Span::default(), package: MAIN.0, used: true });
        self.objects.files.entry(file).or_default().insert(name, id);
    }

    /// Makes packages known under their own names, where nothing else has these, and `fmt` to what prints values.
    fn import_loaded(&mut self, file: u32, loaded: &'a [Package]) {
        for package in loaded {
            let Some(id) = self.package_of(&package.path) else { continue };
            let name = last_part(&package.path);
            if self.objects.files.get(&file).is_none_or(|scope| !scope.contains_key(name)) {
                self.import_as(file, name, id);
            }
        }
        if let Some(fmt) = self.package_of("fmt") {
            self.import_as(file, FMT, fmt);
        }
    }

    fn package_of(&self, path: &str) -> Option<PackageId> {
        let index = self.info.packages.iter().position(|package| package.path == path)?;
        Some(PackageId(index as u32))
    }

    fn import_entered(&mut self, import: &'a Import) {
        let name = import.alias.as_ref().map_or(last_part(&import.path), |alias| alias.name.as_str());
        if import.path == "C" {
            self.import_c(import);
        }
        match self.package_of(&import.path) {
            None => self.unknown_package(import),
            Some(_) if name == "_" => {}
            Some(package) if name == "." => {
                let names = self.exported_names(package);
                self.objects.packages[MAIN.0 as usize].extend(names);
            }
            Some(package) => {
                self.import_as(import.span.file, name, package);
                self.objects.packages[MAIN.0 as usize].remove(name);
            }
        }
    }

    /// Declarations of the session's package; what an earlier part has declared may be declared again.
    fn entered_declarations(&mut self, file: &'a File) -> Vec<Step> {
        self.place = Place { package: MAIN.0, file: file.number, ..Default::default() };
        file.imports.iter().for_each(|import| self.import_entered(import));
        let (first_object, first_global) = (self.objects.list.len(), self.info.globals.len() as u32);
        let first_init = self.info.packages[0].inits.len();
        let mut functions = Functions::default();
        for decl in &file.decls {
            self.collect_decl(decl, &mut functions);
        }
        let objects: Vec<ObjectId> = (first_object..self.objects.list.len()).collect();
        self.check_declarations(&objects, &functions);
        let package = &mut self.info.packages[0];
        let initialisers = std::mem::take(&mut package.initialisers);
        let globals = &self.info.globals;
        // What holds an address of C has it before the program runs.
        let has_value = |id: &GlobalId| {
            globals[id.0 as usize].c.is_some()
                || initialisers.iter().any(|init| init.targets.contains(&Some(*id)))
        };
        let all = (first_global..self.info.globals.len() as u32).map(GlobalId);
        let declared = all.filter(|id| !has_value(id)).collect();
        let inits: Vec<Step> = package.inits[first_init..].iter().copied().map(Step::Call).collect();
        let variables = Step::Variables { package: MAIN, declared, initialisers };
        std::iter::once(variables).chain(inits).collect()
    }

    /// Statements: the body of a function whose outermost variables are the session's.
    fn entered_statements(&mut self, block: StmtId) -> FuncId {
        let span = self.ast.stmt(block).span;
        self.place = Place { package: MAIN.0, file: span.file, ..Default::default() };
        let ty = FuncType { params: Vec::new(), variadic: false, results: Vec::new() };
        let ty = self.types.intern(TypeKind::Func(ty));
        let id = self.add_func(ENTRY.into(), ty, block, span, "");
        self.place.node = Some(Node::Func(id));
        self.place.func = Some(id);
        self.place.base_name = ENTRY.into();
        self.place.entry = true;
        self.open_scope();
        self.check_body(block, id);
        self.check_complete_types();
        id
    }

    fn known_names(&self) -> Vec<HashMap<String, Known>> {
        let known = |(name, id): (&&str, &ObjectId)| {
            let object = &self.objects.list[*id];
            Some((name.to_string(), Known { kind: object.kind.settled()?, span: object.span }))
        };
        self.objects.packages.iter().map(|scope| scope.iter().filter_map(known).collect()).collect()
    }

    fn known_imports(&self, file: u32) -> HashMap<String, PackageId> {
        let scope = self.objects.files.get(&file).into_iter().flatten();
        let packages = scope.filter_map(|(name, &id)| match self.objects.list[id].kind {
            ObjectKind::Package(package) | ObjectKind::C(package) => Some((name.to_string(), package)),
            _ => None,
        });
        packages.collect()
    }
}
