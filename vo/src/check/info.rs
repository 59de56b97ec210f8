//! What the checker found out about a program: all that the compiler needs beside the tree.
//!
//! The type recorded for an expression is final: untyped constants have the type that they are
//! used at, or their default type; `nil` has the type of its target. Where a value of a concrete
//! type goes to an interface the two types differ, and the compiler converts.

use std::collections::HashMap;
use std::sync::Arc;

use vo_ffi::{CParam, CPrototype, CResult};

use crate::ast::{Ast, ExprId, StmtId};
use crate::source::{SourceMap, Span};
use crate::types::{Scalar, TypeId, TypeTable};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),*) => {
        $($(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub u32);)*
    };
}

ids! {
    /// A local variable, parameter or named result: a row of [`Info::vars`].
    VarId,
    /// A package-level variable: a row of [`Info::globals`].
    GlobalId,
    /// A Vo function, method or closure: a row of [`Info::funcs`].
    FuncId,
    /// A function that is declared `extern`: a row of [`Info::externs`].
    ExternId,
    /// A package: a row of [`Info::packages`].
    PackageId
}

/// A program without errors.
#[derive(Debug)]
pub struct CheckedProgram {
    /// The files, for places in traces.
    pub sources: SourceMap,
    /// The tree.
    pub ast: Ast,
    /// The types.
    pub types: Arc<TypeTable>,
    /// Everything else.
    pub info: Info,
}

/// The facts, by node.
#[derive(Clone, Debug, Default)]
pub struct Info {
    /// The type of each expression, by [`ExprId`].
    pub expr_types: Vec<ExprType>,
    /// The values of constant expressions, by [`ExprId`].
    pub constants: HashMap<ExprId, ConstValue>,
    /// What identifiers stand for, and selectors such as `fmt.Println`; declared names too.
    pub resolved: HashMap<ExprId, Resolved>,
    /// What selectors `x.f` on values and types mean.
    pub selections: HashMap<ExprId, Selection>,
    /// Arguments of C functions that their types' methods make C's.
    pub to_c: HashMap<ExprId, ToC>,
    /// Calls of C functions whose results become values of types with `FromC`.
    pub from_c: HashMap<ExprId, FromC>,
    /// What each call is.
    pub calls: HashMap<ExprId, CallInfo>,
    /// The elements of composite literals, with their keys resolved.
    pub composites: HashMap<ExprId, CompositeInfo>,
    /// The function of each function literal.
    pub closures: HashMap<ExprId, FuncId>,
    /// The loop or switch that a `break` or `continue` leaves or continues.
    pub branch_targets: HashMap<StmtId, StmtId>,
    /// The variable of each case of `switch x := y.(type)`, by statement and index of the case.
    pub case_vars: HashMap<(StmtId, usize), VarId>,
    /// Local variables, parameters and named results.
    pub vars: Vec<VarInfo>,
    /// Package-level variables.
    pub globals: Vec<GlobalInfo>,
    /// Functions, methods and closures.
    pub funcs: Vec<FuncInfo>,
    /// Natives and C functions.
    pub externs: Vec<ExternInfo>,
    /// The packages, in the order in which they are initialised; `main` is the last.
    pub packages: Vec<PackageInfo>,
    /// The methods that a value of a type has when it is in an interface, promoted ones too,
    /// sorted by name. Types without methods are absent; so are interfaces.
    pub method_sets: HashMap<TypeId, Vec<MethodEntry>>,
    /// `[2]func()`: what the list of deferred functions is made of, where anything is deferred.
    pub defer_node: Option<TypeId>,
    /// The libraries that preambles of `import "C"` name, and where.
    pub c_libraries: Vec<(String, Span)>,
    /// `main.main`, where the program has it.
    pub main: Option<FuncId>,
}

impl Info {
    /// The type of an expression that is one value; [`TypeId::NIL`] where it is not.
    pub fn type_of(&self, expr: ExprId) -> TypeId {
        match self.expr_types.get(expr.0 as usize) {
            Some(ExprType::One(ty)) => *ty,
            _ => TypeId::NIL,
        }
    }

    /// The types of all values of an expression: none, one, or several for a call.
    pub fn types_of(&self, expr: ExprId) -> &[TypeId] {
        match self.expr_types.get(expr.0 as usize) {
            Some(ExprType::One(ty)) => std::slice::from_ref(ty),
            Some(ExprType::Many(types)) => types,
            _ => &[],
        }
    }

    /// The value of a constant expression.
    pub fn constant(&self, expr: ExprId) -> Option<&ConstValue> {
        self.constants.get(&expr)
    }

    /// The new variable that a name on the left of `:=` (or in `var`) declares.
    pub fn is_definition(&self, name: ExprId) -> Option<VarId> {
        match self.resolved.get(&name) {
            Some(Resolved::Local(var)) if self.vars[var.0 as usize].declared_by == Some(name) => Some(*var),
            _ => None,
        }
    }

    /// The row of a variable.
    pub fn var(&self, id: VarId) -> &VarInfo {
        &self.vars[id.0 as usize]
    }

    /// The row of a function.
    pub fn func(&self, id: FuncId) -> &FuncInfo {
        &self.funcs[id.0 as usize]
    }
}

/// The type of an expression.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum ExprType {
    /// Not a value: a package, a statement-like call, or not checked.
    #[default]
    None,
    /// A value.
    One(TypeId),
    /// The results of a call of a function with several.
    Many(Box<[TypeId]>),
    /// The expression is a type.
    Type(TypeId),
}

/// A constant.
#[derive(Clone, Debug, PartialEq)]
pub enum ConstValue {
    /// true or false
    Bool(bool),
    /// An integer or a rune.
    Int(i128),
    /// A float.
    Float(f64),
    /// The bytes of a string.
    String(Vec<u8>),
}

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolved {
    /// `_` on the left of an assignment.
    Blank,
    /// A local variable, parameter or named result.
    Local(VarId),
    /// A package-level variable.
    Global(GlobalId),
    /// A variable of C, whose address this package-level variable holds.
    CVariable(GlobalId),
    /// A function.
    Func(FuncId),
    /// A native or C function.
    Extern(ExternId),
    /// A type.
    Type(TypeId),
    /// A constant; its value is in [`Info::constants`].
    Const,
    /// A built-in function.
    Builtin(Builtin),
    /// An imported package.
    Package(PackageId),
    /// `nil`
    Nil,
}

/// The built-in functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are Go's")]
pub enum Builtin {
    Append,
    Cap,
    Clear,
    Copy,
    Delete,
    Len,
    Make,
    Max,
    Min,
    New,
    Panic,
    Print,
    Println,
    Recover,
}

/// One step from a struct to a field of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FieldStep {
    /// Whether the value before the step is a pointer to the struct.
    pub deref: bool,
    /// The field's number.
    pub index: usize,
}

/// What has to be done to a receiver, after the field steps, before it is passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReceiverAdjust {
    /// It is what the method wants.
    None,
    /// The method has a pointer receiver and the operand is an addressable variable.
    AddressOf,
    /// The method has a value receiver and the operand is a pointer.
    Deref,
}

/// The method that a selector names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MethodTarget {
    /// A method written in Vo.
    Func(FuncId),
    /// An extern method.
    Extern(ExternId),
    /// The method at an index of an interface's sorted methods, found at run time.
    Interface {
        /// The interface type.
        interface: TypeId,
        /// The index among its methods.
        index: usize,
    },
}

/// What `x.f` means. The operand is `x` as it is written, and `path` leads from it, through
/// embedded fields, to where the field or the receiver is.
#[derive(Clone, Debug, PartialEq)]
pub enum Selection {
    /// A field: the last step of the path.
    Field {
        /// At least one step.
        path: Vec<FieldStep>,
    },
    /// A method of a value. Where the selector is not called, it is a method value, which binds
    /// the receiver.
    Method {
        /// The embedded fields on the way; mostly empty.
        path: Vec<FieldStep>,
        /// What to do to the value at the end of the path.
        adjust: ReceiverAdjust,
        /// The method.
        target: MethodTarget,
    },
    /// `T.Method`: a function whose first parameter is the receiver, of type `T`.
    MethodExpr {
        /// `T`
        receiver: TypeId,
        /// As for a method of a value of type `T`.
        path: Vec<FieldStep>,
        /// As for a method of a value of type `T`.
        adjust: ReceiverAdjust,
        /// The method.
        target: MethodTarget,
    },
}

/// `x.ToC()`, where `x` is an argument of a C function.
#[derive(Clone, Debug, PartialEq)]
pub struct ToC {
    /// From `x` to the receiver.
    pub path: Vec<FieldStep>,
    /// What to do at the end of the path.
    pub adjust: ReceiverAdjust,
    /// The method.
    pub target: MethodTarget,
    /// What it returns, which is passed.
    pub ty: TypeId,
}

/// `(&x).FromC(…)`, where a new `x` takes what a C function returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FromC {
    /// The type of `x`.
    pub ty: TypeId,
    /// Pointers to it.
    pub pointer: TypeId,
    /// The method.
    pub method: MethodTarget,
}

/// What is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallKind {
    /// `T(x)`; the call's type is `T`.
    Conversion,
    /// A built-in function.
    Builtin(Builtin),
    /// A function of a package.
    Func(FuncId),
    /// An extern function of a package.
    Extern(ExternId),
    /// A function pointer of C, the callee, which is the first argument of this extern.
    CPointer(ExternId),
    /// `x.M(…)`: the selection of the callee, inside parentheses, says which method.
    Method,
    /// A value of a func type.
    Value,
}

/// A call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallInfo {
    /// What is called.
    pub kind: CallKind,
    /// The callee's func type; [`TypeId::NIL`] for conversions and built-in functions.
    pub ty: TypeId,
    /// `f(g())` where `g` has several results, which are the arguments.
    pub from_tuple: bool,
    /// The arguments from this one on go into a new slice: a call of a variadic function without
    /// `...`. With no such arguments the slice is nil.
    pub pack_from: Option<usize>,
}

/// The elements of a composite literal. The literal's recorded type is its own; it is a pointer
/// where an elided `&T` is meant, as in `[]*T{{…}}`.
#[derive(Clone, Debug, PartialEq)]
pub enum CompositeInfo {
    /// Field numbers and values, in source order.
    Struct(Vec<(usize, ExprId)>),
    /// An array or slice: indices and values, in source order.
    Array {
        /// The length of the array, or of the slice to make.
        len: u64,
        /// Indices and values.
        elements: Vec<(u64, ExprId)>,
    },
    /// Keys and values, in source order.
    Map(Vec<(ExprId, ExprId)>),
}

/// A local variable.
#[derive(Clone, Debug)]
pub struct VarInfo {
    /// Its name; `_` for an unnamed parameter.
    pub name: String,
    /// Its type.
    pub ty: TypeId,
    /// The function that it lives in; none in the initialiser of a package-level variable.
    pub func: Option<FuncId>,
    /// Whether an inner closure uses it.
    pub captured: bool,
    /// Whether its address is taken: `&x`, `&x.f`, a method with a pointer receiver, or a slice
    /// of an array.
    pub address_taken: bool,
    /// Whether each iteration of its loop has its own.
    pub per_iteration: bool,
    /// Whether it is assigned after its declaration.
    pub reassigned: bool,
    /// The name that declared it, where that is an expression of the tree.
    pub declared_by: Option<ExprId>,
    /// Where it is declared.
    pub span: Span,
}

/// A package-level variable.
#[derive(Clone, Debug)]
pub struct GlobalInfo {
    /// `pkg.name`
    pub name: String,
    /// Its type.
    pub ty: TypeId,
    /// Where it is declared.
    pub span: Span,
    /// What it holds the address of, or whether it is there, where it is of something in C.
    pub c: Option<Arc<CSymbol>>,
}

/// Something in a C library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CSymbol {
    /// Where to look for it, in order, and at last in the process.
    pub libraries: Vec<String>,
    /// Its name there.
    pub symbol: String,
    /// What the program wants of it.
    pub wanted: CWanted,
    /// The package whose preamble declares it.
    pub package: PackageId,
}

/// What a program wants of something in a C library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CWanted {
    /// The address of a function.
    Function,
    /// The address of a variable.
    Variable,
    /// Whether it is there: it may be missing then.
    Presence,
}

/// A function, method or closure.
#[derive(Clone, Debug)]
pub struct FuncInfo {
    /// As traces print it: `main.f`, `main.T.M`, `main.(*T).M`, `main.f.func1`.
    pub name: String,
    /// The package.
    pub package: PackageId,
    /// Its type, without the receiver.
    pub ty: TypeId,
    /// The receiver; `_` where it has no name.
    pub receiver: Option<VarId>,
    /// The parameters; `_` where they have no name.
    pub params: Vec<VarId>,
    /// The results where they have names; empty otherwise.
    pub results: Vec<VarId>,
    /// A [`crate::ast::StmtKind::Block`].
    pub body: StmtId,
    /// The variables of enclosing functions that it, or a closure in it, uses.
    pub captures: Vec<VarId>,
    /// The function that a closure stands in; none where that is an initialiser.
    pub parent: Option<FuncId>,
    /// Whether it is a function literal.
    pub is_closure: bool,
    /// Whether it has `defer` statements; those of closures in it are not its own.
    pub has_defers: bool,
    /// Whether the end of the body can be reached (then there are no results).
    pub falls_off: bool,
    /// Where it is declared.
    pub span: Span,
    /// Its doc comment.
    pub doc: String,
}

/// Where an extern function comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExternOrigin {
    /// A Rust native.
    Rust {
        /// `pkg.Name` or `pkg.Type.Method`, where that is not the extern's name.
        name: Option<String>,
    },
    /// A C function.
    C {
        /// As it was written: `libm.so.6`.
        library: String,
        /// The symbol.
        symbol: String,
    },
    /// A C function, as one call of it wants it.
    Prototype(Arc<CPrototype>),
}

/// An extern function.
#[derive(Clone, Debug)]
pub struct ExternInfo {
    /// `pkg.Name` or `pkg.Type.Method`
    pub name: String,
    /// The package.
    pub package: PackageId,
    /// Its type, without the receiver.
    pub ty: TypeId,
    /// For a method, the type of the receiver: its first argument.
    pub receiver: Option<TypeId>,
    /// The names of the parameters; `_` where they have none.
    pub param_names: Vec<String>,
    /// The names of the results; empty where they have none.
    pub result_names: Vec<String>,
    /// Where it comes from.
    pub origin: ExternOrigin,
    /// How the machine makes each argument what C takes, before the call; empty where it makes none.
    pub passes: Vec<ArgumentPass>,
    /// Whether it is declared `//vo:optional`: it may be missing.
    pub optional: bool,
    /// Whether it is declared `//vo:unguarded`: the machine may call it with nothing between.
    pub unguarded: bool,
    /// Where it is declared.
    pub span: Span,
    /// Its doc comment.
    pub doc: String,
}

/// What an argument is on its way to C.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArgumentPass {
    /// As it is; what is left to do is the callee's.
    AsIs,
    /// A slice, whose first element's address C takes.
    Slice,
    /// A string, whose bytes' address C takes.
    Text,
    /// An integer that must be one of another type.
    Int {
        /// Its type.
        from: Scalar,
        /// What C takes, by its bytes.
        to: Scalar,
    },
}

impl ExternInfo {
    /// Whether it is a C function that takes the slots of its arguments as they are.
    pub fn passes_in_place(&self) -> bool {
        let is_in_place =
            |param: &CParam| matches!(param, CParam::Scalar(_) | CParam::Pointer(_) | CParam::Struct(_));
        match &self.origin {
            ExternOrigin::Rust { .. } => false,
            // There is no conversion of scalars and pointers.
            ExternOrigin::C { .. } => true,
            ExternOrigin::Prototype(prototype) => {
                prototype.params.iter().all(is_in_place)
                    && prototype.extra.is_empty()
                    && !prototype.sig.variadic
                    && prototype.result != CResult::LongDouble
            }
        }
    }
}

/// A package.
#[derive(Clone, Debug)]
pub struct PackageInfo {
    /// As it is imported; `main` for the program's own.
    pub path: String,
    /// Its name.
    pub name: String,
    /// The initialisers of its variables, in the order in which they run.
    pub initialisers: Vec<GlobalInit>,
    /// Its functions `init`, in order.
    pub inits: Vec<FuncId>,
}

/// `a, b = f()` at package level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GlobalInit {
    /// The variables; none for `_`. With several, the value is a call with as many results, or a
    /// comma-ok form.
    pub targets: Vec<Option<GlobalId>>,
    /// The value.
    pub value: ExprId,
}

/// A step of what runs before anything else does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Variables of a package get their values.
    Variables {
        /// The package.
        package: PackageId,
        /// Those that get their zero values first: in a session they may have others.
        declared: Vec<GlobalId>,
        /// In the order in which they run; all in one file.
        initialisers: Vec<GlobalInit>,
    },
    /// A function without parameters and results is called.
    Call(FuncId),
}

/// A method of a concrete type, as an interface finds it.
#[derive(Clone, Debug, PartialEq)]
pub struct MethodEntry {
    /// Its name.
    pub name: String,
    /// Its type, without the receiver.
    pub ty: TypeId,
    /// From a value of the type to the receiver.
    pub path: Vec<FieldStep>,
    /// What to do at the end of the path; `AddressOf` occurs where the path goes through a pointer.
    pub adjust: ReceiverAdjust,
    /// The method.
    pub target: MethodTarget,
}
