//! Expressions: names, literals, and the way to all others.

use super::checker::{Checker, Node};
use super::constant::{self, Constant, literal_value};
use super::info::{ExprType, Resolved};
use super::operand::{Mode, Operand};
use super::scope::ObjectKind;
use crate::ast::{ExprId, ExprKind, Literal, UnaryOp};
use crate::diagnostic::Diagnostic;
use crate::types::{TypeId, TypeKind};

/// The largest length of a number's literal, as Go has it: digits beyond it mean nothing.
const LONGEST_NUMBER: usize = 10_000;

impl<'a> Checker<'a> {
    /// Checks an expression that must be one value.
    pub(super) fn expr(&mut self, expr: ExprId) -> Operand {
        let operand = self.multi_expr(expr);
        self.single(operand)
    }

    /// Checks an expression that is one value, several, or none.
    pub(super) fn multi_expr(&mut self, expr: ExprId) -> Operand {
        let operand = self.expr_or_type(expr);
        match operand.mode {
            Mode::Type => {
                let text = self.expr_text(expr);
                let error = Diagnostic::new(self.span(expr), format!("{text} (type) is not an expression"));
                self.report(error);
                self.invalid(expr)
            }
            Mode::Builtin(_) => {
                let text = self.expr_text(expr);
                self.error(self.span(expr), format!("{text} (built-in) must be called"));
                self.invalid(expr)
            }
            _ => operand,
        }
    }

    fn single(&mut self, operand: Operand) -> Operand {
        let message = match &operand.mode {
            Mode::NoValue => format!("{} used as value", self.describe(&operand)),
            Mode::Tuple(types) => {
                let text = self.expr_text(operand.expr);
                format!(
                    "multiple-value {text} (value of type {}) in single-value context",
                    self.tuple_name(types)
                )
            }
            _ => return operand,
        };
        self.error(self.span(operand.expr), message);
        self.invalid(operand.expr)
    }

    /// Checks an expression that may also be a type or a built-in function, and records what it is.
    pub(super) fn expr_or_type(&mut self, expr: ExprId) -> Operand {
        let operand = stacker::maybe_grow(128 << 10, 1 << 20, || self.dispatch(expr));
        let ty = match &operand.mode {
            Mode::Invalid | Mode::NoValue | Mode::Builtin(_) => ExprType::None,
            Mode::Tuple(types) => ExprType::Many(types.clone()),
            Mode::Type => ExprType::Type(operand.ty),
            _ => ExprType::One(operand.ty),
        };
        if let Mode::Constant(value) = &operand.mode {
            self.record_constant(expr, value, operand.ty);
        }
        self.record(expr, ty);
        operand
    }

    fn dispatch(&mut self, expr: ExprId) -> Operand {
        let ast = self.ast;
        match &ast.expr(expr).kind {
            ExprKind::Bad => self.invalid(expr),
            ExprKind::Ident(name) => self.identifier(expr, name),
            ExprKind::Literal(literal) => self.literal(expr, literal),
            ExprKind::Composite { ty, elements, .. } => self.composite(expr, *ty, elements),
            ExprKind::FuncLit { signature, body } => self.func_literal(expr, signature, *body),
            ExprKind::Paren(inner) => {
                let inner = self.expr_or_type(*inner);
                Operand { expr, ..inner }
            }
            ExprKind::Selector { operand, name } => self.selector(expr, *operand, name),
            ExprKind::Index { operand, index } => self.index(expr, *operand, *index),
            ExprKind::Slice { operand, low, high, max } => self.slice(expr, *operand, [*low, *high, *max]),
            ExprKind::TypeAssert { operand, ty } => self.type_assertion(expr, *operand, *ty),
            ExprKind::Call { .. } => self.call(expr),
            ExprKind::Star(operand) => self.star(expr, *operand),
            ExprKind::AddressOf(operand) => self.address_of(expr, *operand),
            ExprKind::Unary { op, operand } => self.unary(expr, *op, *operand),
            ExprKind::Binary { .. } => self.binary(expr),
            ExprKind::ArrayType { .. }
            | ExprKind::MapType { .. }
            | ExprKind::FuncType(_)
            | ExprKind::StructType(_)
            | ExprKind::InterfaceType(_) => {
                let ty = self.check_type(expr);
                self.operand(expr, Mode::Type, ty)
            }
        }
    }

    fn identifier(&mut self, expr: ExprId, name: &str) -> Operand {
        let span = self.span(expr);
        if name == "_" {
            self.error(span, "cannot use _ as value");
            return self.invalid(expr);
        }
        let Some(id) = self.lookup(name) else {
            self.undefined(name, span);
            return self.invalid(expr);
        };
        if name == "iota" && self.objects.list[id].package == u32::MAX {
            return self.iota(expr);
        }
        self.object_operand(expr, id)
    }

    fn iota(&mut self, expr: ExprId) -> Operand {
        let Some(value) = self.place.iota else {
            self.error(self.span(expr), "cannot use iota outside constant declaration");
            return self.invalid(expr);
        };
        self.info.resolved.insert(expr, Resolved::Const);
        self.operand(expr, Mode::Constant(Constant::Int(value)), self.untyped.int)
    }

    /// What a use of an object is, as an operand.
    pub(super) fn object_operand(&mut self, expr: ExprId, id: usize) -> Operand {
        self.resolve_object(id);
        self.objects.mark_used(id);
        if let Some(resolved) = self.resolution(id) {
            self.info.resolved.insert(expr, resolved);
        }
        match self.objects.list[id].kind.clone() {
            ObjectKind::Lazy(_) | ObjectKind::Busy { .. } | ObjectKind::Bad => self.invalid(expr),
            ObjectKind::Const { ty, value } => self.operand(expr, Mode::Constant(value), ty),
            ObjectKind::Type(ty) => self.operand(expr, Mode::Type, ty),
            ObjectKind::Local(var) => {
                self.var_used[var.0 as usize] = true;
                self.capture(var);
                self.operand(expr, Mode::Variable, self.info.var(var).ty)
            }
            ObjectKind::Global(global) => {
                self.depend(Node::Global(global));
                self.operand(expr, Mode::Variable, self.info.globals[global.0 as usize].ty)
            }
            ObjectKind::Func(func) => {
                self.depend(Node::Func(func));
                self.operand(expr, Mode::Value, self.known(self.info.func(func).ty))
            }
            ObjectKind::Extern(id) => {
                self.operand(expr, Mode::Value, self.known(self.info.externs[id.0 as usize].ty))
            }
            ObjectKind::C(_) => {
                self.error(self.span(expr), "use of package C without selector");
                self.invalid(expr)
            }
            ObjectKind::Package(package) => {
                let path = &self.info.packages[package.0 as usize].path;
                let message = format!("use of package {path} without selector");
                self.error(self.span(expr), message);
                self.invalid(expr)
            }
            ObjectKind::Builtin(builtin) => Operand { mode: Mode::Builtin(builtin), ty: TypeId::NIL, expr },
            ObjectKind::Nil => self.operand(expr, Mode::Nil, self.untyped.nil),
        }
    }

    /// A type, or the invalid type where it has not been found out because of an error.
    pub(super) fn known(&self, ty: TypeId) -> TypeId {
        if ty == TypeId::NIL { self.untyped.invalid } else { ty }
    }

    fn literal(&mut self, expr: ExprId, literal: &Literal) -> Operand {
        let ty = match literal {
            Literal::Int(_) => self.untyped.int,
            Literal::Float(_) => self.untyped.float,
            Literal::Rune(_) => self.untyped.rune,
            Literal::String(_) => self.untyped.string,
        };
        let message = match literal {
            Literal::Int(text) | Literal::Float(text) if text.len() > LONGEST_NUMBER => {
                format!("excessively long constant: {}... ({} chars)", &text[..10], text.len())
            }
            _ => match literal_value(literal) {
                Some(value) => return self.operand(expr, Mode::Constant(value), ty),
                None if ty == self.untyped.float => "excessively large constant".into(),
                None => "constant overflow".into(),
            },
        };
        self.error(self.span(expr), message);
        self.invalid(expr)
    }

    fn star(&mut self, expr: ExprId, inner: ExprId) -> Operand {
        let operand = self.expr_or_type(inner);
        match operand.mode {
            Mode::Invalid => return self.invalid(expr),
            Mode::Type => {
                let ty = self.types.pointer_to(operand.ty);
                return self.operand(expr, Mode::Type, ty);
            }
            Mode::Nil => {
                self.error(self.span(expr), "invalid operation: cannot indirect nil");
                return self.invalid(expr);
            }
            _ => {}
        }
        let operand = self.single(operand);
        if operand.is_invalid() {
            return self.invalid(expr);
        }
        match self.pointee(operand.ty) {
            Some(target) if self.is_opaque(target) => self.indirect_opaque(expr, &operand, target),
            Some(target) => self.operand(expr, Mode::Variable, target),
            None => {
                let message = format!("invalid operation: cannot indirect {}", self.describe(&operand));
                self.error(self.span(expr), message);
                self.invalid(expr)
            }
        }
    }

    fn address_of(&mut self, expr: ExprId, inner: ExprId) -> Operand {
        self.addressed = Some(self.ast.unparen(inner));
        let operand = self.expr(inner);
        if operand.is_invalid() {
            return self.invalid(expr);
        }
        let literal = matches!(self.ast.expr(self.ast.unparen(inner)).kind, ExprKind::Composite { .. });
        if !literal && operand.mode != Mode::Variable {
            let message = format!("invalid operation: cannot take address of {}", self.describe(&operand));
            let error = Diagnostic::new(self.span(expr), message);
            self.report(error.help("assign it to a variable first"));
            return self.invalid(expr);
        }
        if !literal && !self.has_address(expr, &operand) {
            return self.invalid(expr);
        }
        if !literal {
            self.take_address(inner);
        }
        let ty = self.types.pointer_to(operand.ty);
        self.value(expr, ty)
    }

    /// The local variable that holds a place, if it is one: `x` of `x.f[1]`.
    pub(super) fn root_variable(&self, mut expr: ExprId) -> Option<super::info::VarId> {
        loop {
            match &self.ast.expr(expr).kind {
                ExprKind::Paren(inner) => expr = *inner,
                ExprKind::Ident(_) => match self.info.resolved.get(&expr) {
                    Some(Resolved::Local(var)) => return Some(*var),
                    _ => return None,
                },
                ExprKind::Selector { operand, .. } => {
                    let Some(super::info::Selection::Field { path }) = self.info.selections.get(&expr) else {
                        return None;
                    };
                    if path.iter().any(|step| step.deref) {
                        return None;
                    }
                    expr = *operand;
                }
                ExprKind::Index { operand, .. } => {
                    let ExprType::One(ty) = self.info.expr_types[operand.0 as usize] else { return None };
                    if !matches!(self.kind(ty), TypeKind::Array(..)) {
                        return None;
                    }
                    expr = *operand;
                }
                _ => return None,
            }
        }
    }

    pub(super) fn take_address(&mut self, expr: ExprId) {
        if let Some(var) = self.root_variable(expr) {
            self.info.vars[var.0 as usize].address_taken = true;
        }
    }

    fn unary(&mut self, expr: ExprId, op: UnaryOp, inner: ExprId) -> Operand {
        let operand = self.expr(inner);
        if operand.is_invalid() {
            return self.invalid(expr);
        }
        let ty = operand.ty;
        let fits = match op {
            UnaryOp::Plus | UnaryOp::Minus => self.is_numeric(ty),
            UnaryOp::Not => self.is_bool(ty),
            UnaryOp::Complement => self.is_integer(ty),
        };
        if !fits || operand.is_nil() {
            let message = format!(
                "invalid operation: operator {} not defined on {}",
                op.text(),
                self.describe(&operand)
            );
            self.error(self.span(expr), message);
            return self.invalid(expr);
        }
        let Mode::Constant(value) = &operand.mode else {
            return self.value(expr, ty);
        };
        let scalar = self.types.as_scalar(ty).filter(|_| !self.is_untyped(ty));
        match constant::unary(op, value, scalar) {
            Some(value) => self.constant_result(expr, value, ty),
            None => {
                self.error(self.span(expr), "constant operation overflow");
                self.invalid(expr)
            }
        }
    }

    /// A constant of a type that must be able to hold it.
    pub(super) fn constant_result(&mut self, expr: ExprId, value: Constant, ty: TypeId) -> Operand {
        if self.is_untyped(ty) {
            return self.operand(expr, Mode::Constant(value), ty);
        }
        match constant::represent(&value, ty, &self.types) {
            Some(value) => self.operand(expr, Mode::Constant(value), ty),
            None => {
                let text = self.expr_text(expr);
                let message =
                    format!("{text} (constant {value} of type {0}) overflows {0}", self.type_name(ty));
                self.error(self.span(expr), message);
                self.invalid(expr)
            }
        }
    }
}
