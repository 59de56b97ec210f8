//! `defer`.

use super::checker::Checker;
use super::info::CallKind;
use super::operand::Mode;
use crate::ast::{ExprId, ExprKind};
use crate::diagnostic::Diagnostic;
use crate::types::{FuncType, TypeKind};

impl Checker<'_> {
    /// `defer call`
    pub(super) fn defer(&mut self, call: ExprId) {
        let operand = self.expr_or_type(call);
        self.discard(call);
        self.note_defer();
        if matches!(operand.mode, Mode::Invalid) {
            return;
        }
        let (span, text) = (self.span(call), self.expr_text(call));
        let inner = self.ast.unparen(call);
        let kind = self.info.calls.get(&inner).map(|info| info.kind);
        if !matches!(self.ast.expr(inner).kind, ExprKind::Call { .. }) {
            let error = Diagnostic::new(span, "expression in defer must be function call");
            let is_literal = matches!(self.ast.expr(inner).kind, ExprKind::FuncLit { .. });
            let help = match self.func_type(operand.ty) {
                Some(_) if is_literal => "to call it at the end, write `()` behind it".into(),
                Some(_) => format!("to call it at the end, write `defer {text}()`"),
                None => "wrap it: `defer func() { … }()`".into(),
            };
            self.report(error.help(help));
        } else if inner != call {
            let error = Diagnostic::new(span, "expression in defer must not be parenthesized");
            self.report(error.help("remove the parentheses"));
        } else if kind == Some(CallKind::Conversion) {
            self.error(span, "defer requires function call, not conversion");
        } else if !self.is_statement(&operand) {
            self.error(span, format!("defer discards result of {text}"));
        }
    }

    fn note_defer(&mut self) {
        if let Some(func) = self.place.func {
            self.info.funcs[func.0 as usize].has_defers = true;
        }
        let func = FuncType { params: Vec::new(), variadic: false, results: Vec::new() };
        let func = self.types.intern(TypeKind::Func(func));
        self.info.defer_node = Some(self.types.array_of(func, 2));
    }
}
