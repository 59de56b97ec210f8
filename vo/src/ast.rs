//! The syntax tree of a program: all nodes of all files in two arenas, so that ids are unique over
//! the program and no operation on the tree recurses by itself. Types are expressions, as in Go's
//! own tree.
#![expect(missing_docs, reason = "the names are those of Go's grammar")]

use crate::source::Span;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExprId(pub u32);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StmtId(pub u32);

/// All files of all packages.
#[derive(Debug, Default)]
pub struct Ast {
    pub exprs: Vec<Expr>,
    pub stmts: Vec<Stmt>,
}

impl Ast {
    pub fn expr(&self, id: ExprId) -> &Expr {
        &self.exprs[id.0 as usize]
    }

    pub fn stmt(&self, id: StmtId) -> &Stmt {
        &self.stmts[id.0 as usize]
    }

    /// The name that an identifier is; empty for any other expression.
    pub fn name(&self, id: ExprId) -> &str {
        match &self.expr(id).kind {
            ExprKind::Ident(name) => name,
            _ => "",
        }
    }

    /// The expression inside any parentheses.
    pub fn unparen(&self, mut id: ExprId) -> ExprId {
        while let ExprKind::Paren(inner) = self.expr(id).kind {
            id = inner;
        }
        id
    }

    /// The statements of a [`StmtKind::Block`]; none for any other statement.
    pub fn block(&self, id: StmtId) -> &[StmtId] {
        match &self.stmt(id).kind {
            StmtKind::Block(stmts) => stmts,
            _ => &[],
        }
    }

    pub(crate) fn add_expr(&mut self, kind: ExprKind, span: Span) -> ExprId {
        self.exprs.push(Expr { kind, span });
        ExprId(self.exprs.len() as u32 - 1)
    }

    pub(crate) fn add_stmt(&mut self, kind: StmtKind, span: Span) -> StmtId {
        self.stmts.push(Stmt { kind, span });
        StmtId(self.stmts.len() as u32 - 1)
    }
}

#[derive(Clone, Debug, Default)]
pub struct Ident {
    pub name: String,
    pub span: Span,
}

#[derive(Debug)]
pub struct Expr {
    pub kind: ExprKind,
    pub span: Span,
}

#[derive(Debug)]
pub enum ExprKind {
    /// What could not be parsed; a program with one never reaches the compiler.
    Bad,
    Ident(String),
    Literal(Literal),
    Composite {
        /// Absent where an outer literal implies it.
        ty: Option<ExprId>,
        elements: Vec<Element>,
        /// The closing brace.
        close: Span,
    },
    FuncLit {
        signature: Signature,
        body: StmtId,
    },
    Paren(ExprId),
    Selector {
        operand: ExprId,
        name: Ident,
    },
    Index {
        operand: ExprId,
        index: ExprId,
    },
    Slice {
        operand: ExprId,
        low: Option<ExprId>,
        high: Option<ExprId>,
        max: Option<ExprId>,
    },
    TypeAssert {
        operand: ExprId,
        ty: ExprId,
    },
    Call {
        callee: ExprId,
        args: Vec<ExprId>,
        /// The `...` behind the last argument.
        spread: Option<Span>,
        /// The closing parenthesis.
        close: Span,
    },
    /// A dereference, or a pointer type.
    Star(ExprId),
    /// `&x`
    AddressOf(ExprId),
    Unary {
        op: UnaryOp,
        operand: ExprId,
    },
    Binary {
        op: BinaryOp,
        op_span: Span,
        left: ExprId,
        right: ExprId,
    },
    ArrayType {
        len: ArrayLen,
        elem: ExprId,
    },
    MapType {
        key: ExprId,
        value: ExprId,
    },
    FuncType(Signature),
    StructType(Vec<FieldDecl>),
    InterfaceType(Vec<InterfaceElement>),
}

/// A literal; numbers as they were written, without underscores.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    Int(String),
    Float(String),
    Rune(u32),
    String(Vec<u8>),
}

#[derive(Clone, Copy, Debug)]
pub enum ArrayLen {
    /// `[]T`
    Slice,
    /// `[...]T`
    Counted,
    Fixed(ExprId),
}

/// An element of a composite literal.
#[derive(Clone, Copy, Debug)]
pub struct Element {
    pub key: Option<ExprId>,
    pub value: ExprId,
}

#[derive(Clone, Debug, Default)]
pub struct Signature {
    pub params: Vec<Param>,
    pub results: Vec<Param>,
    /// Whether the last parameter was written `...T`; its `ty` is then `T`.
    pub variadic: bool,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub struct Param {
    pub name: Option<Ident>,
    pub ty: ExprId,
}

/// One line of a struct type.
#[derive(Debug)]
pub struct FieldDecl {
    /// Empty for an embedded field.
    pub names: Vec<Ident>,
    pub ty: ExprId,
    pub span: Span,
}

#[derive(Debug)]
pub enum InterfaceElement {
    Method { name: Ident, signature: Signature },
    Embedded(ExprId),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOp {
    Plus,
    Minus,
    Not,
    /// `^x`
    Complement,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
    Add,
    Sub,
    Mul,
    Div,
    Rem,
    And,
    Or,
    Xor,
    AndNot,
    Shl,
    Shr,
    LogicAnd,
    LogicOr,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

/// The operators in their order, how they are written, and how strongly they bind.
const BINARY_OPS: [(BinaryOp, &str, u8); 19] = [
    (BinaryOp::Add, "+", 4),
    (BinaryOp::Sub, "-", 4),
    (BinaryOp::Mul, "*", 5),
    (BinaryOp::Div, "/", 5),
    (BinaryOp::Rem, "%", 5),
    (BinaryOp::And, "&", 5),
    (BinaryOp::Or, "|", 4),
    (BinaryOp::Xor, "^", 4),
    (BinaryOp::AndNot, "&^", 5),
    (BinaryOp::Shl, "<<", 5),
    (BinaryOp::Shr, ">>", 5),
    (BinaryOp::LogicAnd, "&&", 2),
    (BinaryOp::LogicOr, "||", 1),
    (BinaryOp::Equal, "==", 3),
    (BinaryOp::NotEqual, "!=", 3),
    (BinaryOp::Less, "<", 3),
    (BinaryOp::LessEqual, "<=", 3),
    (BinaryOp::Greater, ">", 3),
    (BinaryOp::GreaterEqual, ">=", 3),
];

impl BinaryOp {
    /// The operator that is written so.
    pub fn of_text(text: &str) -> Option<BinaryOp> {
        BINARY_OPS.iter().find(|row| row.1 == text).map(|row| row.0)
    }

    /// As it is written.
    pub fn text(self) -> &'static str {
        BINARY_OPS[self as usize].1
    }

    /// How strongly it binds, from 1 to 5.
    pub fn precedence(self) -> u8 {
        BINARY_OPS[self as usize].2
    }

    pub fn is_comparison(self) -> bool {
        self.precedence() == 3
    }

    pub fn is_shift(self) -> bool {
        matches!(self, BinaryOp::Shl | BinaryOp::Shr)
    }
}

impl UnaryOp {
    /// As it is written.
    pub fn text(self) -> &'static str {
        match self {
            UnaryOp::Plus => "+",
            UnaryOp::Minus => "-",
            UnaryOp::Not => "!",
            UnaryOp::Complement => "^",
        }
    }
}

#[derive(Debug)]
pub struct Stmt {
    pub kind: StmtKind,
    pub span: Span,
}

#[derive(Debug)]
pub enum StmtKind {
    /// An empty statement, or one that could not be parsed.
    Empty,
    Expr(ExprId),
    IncDec {
        target: ExprId,
        increment: bool,
    },
    Assign {
        lhs: Vec<ExprId>,
        rhs: Vec<ExprId>,
    },
    OpAssign {
        op: BinaryOp,
        op_span: Span,
        target: ExprId,
        value: ExprId,
    },
    /// `a, b := …`; `Info::is_definition` says which names are new.
    Define {
        lhs: Vec<ExprId>,
        rhs: Vec<ExprId>,
        op_span: Span,
    },
    Var(Vec<VarSpec>),
    Const(Vec<ConstSpec>),
    Type(Vec<TypeSpec>),
    Block(Vec<StmtId>),
    If {
        init: Option<StmtId>,
        cond: ExprId,
        then: StmtId,
        /// A block, or another `if`.
        otherwise: Option<StmtId>,
    },
    For {
        init: Option<StmtId>,
        cond: Option<ExprId>,
        post: Option<StmtId>,
        body: StmtId,
    },
    Range {
        key: Option<ExprId>,
        value: Option<ExprId>,
        /// Whether key and value are declared here (`:=`).
        define: bool,
        subject: ExprId,
        body: StmtId,
    },
    Switch {
        init: Option<StmtId>,
        tag: Option<ExprId>,
        cases: Vec<Case>,
    },
    TypeSwitch {
        init: Option<StmtId>,
        /// `x` of `switch x := y.(type)`; its variables are in `Info::case_vars`.
        bind: Option<Ident>,
        subject: ExprId,
        cases: Vec<Case>,
    },
    Labeled {
        label: Ident,
        stmt: StmtId,
    },
    /// Its target is in `Info::branch_targets`, as for `Continue`.
    Break(Option<Ident>),
    /// `goto label`
    Goto(Ident),
    Continue(Option<Ident>),
    Fallthrough,
    Return(Vec<ExprId>),
    Defer(ExprId),
}

/// A `case` or `default` of a switch; in a type switch the values are types, or `nil`.
#[derive(Debug)]
pub struct Case {
    pub values: Vec<ExprId>,
    pub is_default: bool,
    pub body: Vec<StmtId>,
    /// Of the `case …:` alone.
    pub span: Span,
}

/// The names are [`ExprKind::Ident`] nodes, resolved like uses.
#[derive(Debug)]
pub struct VarSpec {
    pub names: Vec<ExprId>,
    pub ty: Option<ExprId>,
    pub values: Vec<ExprId>,
    pub span: Span,
}

/// A line of constants; the values of a line without any are those of an earlier one.
#[derive(Debug)]
pub struct ConstSpec {
    pub names: Vec<ExprId>,
    pub ty: Option<ExprId>,
    pub values: Vec<ExprId>,
    pub iota: i128,
    pub span: Span,
}

/// `//vo:name` or `//vo:name(argument)` in a line directly above a declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    pub name: String,
    pub argument: Option<String>,
    pub span: Span,
}

#[derive(Debug)]
pub struct TypeSpec {
    /// `//vo:packed` and the like.
    pub directives: Vec<Directive>,
    pub name: Ident,
    /// Whether it was written `type A = B`.
    pub alias: bool,
    pub ty: ExprId,
}

/// A parsed file.
#[derive(Debug)]
pub struct File {
    /// Its number in the source map.
    pub number: u32,
    pub package: Ident,
    pub imports: Vec<Import>,
    pub decls: Vec<Decl>,
}

#[derive(Debug)]
pub struct Import {
    pub alias: Option<Ident>,
    pub path: String,
    /// What stands directly above: the preamble of `import "C"`.
    pub comment: Span,
    pub span: Span,
}

#[derive(Debug)]
pub enum Decl {
    Var(VarSpec),
    Const(ConstSpec),
    Type(TypeSpec),
    /// `extern type Name`
    ExternType(Ident),
    Func(FuncDecl),
    Extern(ExternDecl),
}

#[derive(Debug)]
pub struct FuncDecl {
    pub name: Ident,
    pub receiver: Option<Param>,
    pub signature: Signature,
    /// Absent only after an error.
    pub body: Option<StmtId>,
    pub doc: String,
    /// Of the head, without the body.
    pub span: Span,
}

#[derive(Debug)]
pub struct ExternDecl {
    pub name: Ident,
    pub receiver: Option<Param>,
    pub signature: Signature,
    /// The C library, and where it was written; absent for a Rust native.
    pub library: Option<(String, Span)>,
    /// The C symbol, where it differs from the name.
    pub symbol: Option<(String, Span)>,
    /// What stands above it; none has a meaning yet.
    pub directives: Vec<Directive>,
    pub doc: String,
    pub span: Span,
}
