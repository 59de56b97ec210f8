//! `x[i]`, `x[i:j]` and `x.(T)`.

use super::checker::Checker;
use super::constant::Constant;
use super::info::ExprType;
use super::lookup::Missing;
use super::operand::{Mode, Operand};
use crate::ast::{ExprId, ExprKind};
use crate::diagnostic::Diagnostic;
use crate::types::{TypeId, TypeKind};

impl Checker<'_> {
    pub(super) fn index(&mut self, expr: ExprId, inner: ExprId, index: ExprId) -> Operand {
        let mut operand = self.multi_expr(inner);
        if let Mode::NoValue | Mode::Tuple(_) = operand.mode {
            operand = self.expr(inner);
        }
        if operand.is_invalid() {
            self.expr_or_type(index);
            return self.invalid(expr);
        }
        if let TypeKind::Map(key, value) = *self.kind(operand.ty) {
            let mut index = self.expr(index);
            self.assign(&mut index, key, "map index");
            return self.operand(expr, Mode::MapIndex, value);
        }
        let target =
            self.pointee(operand.ty).filter(|&target| matches!(self.kind(target), TypeKind::Array(..)));
        let (mode, ty, length) = match *self.kind(target.unwrap_or(operand.ty)) {
            TypeKind::String => {
                let length = match operand.constant() {
                    Some(Constant::String(bytes)) => Some(bytes.len() as u64),
                    _ => None,
                };
                self.default_operand(&mut operand);
                (Mode::Value, TypeId::BYTE, length)
            }
            TypeKind::Slice(elem) => (Mode::Variable, elem, None),
            TypeKind::Array(elem, length) => {
                let addressable = target.is_some() || operand.mode == Mode::Variable;
                (if addressable { Mode::Variable } else { Mode::Value }, elem, Some(length))
            }
            TypeKind::Pointer(target) if self.c_pointers() => {
                return self.pointer_index(expr, &operand, target, index);
            }
            _ => return self.cannot_index(expr, &operand, index),
        };
        self.check_index(index, length, false);
        self.operand(expr, mode, ty)
    }

    fn cannot_index(&mut self, expr: ExprId, operand: &Operand, index: ExprId) -> Operand {
        let generic = self.func_type(operand.ty).is_some() && self.try_type(index).is_some();
        let message = format!("invalid operation: cannot index {}", self.describe(operand));
        let mut error = Diagnostic::new(self.span(expr), message);
        if generic {
            error = error.note("Vo has no generics");
        } else if self.pointee(operand.ty).is_some_and(|target| !self.is_opaque(target)) {
            error = error.help(format!("dereference it: `(*{})[…]`", self.expr_text(operand.expr)));
        }
        self.report(error);
        self.invalid(expr)
    }

    /// Checks an index or a bound of a slice; the result is its value, where that is constant.
    pub(super) fn check_index(&mut self, expr: ExprId, length: Option<u64>, inclusive: bool) -> Option<i128> {
        let mut index = self.expr(expr);
        if index.is_invalid() {
            return None;
        }
        let value = index.constant().and_then(Constant::as_int);
        let numeric = self.is_numeric(index.ty);
        let whole = self.is_untyped(index.ty) && numeric && index.constant().is_some_and(Constant::is_whole);
        if !self.is_integer(index.ty) && !whole {
            let why =
                if self.is_untyped(index.ty) && numeric { "truncated to int" } else { "must be integer" };
            let text = self.describe(&index);
            self.error(self.span(expr), format!("invalid argument: index {text} {why}"));
            return None;
        }
        if self.is_untyped(index.ty) && self.convert_untyped(&mut index, TypeId::INT).is_err() {
            let text = self.describe(&index);
            self.error(self.span(expr), format!("invalid argument: index {text} overflows int"));
            return None;
        }
        let value = value?;
        let text = self.expr_text(expr);
        if value < 0 {
            let text = self.describe(&index);
            self.error(self.span(expr), format!("invalid argument: index {text} must not be negative"));
        } else if let Some(length) = length
            && value >= i128::from(length) + i128::from(inclusive)
        {
            let bound = i128::from(length) + i128::from(inclusive);
            self.error(self.span(expr), format!("invalid argument: index {text} out of bounds [0:{bound}]"));
        }
        Some(value)
    }

    pub(super) fn slice(&mut self, expr: ExprId, inner: ExprId, bounds: [Option<ExprId>; 3]) -> Operand {
        let mut operand = self.expr(inner);
        if operand.is_invalid() {
            return self.invalid(expr);
        }
        let (ty, length) = match *self.kind(operand.ty) {
            TypeKind::String => {
                if let Some(max) = bounds[2] {
                    let text = self.describe(&operand);
                    self.error(self.span(max), format!("invalid operation: 3-index slice of string {text}"));
                }
                self.default_operand(&mut operand);
                (operand.ty, None)
            }
            TypeKind::Slice(_) => (operand.ty, None),
            TypeKind::Array(elem, length) => {
                if operand.mode != Mode::Variable {
                    let text = self.describe(&operand);
                    let message = format!("invalid operation: {text} (slice of unaddressable value)");
                    self.report(
                        Diagnostic::new(self.span(expr), message).help("assign it to a variable first"),
                    );
                    return self.invalid(expr);
                }
                self.take_address(inner);
                (self.types.slice_of(elem), Some(length))
            }
            TypeKind::Pointer(target) if matches!(self.kind(target), TypeKind::Array(..)) => {
                let TypeKind::Array(elem, length) = *self.kind(target) else { return self.invalid(expr) };
                (self.types.slice_of(elem), Some(length))
            }
            _ => {
                let message = format!("cannot slice {}", self.describe(&operand));
                self.error(self.span(expr), message);
                return self.invalid(expr);
            }
        };
        let mut last = None;
        for bound in bounds.into_iter().flatten() {
            let Some(value) = self.check_index(bound, length, true) else { continue };
            if let Some(last) = last
                && last > value
            {
                self.error(self.span(bound), format!("invalid slice indices: {value} < {last}"));
            }
            last = Some(value);
        }
        self.value(expr, ty)
    }

    pub(super) fn type_assertion(&mut self, expr: ExprId, inner: ExprId, ty: ExprId) -> Operand {
        if let ExprKind::Bad = self.ast.expr(ty).kind {
            self.error(self.span(expr), "use of .(type) outside type switch");
            return self.invalid(expr);
        }
        let operand = self.expr(inner);
        let ty_expr = ty;
        let ty = self.check_type(ty);
        if operand.is_invalid() || self.is_invalid(ty) {
            return self.invalid(expr);
        }
        if !self.is_interface(operand.ty) || operand.is_nil() {
            let message = format!("invalid operation: {} is not an interface", self.describe(&operand));
            let error = Diagnostic::new(self.span(inner), message);
            self.report(error.help(self.conversion_hint(&operand, ty)));
            return self.invalid(expr);
        }
        if let Some(missing) = self.impossible(operand.ty, ty) {
            let why = self.explain_missing(ty, operand.ty, &missing);
            let message = format!("impossible type assertion: {}\n{why}", self.expr_text(expr));
            let (head, why) = message.split_once('\n').unwrap_or((&message, ""));
            self.report(Diagnostic::new(self.span(ty_expr), head).note(why));
            return self.invalid(expr);
        }
        self.operand(expr, Mode::CommaOk, ty)
    }

    /// Why an interface can never hold a value of a concrete type.
    pub(super) fn impossible(&self, interface: TypeId, ty: TypeId) -> Option<Missing> {
        if self.is_interface(ty) { None } else { self.missing_method(ty, interface) }
    }

    /// The types of an expression that has to give `count` values: a call, or a comma-ok form.
    pub(super) fn unpack(&mut self, expr: ExprId, count: usize, span: crate::source::Span) -> Vec<TypeId> {
        self.errno_call = Some(self.ast.unparen(expr)).filter(|_| count == 2);
        let operand = self.multi_expr(expr);
        self.errno_call = None;
        let types = match &operand.mode {
            Mode::Invalid => return vec![self.untyped.invalid; count],
            Mode::Tuple(types) => types.to_vec(),
            Mode::MapIndex | Mode::CommaOk if count == 2 => return vec![operand.ty, TypeId::BOOL],
            _ => Vec::new(),
        };
        if types.len() == count {
            return types;
        }
        self.record(expr, ExprType::None);
        self.assignment_mismatch_of(span, count, expr, &operand);
        vec![self.untyped.invalid; count]
    }
}
