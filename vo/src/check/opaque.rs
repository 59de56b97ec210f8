//! Types that are written in Rust, `extern type Name`: programs have pointers to their values alone, and never a value.

use super::checker::Checker;
use super::operand::Operand;
use super::scope::ObjectKind;
use crate::ast::{ExprId, Ident};
use crate::diagnostic::Diagnostic;
use crate::types::{TypeId, TypeKind};

impl<'a> Checker<'a> {
    /// Declared again in a session, it is the same type, for there is one in Rust.
    pub(super) fn collect_extern_type(&mut self, name: &'a Ident) {
        let package = &self.info.packages[self.place.package as usize].name;
        let full = format!("{package}.{}", name.name);
        let known = self.earlier.and_then(|_| self.types.find_opaque(&full));
        let ty = known.unwrap_or_else(|| self.types.new_opaque(full));
        self.declare_package(&name.name, name.span, ObjectKind::Type(ty));
    }

    pub(super) fn is_opaque(&self, ty: TypeId) -> bool {
        *self.kind(ty) == TypeKind::Opaque
    }

    /// The type, which an expression names, of a value; the invalid type after an error.
    pub(super) fn check_type(&mut self, expr: ExprId) -> TypeId {
        let ty = self.any_type(expr);
        self.value_type(expr, ty)
    }

    /// The type that an expression names, or the invalid one in place of a Rust type.
    pub(super) fn value_type(&self, expr: ExprId, ty: TypeId) -> TypeId {
        self.not_opaque(expr, ty, || format!("write `*{}`", self.expr_text(expr)))
    }

    /// The same, of a value that is made here.
    pub(super) fn made_type(&self, expr: ExprId, ty: TypeId) -> TypeId {
        self.not_opaque(expr, ty, || maker(&self.expr_text(expr)))
    }

    /// The same, where the literal `expr` leaves out its type.
    pub(super) fn implied_type(&self, expr: ExprId, ty: TypeId) -> TypeId {
        self.not_opaque(expr, ty, || maker(&self.type_name(ty)))
    }

    fn not_opaque(&self, expr: ExprId, ty: TypeId, help: impl FnOnce() -> String) -> TypeId {
        if !self.is_opaque(ty) {
            return ty;
        }
        let message = format!("{} is a Rust type, which programs use by pointer only", self.type_name(ty));
        self.report(Diagnostic::new(self.span(expr), message).help(help()));
        self.untyped.invalid
    }

    /// `*p` of a pointer to a Rust type.
    pub(super) fn indirect_opaque(&mut self, expr: ExprId, pointer: &Operand, target: TypeId) -> Operand {
        let text = self.expr_text(pointer.expr);
        let message = format!("invalid operation: cannot indirect {}", self.describe(pointer));
        let error = Diagnostic::new(self.span(expr), message);
        let note = format!("{} is a Rust type, which programs use by pointer only", self.type_name(target));
        self.report(error.note(note).help(format!("use the pointer: `{text}`")));
        self.invalid(expr)
    }
}

/// Where a value comes from that a program cannot make.
fn maker(ty: &str) -> String {
    format!("natives make its values: call one that returns `*{ty}`")
}
