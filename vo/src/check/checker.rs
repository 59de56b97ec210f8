//! The checker's state: the tables that it fills, and where in the program it is.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::c::CUnits;
use super::constant::Constant;
use super::info::{ExprType, FuncId, GlobalId, GlobalInit, Info, MethodTarget, PackageId, VarId};
use super::scope::{ObjectId, Objects, Scope};
use crate::ast::{Ast, ExprId, StmtId, TypeSpec};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{SourceMap, Span};
use crate::types::{TypeId, TypeTable};

/// The types that only the checker knows. They are rows of the table, and never recorded.
#[derive(Clone, Copy, Debug)]
pub(super) struct Untyped {
    pub(super) bool: TypeId,
    pub(super) int: TypeId,
    pub(super) rune: TypeId,
    pub(super) float: TypeId,
    pub(super) string: TypeId,
    pub(super) nil: TypeId,
    pub(super) invalid: TypeId,
}

impl Untyped {
    pub(super) fn new(types: &mut TypeTable) -> Untyped {
        let mut add = |name: &str, under: TypeId| {
            let id = types.new_named(name);
            if under != TypeId::NIL {
                types.set_underlying(id, under);
            }
            id
        };
        Untyped {
            bool: add("untyped bool", TypeId::BOOL),
            int: add("untyped int", TypeId::INT),
            rune: add("untyped rune", TypeId::RUNE),
            float: add("untyped float", TypeId::FLOAT64),
            string: add("untyped string", TypeId::STRING),
            nil: add("untyped nil", TypeId::NIL),
            invalid: add("invalid type", TypeId::NIL),
        }
    }
}

/// What an initialiser may depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Node {
    Global(GlobalId),
    Func(FuncId),
}

/// A statement that `break` or `continue` can mean.
pub(super) struct Frame<'a> {
    pub(super) stmt: StmtId,
    pub(super) label: Option<&'a str>,
    pub(super) is_loop: bool,
}

/// Where the checker is.
#[derive(Default)]
pub(super) struct Place<'a> {
    pub(super) package: u32,
    /// The file, by its number in the source map.
    pub(super) file: u32,
    pub(super) func: Option<FuncId>,
    pub(super) scopes: Vec<Scope<'a>>,
    pub(super) iota: Option<i128>,
    pub(super) node: Option<Node>,
    pub(super) frames: Vec<Frame<'a>>,
    /// Whether the function has a `goto`.
    pub(super) has_goto: bool,
    /// The labels of the function, their places, and whether they are used.
    pub(super) labels: HashMap<&'a str, (Span, bool)>,
    /// The name that belongs to the next labeled statement.
    pub(super) next_label: Option<&'a str>,
    /// How many closures the declaration has so far.
    pub(super) closures: u32,
    /// The name of the declaration, for the names of its closures.
    pub(super) base_name: String,
    /// Whether the outermost scope is that of an entry, whose variables are package-level.
    pub(super) entry: bool,
}

pub(super) struct Checker<'a> {
    pub(super) ast: &'a Ast,
    pub(super) sources: &'a SourceMap,
    pub(super) diagnostics: &'a Diagnostics,
    pub(super) types: TypeTable,
    pub(super) info: Info,
    pub(super) untyped: Untyped,
    pub(super) objects: Objects<'a>,
    pub(super) place: Place<'a>,
    /// The values of constants without a final type.
    pub(super) untyped_constants: HashMap<ExprId, Constant>,
    /// The method that a named type has under a name, and where it is declared.
    pub(super) methods: HashMap<(TypeId, &'a str), (MethodTarget, Span)>,
    pub(super) var_used: Vec<bool>,
    pub(super) depends: HashMap<Node, BTreeSet<Node>>,
    /// Targets of `break` statements.
    pub(super) broken: HashSet<StmtId>,
    /// Types that must be comparable, to be looked at when all types are complete.
    pub(super) map_keys: Vec<(TypeId, Span)>,
    /// Declared types and arrays, to be looked at for infinite size.
    pub(super) declared_types: Vec<(TypeId, Span)>,
    pub(super) package_paths: Vec<String>,
    /// Why packages that are imported are not there, as far as it is known.
    pub(super) missing_packages: HashMap<String, String>,
    /// The bytes of all constant strings that were put together so far.
    pub(super) joined_bytes: usize,
    /// Structs with a layout of their own, whose fields are looked at when all types are complete.
    pub(super) packed_types: Vec<(TypeId, &'a TypeSpec)>,
    /// Types whose declaration has an error.
    pub(super) broken_types: HashSet<TypeId>,
    /// Types that are declared by the name of another one, whose declaration is being checked.
    pub(super) unfinished_types: HashMap<TypeId, TypeId>,
    /// The initialisers of the present package, each under its first variable.
    pub(super) inits: Vec<(GlobalId, GlobalInit)>,
    /// In a session, what may be declared again: the objects before this one.
    pub(super) earlier: Option<ObjectId>,
    /// What the preambles of each package declare in C.
    pub(super) c_units: CUnits,
    /// Whether preambles may have `pkg-config` run.
    pub(super) runs_tools: bool,
    /// The call that is asked for errno too.
    pub(super) errno_call: Option<ExprId>,
    /// The operand of `&`, which may be a variable of C without values.
    pub(super) addressed: Option<ExprId>,
}

impl<'a> Checker<'a> {
    pub(super) fn new(
        ast: &'a Ast,
        sources: &'a SourceMap,
        diagnostics: &'a Diagnostics,
        package_paths: Vec<String>,
    ) -> Checker<'a> {
        let mut types = TypeTable::new();
        let untyped = Untyped::new(&mut types);
        Checker::with(ast, sources, diagnostics, package_paths, (types, untyped, Info::default()))
    }

    /// A checker that goes on with these tables.
    pub(super) fn with(
        ast: &'a Ast,
        sources: &'a SourceMap,
        diagnostics: &'a Diagnostics,
        package_paths: Vec<String>,
        (types, untyped, mut info): (TypeTable, Untyped, Info),
    ) -> Checker<'a> {
        info.expr_types.resize(ast.exprs.len(), ExprType::None);
        let mut checker = Checker {
            ast,
            sources,
            diagnostics,
            types,
            untyped,
            objects: Objects::default(),
            place: Place::default(),
            untyped_constants: HashMap::new(),
            methods: HashMap::new(),
            var_used: vec![true; info.vars.len()],
            depends: HashMap::new(),
            broken: HashSet::new(),
            map_keys: Vec::new(),
            packed_types: Vec::new(),
            declared_types: Vec::new(),
            package_paths,
            missing_packages: HashMap::new(),
            joined_bytes: 0,
            broken_types: HashSet::new(),
            unfinished_types: HashMap::new(),
            inits: Vec::new(),
            earlier: None,
            c_units: HashMap::new(),
            runs_tools: true,
            errno_call: None,
            addressed: None,
            info,
        };
        checker.declare_universe();
        checker
    }

    pub(super) fn report(&self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    pub(super) fn error(&self, span: Span, message: impl Into<String>) {
        self.report(Diagnostic::new(span, message));
    }

    pub(super) fn span(&self, expr: ExprId) -> Span {
        self.ast.expr(expr).span
    }

    /// Runs `check` somewhere else, and comes back.
    pub(super) fn elsewhere<T>(&mut self, place: Place<'a>, check: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.place, place);
        let result = check(self);
        self.place = before;
        result
    }

    /// What is left to do when all packages have been checked: whatever is still untyped gets its
    /// default type.
    pub(super) fn finish(&mut self) {
        for index in 0..self.info.expr_types.len() {
            if let ExprType::One(ty) = self.info.expr_types[index]
                && self.is_untyped(ty)
            {
                self.finalize(ExprId(index as u32), self.default_type(ty));
            }
        }
        self.fill_method_sets();
    }

    pub(super) fn package_id(&self) -> PackageId {
        PackageId(self.place.package)
    }

    /// The name of a type as messages show it: without the name of the present package.
    pub(super) fn type_name(&self, ty: TypeId) -> String {
        let name = self.types.name(ty);
        let Some(package) = self.info.packages.get(self.place.package as usize) else { return name };
        let prefix = format!("{}.", package.name);
        let mut result = String::with_capacity(name.len());
        let mut rest = name.as_str();
        while let Some(at) = rest.find(&prefix) {
            let boundary = !rest[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
            result.push_str(&rest[..at]);
            if !boundary {
                result.push_str(&prefix);
            }
            rest = &rest[at + prefix.len()..];
        }
        result.push_str(rest);
        result
    }

    pub(super) fn record(&mut self, expr: ExprId, ty: ExprType) {
        self.info.expr_types[expr.0 as usize] = ty;
    }

    /// Records the value of a constant: exactly, until its type is final.
    pub(super) fn record_constant(&mut self, expr: ExprId, value: &Constant, ty: TypeId) {
        if self.is_untyped(ty) {
            self.untyped_constants.insert(expr, value.clone());
        } else if let Some(value) = value.recorded() {
            self.info.constants.insert(expr, value);
        }
    }

    /// Notes that the present declaration refers to something.
    pub(super) fn depend(&mut self, on: Node) {
        if let Some(node) = self.place.node {
            self.depends.entry(node).or_default().insert(on);
        }
    }

    /// Notes that a local variable is read, and by which functions.
    pub(super) fn capture(&mut self, var: VarId) {
        let owner = self.info.var(var).func;
        let mut func = self.place.func;
        while func != owner
            && let Some(id) = func
        {
            self.info.vars[var.0 as usize].captured = true;
            let row = &mut self.info.funcs[id.0 as usize];
            if !row.captures.contains(&var) {
                row.captures.push(var);
            }
            func = row.parent;
        }
    }

    pub(super) fn is_untyped(&self, ty: TypeId) -> bool {
        (self.untyped.bool..=self.untyped.nil).contains(&ty) || self.enum_of_untyped(ty).is_some()
    }
}
