//! Objects that have names, and the scopes that they are found in.

use std::collections::HashMap;

use super::checker::Checker;
use super::constant::Constant;
use super::info::{Builtin, ExternId, FuncId, GlobalId, PackageId, Resolved, VarId};
use crate::ast::{ConstSpec, TypeSpec, VarSpec};
use crate::diagnostic::{Diagnostic, nearest};
use crate::source::Span;
use crate::types::{PREDECLARED, TypeId};

pub(super) type ObjectId = usize;
pub(super) type Scope<'a> = HashMap<&'a str, ObjectId>;

/// A declaration at package level that has not been checked yet.
#[derive(Clone, Copy, Debug)]
pub(super) enum Lazy<'a> {
    Const { spec: &'a ConstSpec, index: usize },
    Var { spec: &'a VarSpec, index: usize, first: GlobalId, first_object: ObjectId },
    Type(&'a TypeSpec),
}

#[derive(Clone, Debug)]
pub(super) enum ObjectKind<'a> {
    Lazy(Lazy<'a>),
    /// Being checked: met again, it is a cycle.
    Busy {
        is_type: bool,
    },
    Bad,
    Const {
        ty: TypeId,
        value: Constant,
    },
    Type(TypeId),
    Local(VarId),
    Global(GlobalId),
    Func(FuncId),
    Extern(ExternId),
    Package(PackageId),
    /// `import "C"`, with the package of its helpers.
    C(PackageId),
    Builtin(Builtin),
    Nil,
}

impl ObjectKind<'_> {
    /// The same, where the declaration has been checked.
    pub(super) fn settled(&self) -> Option<ObjectKind<'static>> {
        Some(match self {
            ObjectKind::Lazy(_) | ObjectKind::Busy { .. } | ObjectKind::Bad => return None,
            ObjectKind::Const { ty, value } => ObjectKind::Const { ty: *ty, value: value.clone() },
            ObjectKind::Type(ty) => ObjectKind::Type(*ty),
            ObjectKind::Local(var) => ObjectKind::Local(*var),
            ObjectKind::Global(global) => ObjectKind::Global(*global),
            ObjectKind::Func(func) => ObjectKind::Func(*func),
            ObjectKind::Extern(id) => ObjectKind::Extern(*id),
            ObjectKind::Package(package) => ObjectKind::Package(*package),
            ObjectKind::C(helpers) => ObjectKind::C(*helpers),
            ObjectKind::Builtin(builtin) => ObjectKind::Builtin(*builtin),
            ObjectKind::Nil => ObjectKind::Nil,
        })
    }
}

#[derive(Debug)]
pub(super) struct Object<'a> {
    pub(super) name: &'a str,
    pub(super) kind: ObjectKind<'a>,
    pub(super) span: Span,
    pub(super) package: u32,
    pub(super) used: bool,
}

/// All objects, and the scopes outside functions.
#[derive(Default)]
pub(super) struct Objects<'a> {
    pub(super) list: Vec<Object<'a>>,
    universe: Scope<'a>,
    pub(super) packages: Vec<Scope<'a>>,
    /// What the files of packages call them; in a session, of those that are new.
    pub(super) package_names: HashMap<usize, &'a str>,
    /// The imports of each file.
    pub(super) files: HashMap<u32, Scope<'a>>,
    /// The packages whose names are those of a file without more, with the places of their imports.
    pub(super) dot_imports: Vec<(PackageId, Span)>,
}

impl<'a> Objects<'a> {
    pub(super) fn add(&mut self, object: Object<'a>) -> ObjectId {
        self.list.push(object);
        self.list.len() - 1
    }

    pub(super) fn mark_used(&mut self, id: ObjectId) {
        self.list[id].used = true;
    }
}

pub(super) const BUILTINS: [(&str, Builtin); 14] = [
    ("append", Builtin::Append),
    ("cap", Builtin::Cap),
    ("clear", Builtin::Clear),
    ("copy", Builtin::Copy),
    ("delete", Builtin::Delete),
    ("len", Builtin::Len),
    ("make", Builtin::Make),
    ("max", Builtin::Max),
    ("min", Builtin::Min),
    ("new", Builtin::New),
    ("panic", Builtin::Panic),
    ("print", Builtin::Print),
    ("println", Builtin::Println),
    ("recover", Builtin::Recover),
];

impl<'a> Checker<'a> {
    pub(super) fn declare_universe(&mut self) {
        let bool = self.untyped.bool;
        for (name, ty) in PREDECLARED {
            self.declare_universal(name, ObjectKind::Type(ty));
        }
        for (name, builtin) in BUILTINS {
            self.declare_universal(name, ObjectKind::Builtin(builtin));
        }
        for (name, value) in [("true", true), ("false", false)] {
            self.declare_universal(name, ObjectKind::Const { ty: bool, value: Constant::Bool(value) });
        }
        let iota = ObjectKind::Const { ty: self.untyped.int, value: Constant::Int(0) };
        self.declare_universal("iota", iota);
        self.declare_universal("nil", ObjectKind::Nil);
    }

    fn declare_universal(&mut self, name: &'static str, kind: ObjectKind<'a>) {
        let object = Object { name, kind, span: Span::default(), package: u32::MAX, used: true };
        let id = self.objects.add(object);
        self.objects.universe.insert(name, id);
    }

    /// The object that a name means here.
    pub(super) fn lookup(&self, name: &str) -> Option<ObjectId> {
        let local = self.place.scopes.iter().rev().find_map(|scope| scope.get(name));
        local
            .or_else(|| self.objects.packages.get(self.place.package as usize)?.get(name))
            .or_else(|| self.objects.files.get(&self.place.file)?.get(name))
            .or_else(|| self.objects.universe.get(name))
            .copied()
    }

    /// Declares an object in the innermost scope of the function.
    pub(super) fn declare_local(&mut self, name: &'a str, span: Span, kind: ObjectKind<'a>) {
        if name == "_" {
            return;
        }
        let object = Object { name, kind, span, package: self.place.package, used: false };
        let Some(&old) = self.place.scopes.last().and_then(|scope| scope.get(name)) else {
            let id = self.objects.add(object);
            if let Some(scope) = self.place.scopes.last_mut() {
                scope.insert(name, id);
            }
            return;
        };
        self.redeclared(name, span, old);
    }

    pub(super) fn redeclared(&self, name: &str, span: Span, old: ObjectId) {
        let message = format!("{name} redeclared in this block");
        let old = self.objects.list[old].span;
        self.report(Diagnostic::new(span, message).secondary(old, format!("other declaration of {name}")));
    }

    pub(super) fn open_scope(&mut self) {
        self.place.scopes.push(Scope::new());
    }

    /// Closes the innermost scope and reports the variables in it that nobody used.
    pub(super) fn close_scope(&mut self) {
        let Some(scope) = self.place.scopes.pop() else { return };
        for id in scope.into_values() {
            let object = &self.objects.list[id];
            if let ObjectKind::Local(var) = object.kind
                && !self.var_used[var.0 as usize]
            {
                let error = Diagnostic::new(object.span, format!("declared and not used: {}", object.name));
                self.report(error.help("remove it, or assign it to `_`"));
            }
        }
    }

    /// What a name stands for, as the compiler sees it.
    pub(super) fn resolution(&self, id: ObjectId) -> Option<Resolved> {
        Some(match self.objects.list[id].kind {
            ObjectKind::Const { .. } => Resolved::Const,
            ObjectKind::Type(ty) => Resolved::Type(ty),
            ObjectKind::Local(var) => Resolved::Local(var),
            ObjectKind::Global(global) => Resolved::Global(global),
            ObjectKind::Func(func) => Resolved::Func(func),
            ObjectKind::Extern(id) => Resolved::Extern(id),
            ObjectKind::Package(package) | ObjectKind::C(package) => Resolved::Package(package),
            ObjectKind::Builtin(builtin) => Resolved::Builtin(builtin),
            ObjectKind::Nil => Resolved::Nil,
            ObjectKind::Lazy(_) | ObjectKind::Busy { .. } | ObjectKind::Bad => return None,
        })
    }

    /// Reports a name that nothing here has.
    pub(super) fn undefined(&self, name: &str, span: Span) {
        let mut error = Diagnostic::new(span, format!("undefined: {name}"));
        if let Some(path) = self.package_paths.iter().find(|path| last_part(path) == name) {
            error = error.help(format!("add `import \"{path}\"`"));
        } else if let Some(near) = nearest(name, self.visible_names()) {
            error = error.help(format!("did you mean `{near}`?"));
        } else {
            error = error.help(foreign_word(name));
        }
        self.report(error);
    }

    fn visible_names(&self) -> impl Iterator<Item = &'a str> {
        let package = self.objects.packages.get(self.place.package as usize);
        let file = self.objects.files.get(&self.place.file);
        let locals = self.place.scopes.iter().rev();
        locals
            .chain(package)
            .chain(file)
            .chain([&self.objects.universe])
            .flat_map(|scope| scope.keys().copied())
    }
}

/// The name under which a package is imported.
pub(super) fn last_part(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// What Vo calls a thing that other languages call so.
fn foreign_word(name: &str) -> &'static str {
    match name {
        "null" | "None" | "NULL" => "the zero pointer is `nil`",
        "True" | "TRUE" => "write `true`",
        "False" | "FALSE" => "write `false`",
        "float" | "double" => "the types are `float64` and `float32`",
        "char" => "a character is a `rune`, a byte a `byte`",
        "str" | "String" => "the type is `string`",
        "boolean" => "the type is `bool`",
        "while" => "loops are written `for condition { … }`",
        "complex" | "complex64" | "complex128" | "imag" | "real" => "Vo has no complex numbers",
        "printf" => "import \"fmt\" and write `fmt.Printf`",
        _ => "",
    }
}
