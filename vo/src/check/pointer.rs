//! Pointers as C has them, in files that import "C": they are indexed, moved, compared and converted.

use super::checker::Checker;
use super::operand::{Mode, Operand};
use super::scope::ObjectKind;
use crate::ast::{BinaryOp, ExprId};
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::types::{Scalar, TypeId, TypeKind};

impl Checker<'_> {
    /// Whether the present file imports "C", so that its pointers are C's.
    pub(super) fn c_pointers(&self) -> bool {
        let imported = self.objects.files.get(&self.place.file).and_then(|names| names.get("C").copied());
        let object = imported.or_else(|| self.lookup("C"));
        object.is_some_and(|id| matches!(self.objects.list[id].kind, ObjectKind::C(_)))
    }

    /// Why there is no arithmetic on pointers to a type; none where there is.
    fn why_no_arithmetic(&self, target: TypeId) -> Option<String> {
        if self.is_opaque_of_c(target) {
            return Some(format!("{} has no size here", self.type_name(target)));
        }
        let part = self.not_of_c(target)?;
        let (name, part_name) = (self.type_name(target), self.type_name(part));
        Some(match part == target {
            true => format!("C has no {name}, and no arithmetic on pointers to it"),
            false => format!("{name} leads to {part_name}, which C does not have"),
        })
    }

    /// Whether `++`, and the like, are defined on an operand, a pointer.
    pub(super) fn has_arithmetic(&self, operand: &Operand) -> bool {
        let target = self.pointee(operand.ty).filter(|_| self.c_pointers());
        target.is_some_and(|target| self.why_no_arithmetic(target).is_none())
    }

    /// An error about an operand, with the reason why it has no arithmetic where it is a pointer of C.
    pub(super) fn without_arithmetic(&self, error: Diagnostic, operand: &Operand) -> Diagnostic {
        let target = self.pointee(operand.ty).filter(|_| self.c_pointers());
        match target.and_then(|target| self.why_no_arithmetic(target)) {
            Some(why) => error.note(why),
            None => error,
        }
    }

    /// Why a conversion to or from a pointer is none that C has.
    pub(super) fn why_not_in_c(&self, from: TypeId, to: TypeId) -> Option<String> {
        let pointers = [from, to].map(|ty| self.pointee(ty));
        if !self.c_pointers() || pointers == [None; 2] {
            return None;
        }
        let bad = pointers.into_iter().flatten().find_map(|target| Some((target, self.not_of_c(target)?)))?;
        let (target, part) = (self.type_name(bad.0), self.type_name(bad.1));
        Some(match bad.0 == bad.1 {
            true => format!("C has no {target}"),
            false => format!("{target} leads to {part}, which C does not have"),
        })
    }

    /// `p[i]`
    pub(super) fn pointer_index(
        &mut self,
        expr: ExprId,
        pointer: &Operand,
        target: TypeId,
        index: ExprId,
    ) -> Operand {
        if let Some(why) = self.why_no_arithmetic(target) {
            let message = format!("invalid operation: cannot index {}", self.describe(pointer));
            let error = Diagnostic::new(self.span(expr), message).note(why);
            self.report(error.help(self.arithmetic_hint(pointer, target)));
            self.expr_or_type(index);
            return self.invalid(expr);
        }
        let mut index = self.expr(index);
        if !self.check_distance(&mut index, "index") {
            return self.invalid(expr);
        }
        self.operand(expr, Mode::Variable, target)
    }

    /// What to do where a pointer has no arithmetic.
    fn arithmetic_hint(&self, pointer: &Operand, target: TypeId) -> String {
        let text = self.expr_text(pointer.expr);
        match self.is_opaque_of_c(target) {
            true => format!("convert it to a pointer to what is there: `(*byte)({text})`"),
            false => String::new(),
        }
    }

    /// Checks a number of elements, and gives it a type.
    fn check_distance(&mut self, operand: &mut Operand, what: &str) -> bool {
        if operand.is_invalid() {
            return false;
        }
        if self.is_untyped(operand.ty)
            && self.is_numeric(operand.ty)
            && let Err(why) = self.convert_untyped(operand, TypeId::INT)
        {
            let why = if why == "truncated" { "truncated to int" } else { "overflows int" };
            let text = self.describe(operand);
            self.error(self.span(operand.expr), format!("invalid argument: {what} {text} {why}"));
            return false;
        }
        if !self.is_integer(operand.ty) {
            let text = self.describe(operand);
            self.error(self.span(operand.expr), format!("invalid argument: {what} {text} must be integer"));
            return false;
        }
        true
    }

    /// Whether an operator is one of those that pointers have in C and not in Go.
    pub(super) fn is_pointer_operation(&self, op: BinaryOp, left: &Operand, right: &Operand) -> bool {
        let arithmetic = matches!(op, BinaryOp::Add | BinaryOp::Sub);
        let order = op.is_comparison() && !matches!(op, BinaryOp::Equal | BinaryOp::NotEqual);
        let pointer = |operand: &Operand| self.pointee(operand.ty).is_some();
        (arithmetic || order) && (pointer(left) || pointer(right)) && self.c_pointers()
    }

    /// `p + n`, `n + p`, `p - n`, `p - q`, `p < q`
    pub(super) fn pointer_operation(
        &mut self,
        expr: ExprId,
        op: BinaryOp,
        op_span: Span,
        mut left: Operand,
        mut right: Operand,
    ) -> Operand {
        let targets = (self.pointee(left.ty), self.pointee(right.ty));
        match (op, targets) {
            (BinaryOp::Add | BinaryOp::Sub, (Some(target), None)) => {
                let ty = left.ty;
                let fits = self.has_elements(op, op_span, &left, target);
                if fits && self.check_distance(&mut right, "distance") {
                    self.value(expr, ty)
                } else {
                    self.invalid(expr)
                }
            }
            (BinaryOp::Add, (None, Some(target))) => {
                let ty = right.ty;
                let fits = self.has_elements(op, op_span, &right, target);
                if fits && self.check_distance(&mut left, "distance") {
                    self.value(expr, ty)
                } else {
                    self.invalid(expr)
                }
            }
            (BinaryOp::Add, _) => self.not_on_two(expr, op, op_span, &left),
            (BinaryOp::Sub, (None, _)) => self.not_on_two(expr, op, op_span, &right),
            _ if left.ty != right.ty => {
                self.mismatched(op, op_span, &left, &right);
                self.invalid(expr)
            }
            (BinaryOp::Sub, (Some(target), _)) => match self.has_elements(op, op_span, &left, target) {
                true => self.value(expr, TypeId::INT),
                false => self.invalid(expr),
            },
            _ => self.operand(expr, Mode::Value, self.untyped.bool),
        }
    }

    fn has_elements(&self, op: BinaryOp, op_span: Span, pointer: &Operand, target: TypeId) -> bool {
        let Some(why) = self.why_no_arithmetic(target) else { return true };
        let described = self.describe(pointer);
        let message = format!("invalid operation: operator {} not defined on {described}", op.text());
        self.report(Diagnostic::new(op_span, message).note(why).help(self.arithmetic_hint(pointer, target)));
        false
    }

    fn not_on_two(&mut self, expr: ExprId, op: BinaryOp, op_span: Span, pointer: &Operand) -> Operand {
        let described = self.describe(pointer);
        let message = format!("invalid operation: operator {} not defined on {described}", op.text());
        let note = "pointers have `p + n`, `p - n` and `p - q`, with a number `n` of elements";
        self.report(Diagnostic::new(op_span, message).note(note));
        self.invalid(expr)
    }

    /// Whether `T(x)` is allowed where pointers are C's: between pointers to what C has, and to and from `uintptr`; and of
    /// an array of C characters to a string.
    pub(super) fn c_convertible(&self, from: TypeId, to: TypeId) -> bool {
        let is_address = |ty| self.types.as_scalar(ty) == Some(Scalar::Uintptr);
        let in_c = |target| self.is_opaque_of_c(target) || self.not_of_c(target).is_none();
        match (self.pointee(from), self.pointee(to)) {
            (Some(a), Some(b)) => in_c(a) && in_c(b),
            (Some(target), None) => is_address(to) && in_c(target),
            (None, Some(target)) => is_address(from) && in_c(target),
            (None, None) => self.is_string(to) && self.is_c_text(from),
        }
    }

    fn is_c_text(&self, ty: TypeId) -> bool {
        matches!(self.kind(ty), TypeKind::Array(elem, _) if self.types.is_c_character(*elem))
    }

    /// How texts of C and strings become each other.
    pub(super) fn c_text_hint(&self, operand: &Operand, target: TypeId) -> Option<String> {
        let text = self.expr_text(operand.expr);
        let characters = |ty| self.pointee(ty).is_some_and(|target| self.types.is_c_character(target));
        if self.is_string(target) && characters(operand.ty) {
            return Some(format!("write `C.GoString({text})`"));
        }
        if self.is_string(operand.ty) && self.is_c_text(target) {
            return Some(format!("copy it into the array: `copy(array[:], {text})`"));
        }
        if self.is_string(operand.ty) && characters(target) {
            return Some(format!("make a copy that C owns: `C.CString({text})`"));
        }
        if self.is_string(target)
            && matches!(self.kind(operand.ty), TypeKind::Slice(elem) if self.types.is_c_character(*elem))
        {
            return Some("copy the characters: `C.GoStringN(&s[0], len(s))`".into());
        }
        None
    }
}
