//! Binary operators.

use super::checker::Checker;
use super::constant::{self, ConstError, Constant};
use super::operand::{Mode, Operand};
use crate::ast::{BinaryOp, ExprId, ExprKind};
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::types::TypeId;

/// The most bytes that constant strings of a program have, which are put together from others.
const MOST_JOINED: usize = 128 << 20;

impl Checker<'_> {
    pub(super) fn binary(&mut self, expr: ExprId) -> Operand {
        let ExprKind::Binary { op, op_span, left, right } = self.ast.expr(expr).kind else {
            return self.invalid(expr);
        };
        let left = self.expr(left);
        let right = self.expr(right);
        self.binary_operands(expr, op, op_span, left, right)
    }

    /// `left op right`, for an expression or an assignment `left op= right`.
    pub(super) fn binary_operands(
        &mut self,
        expr: ExprId,
        op: BinaryOp,
        op_span: Span,
        mut left: Operand,
        mut right: Operand,
    ) -> Operand {
        if left.is_invalid() || right.is_invalid() {
            return self.invalid(expr);
        }
        if op.is_shift() {
            return self.shift(expr, op, left, right);
        }
        if self.is_pointer_operation(op, &left, &right) {
            return self.pointer_operation(expr, op, op_span, left, right);
        }
        if !self.match_operands(op, op_span, &mut left, &mut right) {
            return self.invalid(expr);
        }
        if op.is_comparison() {
            return self.comparison(expr, op, op_span, left, right);
        }
        if left.ty != right.ty {
            self.mismatched(op, op_span, &left, &right);
            return self.invalid(expr);
        }
        if !self.defined(op, left.ty) {
            let message =
                format!("invalid operation: operator {} not defined on {}", op.text(), self.describe(&left));
            self.error(op_span, message);
            return self.invalid(expr);
        }
        self.arithmetic(expr, op, left, right)
    }

    fn defined(&self, op: BinaryOp, ty: TypeId) -> bool {
        match op {
            BinaryOp::Add => self.is_numeric(ty) || self.is_string(ty),
            BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div => self.is_numeric(ty),
            BinaryOp::LogicAnd | BinaryOp::LogicOr => self.is_bool(ty),
            _ => self.is_integer(ty),
        }
    }

    fn arithmetic(&mut self, expr: ExprId, op: BinaryOp, left: Operand, right: Operand) -> Operand {
        let integer = self.is_integer(left.ty);
        let zero = right.constant().is_some_and(Constant::is_zero);
        let divides = matches!(op, BinaryOp::Div | BinaryOp::Rem);
        if divides && zero && (integer || left.constant().is_some()) {
            self.error(self.span(right.expr), "invalid operation: division by zero");
            return self.invalid(expr);
        }
        let ty = left.ty;
        let (Some(a), Some(b)) = (left.constant(), right.constant()) else {
            return self.value(expr, ty);
        };
        self.joined_bytes += a.string_len() + b.string_len();
        if self.joined_bytes > MOST_JOINED {
            self.error(self.span(expr), "constant strings are too long to be put together");
            return self.invalid(expr);
        }
        match constant::binary(op, a, b, integer) {
            Ok(Some(value)) => self.constant_result(expr, value, ty),
            Ok(None) => self.invalid(expr),
            Err(ConstError::DivisionByZero) => {
                self.error(self.span(right.expr), "invalid operation: division by zero");
                self.invalid(expr)
            }
            Err(ConstError::Overflow) => {
                self.error(self.span(expr), format!("constant {} overflow", operation(op)));
                self.invalid(expr)
            }
        }
    }

    /// Gives the operands one type, where at least one of them is untyped.
    fn match_operands(
        &mut self,
        op: BinaryOp,
        op_span: Span,
        left: &mut Operand,
        right: &mut Operand,
    ) -> bool {
        let (l, r) = (left.ty, right.ty);
        let fits = match (self.is_untyped(l), self.is_untyped(r)) {
            (false, false) => return true,
            (true, true) => return self.match_untyped(op, op_span, left, right),
            (true, false) => self.convert_untyped(left, r),
            (false, true) => self.convert_untyped(right, l),
        };
        match fits {
            Ok(()) => true,
            Err(why) => {
                self.cannot_match(op, op_span, left, right, why);
                false
            }
        }
    }

    fn match_untyped(
        &mut self,
        op: BinaryOp,
        op_span: Span,
        left: &mut Operand,
        right: &mut Operand,
    ) -> bool {
        let (l, r) = (left.ty, right.ty);
        if l == r {
            if left.is_nil() {
                let message = format!("invalid operation: operator {} not defined on nil", op.text());
                self.error(op_span, message);
                return false;
            }
            return true;
        }
        // A constant of an enum is an integer beside others.
        let [l, r] = [l, r].map(|ty| self.enum_of_untyped(ty).map_or(ty, |_| self.untyped.int));
        let numeric = |ty| ty == self.untyped.int || ty == self.untyped.rune || ty == self.untyped.float;
        if numeric(l) && numeric(r) {
            // The rows of int, rune and float are in the order in which they are preferred.
            let larger = l.max(r);
            (left.ty, right.ty) = (larger, larger);
            return true;
        }
        self.mismatched(op, op_span, left, right);
        false
    }

    fn cannot_match(&self, op: BinaryOp, op_span: Span, left: &Operand, right: &Operand, why: &str) {
        let (untyped, typed) = if self.is_untyped(left.ty) { (left, right) } else { (right, left) };
        let both_numeric = self.is_numeric(untyped.ty) && self.is_numeric(typed.ty);
        if untyped.is_nil() || !both_numeric {
            return self.mismatched(op, op_span, left, right);
        }
        let (text, ty) = (self.describe(untyped), self.type_name(typed.ty));
        let message = match why {
            "truncated" => format!("{text} truncated to {ty}"),
            _ => format!("cannot use {text} as {ty} value in expression ({why})"),
        };
        self.error(self.span(untyped.expr), message);
    }

    pub(super) fn mismatched(&self, op: BinaryOp, op_span: Span, left: &Operand, right: &Operand) {
        let text = format!("{} {} {}", self.expr_text(left.expr), op.text(), self.expr_text(right.expr));
        let (l, r) = (self.type_name(left.ty), self.type_name(right.ty));
        let message = format!("invalid operation: {text} (mismatched types {l} and {r})");
        let mut error = Diagnostic::new(op_span, message)
            .secondary(self.span(left.expr), l)
            .secondary(self.span(right.expr), r);
        if op == BinaryOp::Add && self.is_string(left.ty) && !self.is_untyped(right.ty) {
            error = error.help(self.conversion_hint(right, TypeId::STRING));
        } else if op == BinaryOp::Add && self.is_string(right.ty) && !self.is_untyped(left.ty) {
            error = error.help(self.conversion_hint(left, TypeId::STRING));
        } else if self.is_numeric(left.ty) && self.is_numeric(right.ty) {
            let wide = if self.is_float(right.ty) { (left, right.ty) } else { (right, left.ty) };
            error = error.help(self.conversion_hint(wide.0, wide.1));
        } else if self.is_interface(left.ty) {
            error = error.help(self.conversion_hint(left, right.ty));
        } else if self.is_interface(right.ty) {
            error = error.help(self.conversion_hint(right, left.ty));
        }
        self.report(error);
    }

    fn comparison(
        &mut self,
        expr: ExprId,
        op: BinaryOp,
        op_span: Span,
        mut left: Operand,
        mut right: Operand,
    ) -> Operand {
        if !self.assignable(left.ty, right.ty) && !self.assignable(right.ty, left.ty) {
            self.mismatched(op, op_span, &left, &right);
            return self.invalid(expr);
        }
        if let Some(why) = self.why_incomparable(op, &left, &right) {
            let text = format!("{} {} {}", self.expr_text(left.expr), op.text(), self.expr_text(right.expr));
            self.error(op_span, format!("invalid operation: {text} ({why})"));
            return self.invalid(expr);
        }
        if let (Some(a), Some(b)) = (left.constant(), right.constant())
            && let Some(value) = constant::compare(op, a, b)
        {
            return self.operand(expr, Mode::Constant(Constant::Bool(value)), self.untyped.bool);
        }
        self.default_operand(&mut left);
        self.default_operand(&mut right);
        self.operand(expr, Mode::Value, self.untyped.bool)
    }

    fn why_incomparable(&self, op: BinaryOp, left: &Operand, right: &Operand) -> Option<String> {
        if !matches!(op, BinaryOp::Equal | BinaryOp::NotEqual) {
            let bad = [left, right].into_iter().find(|operand| !self.is_ordered(operand.ty))?;
            return Some(format!("operator {} not defined on {}", op.text(), self.kind_word(bad.ty)));
        }
        let nil = |operand: &Operand| self.is_nil_literal(operand.expr);
        if nil(left) || nil(right) {
            return None;
        }
        self.incomparable(left.ty).or_else(|| self.incomparable(right.ty))
    }

    fn is_nil_literal(&self, expr: ExprId) -> bool {
        let expr = self.ast.unparen(expr);
        self.info.resolved.get(&expr) == Some(&super::info::Resolved::Nil)
    }

    /// The kind of a type in a word.
    pub(super) fn kind_word(&self, ty: TypeId) -> &'static str {
        use crate::types::TypeKind;
        match self.kind(ty) {
            TypeKind::Incomplete => "nil",
            TypeKind::Scalar(_) if self.is_bool(ty) => "bool",
            TypeKind::Scalar(_) => "number",
            TypeKind::String => "string",
            TypeKind::Slice(_) => "slice",
            TypeKind::Array(..) => "array",
            TypeKind::Map(..) => "map",
            TypeKind::Pointer(_) => "pointer",
            TypeKind::Func(_) => "func",
            TypeKind::Struct(_) => "struct",
            TypeKind::Interface(_) => "interface",
            TypeKind::Opaque => "Rust type",
        }
    }

    fn shift(&mut self, expr: ExprId, op: BinaryOp, left: Operand, mut right: Operand) -> Operand {
        let text = |checker: &Self, operand: &Operand| checker.describe(operand);
        let shiftable = self.is_integer(left.ty)
            || self.is_untyped(left.ty) && left.constant().is_some_and(Constant::is_whole);
        if !shiftable || left.is_nil() {
            let message = format!("invalid operation: shifted operand {} must be integer", text(self, &left));
            self.error(self.span(left.expr), message);
            return self.invalid(expr);
        }
        let count = right.constant().and_then(Constant::as_int);
        let is_count = self.is_integer(right.ty)
            || self.is_untyped(right.ty) && right.constant().is_some_and(Constant::is_whole);
        let message = match count {
            _ if !is_count => {
                format!("invalid operation: shift count {} must be integer", text(self, &right))
            }
            Some(count) if count < 0 => {
                format!("invalid operation: negative shift count {}", text(self, &right))
            }
            None if right.constant().is_some() => {
                format!("invalid operation: invalid shift count {}", text(self, &right))
            }
            _ => {
                if self.is_untyped(right.ty) {
                    let _ = self.convert_untyped(&mut right, TypeId::scalar(crate::types::Scalar::Uint));
                }
                return self.shift_value(expr, op, left, count);
            }
        };
        self.error(self.span(right.expr), message);
        self.invalid(expr)
    }

    fn shift_value(&mut self, expr: ExprId, op: BinaryOp, mut left: Operand, count: Option<i128>) -> Operand {
        let ty = left.ty;
        if let (Some(value), Some(count)) = (left.constant(), count) {
            let ty = if self.is_untyped(ty) && !self.is_integer(ty) { self.untyped.int } else { ty };
            return match constant::shift(op, value, count.min(1 << 20) as u32) {
                Ok(value) => self.constant_result(expr, value, ty),
                Err(_) => {
                    self.error(self.span(expr), "constant shift overflow");
                    self.invalid(expr)
                }
            };
        }
        if left.constant().is_some() && !self.is_integer(ty) {
            left.ty = self.untyped.int;
        }
        self.value(expr, left.ty)
    }
}

fn operation(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Add => "addition",
        BinaryOp::Sub => "subtraction",
        BinaryOp::Mul => "multiplication",
        BinaryOp::Div => "division",
        _ => "operation",
    }
}
