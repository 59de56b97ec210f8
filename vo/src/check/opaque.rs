//! Types that are written in Rust, `extern type Name`, and those that are incomplete in C: programs have pointers to their
//! values alone, and never a value.

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
        self.not_opaque(expr, ty, || self.maker(ty, &self.expr_text(expr)))
    }

    /// The same, where the literal `expr` leaves out its type.
    pub(super) fn implied_type(&self, expr: ExprId, ty: TypeId) -> TypeId {
        self.not_opaque(expr, ty, || self.maker(ty, &self.type_name(ty)))
    }

    fn not_opaque(&self, expr: ExprId, ty: TypeId, help: impl FnOnce() -> String) -> TypeId {
        if !self.is_opaque(ty) {
            return ty;
        }
        self.report(Diagnostic::new(self.span(expr), self.why_opaque(ty)).help(help()));
        self.untyped.invalid
    }

    fn why_opaque(&self, ty: TypeId) -> String {
        if let Some(align) = self.too_aligned_for_vo(ty) {
            let name = self.type_name(ty);
            return format!(
                "{name} is aligned to {align} bytes, as nothing in Vo is: there are pointers to it alone"
            );
        }
        let why = match (self.is_opaque_of_c(ty), self.types.info(ty).name.as_deref()) {
            (false, _) => "a Rust type, which programs use by pointer only",
            (true, Some("C.void")) => "no type of values: there are pointers to it alone",
            (true, _) => "incomplete in C: there are pointers to it alone",
        };
        format!("{} is {why}", self.type_name(ty))
    }

    /// `*p` of a pointer to a Rust type.
    pub(super) fn indirect_opaque(&mut self, expr: ExprId, pointer: &Operand, target: TypeId) -> Operand {
        let text = self.expr_text(pointer.expr);
        let message = format!("invalid operation: cannot indirect {}", self.describe(pointer));
        let error = Diagnostic::new(self.span(expr), message);
        let help = match self.is_opaque_of_c(target) {
            true => format!("convert it to a pointer to what is there: `(*byte)({text})`"),
            false => format!("use the pointer: `{text}`"),
        };
        self.report(error.note(self.why_opaque(target)).help(help));
        self.invalid(expr)
    }

    /// Where a value comes from that a program cannot make.
    fn maker(&self, ty: TypeId, text: &str) -> String {
        let who = if self.is_opaque_of_c(ty) { "functions of C" } else { "natives" };
        format!("{who} make its values: call one that returns `*{text}`")
    }
}
