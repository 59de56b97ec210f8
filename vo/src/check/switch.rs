//! Switches on values and on types.

use std::collections::HashMap;

use super::checker::{Checker, Frame};
use super::constant::Constant;
use super::info::ExprType;
use super::operand::{Mode, Operand};
use super::scope::ObjectKind;
use crate::ast::{Case, ExprId, Ident, StmtId, StmtKind};
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::types::TypeId;

impl<'a> Checker<'a> {
    pub(super) fn switch(
        &mut self,
        id: StmtId,
        label: Option<&'a str>,
        init: Option<StmtId>,
        tag: Option<ExprId>,
        cases: &'a [Case],
    ) {
        self.open_scope();
        self.optional(init);
        let tag = tag.map(|tag| self.switch_tag(tag));
        self.check_one_default(cases);
        let mut seen = HashMap::new();
        self.in_frame(Frame { stmt: id, label, is_loop: false }, |checker| {
            for (index, case) in cases.iter().enumerate() {
                for &value in &case.values {
                    checker.case_value(value, tag.as_ref(), &mut seen);
                }
                checker.case_body(case, index + 1 == cases.len());
            }
        });
        self.close_scope();
    }

    fn switch_tag(&mut self, tag: ExprId) -> Operand {
        let mut operand = self.expr(tag);
        if operand.is_nil() {
            self.error(self.span(tag), "use of untyped nil in switch expression");
            return self.invalid(tag);
        }
        self.default_operand(&mut operand);
        if !operand.is_invalid()
            && !self.has_nil(operand.ty)
            && let Some(why) = self.incomparable(operand.ty)
        {
            let message = format!("cannot switch on {} ({why})", self.describe(&operand));
            self.error(self.span(tag), message);
            return self.invalid(tag);
        }
        operand
    }

    fn case_value(&mut self, value: ExprId, tag: Option<&Operand>, seen: &mut HashMap<String, Span>) {
        let mut operand = self.expr(value);
        if operand.is_invalid() {
            return;
        }
        let Some(tag) = tag else {
            if !self.is_bool(operand.ty) {
                let (text, ty) = (self.expr_text(value), self.type_name(operand.ty));
                let message = format!("invalid case {text} in switch (mismatched types {ty} and bool)");
                let error = Diagnostic::new(self.span(value), message);
                return self.report(error.help("a switch without a value has conditions as its cases"));
            }
            return self.default_operand(&mut operand);
        };
        if tag.is_invalid() {
            return self.default_operand(&mut operand);
        }
        if self.is_untyped(operand.ty) && self.convert_untyped(&mut operand, tag.ty).is_err() {
            return self.mismatched_case(tag, &operand);
        }
        let comparable = self.assignable(operand.ty, tag.ty) || self.assignable(tag.ty, operand.ty);
        let nil = self.info.resolved.get(&self.ast.unparen(value)) == Some(&super::info::Resolved::Nil);
        if !comparable {
            return self.mismatched_case(tag, &operand);
        }
        if !nil && let Some(why) = self.incomparable(operand.ty).or_else(|| self.incomparable(tag.ty)) {
            let message = format!(
                "invalid case {} in switch on {} ({why})",
                self.expr_text(value),
                self.expr_text(tag.expr)
            );
            return self.error(self.span(value), message);
        }
        if let Some(constant) = operand.constant().cloned() {
            self.check_duplicate(value, operand.ty, &constant, seen);
        }
    }

    fn mismatched_case(&self, tag: &Operand, operand: &Operand) {
        let (text, tag_text) = (self.expr_text(operand.expr), self.expr_text(tag.expr));
        let (have, want) = (self.type_name(operand.ty), self.type_name(tag.ty));
        let message =
            format!("invalid case {text} in switch on {tag_text} (mismatched types {have} and {want})");
        self.error(self.span(operand.expr), message);
    }

    fn check_duplicate(
        &self,
        value: ExprId,
        ty: TypeId,
        constant: &Constant,
        seen: &mut HashMap<String, Span>,
    ) {
        if matches!(constant, Constant::Bool(_)) {
            return;
        }
        let Some(constant) = constant.recorded() else { return };
        let key = format!("{} {}", ty.number(), constant.key());
        if let Some(old) = seen.insert(key, self.span(value)) {
            let message = format!("duplicate case {} in expression switch", self.expr_text(value));
            self.report(Diagnostic::new(self.span(value), message).secondary(old, "previous case"));
        }
    }

    fn check_one_default(&self, cases: &[Case]) {
        let mut defaults = cases.iter().filter(|case| case.is_default);
        if let (Some(first), Some(second)) = (defaults.next(), defaults.next()) {
            let error = Diagnostic::new(second.span, "multiple defaults in switch");
            self.report(error.secondary(first.span, "the first one"));
        }
    }

    /// The statements of a case; a `fallthrough` may stand at the end.
    fn case_body(&mut self, case: &'a Case, last: bool) {
        self.open_scope();
        let falls =
            case.body.last().filter(|&&stmt| matches!(self.ast.stmt(stmt).kind, StmtKind::Fallthrough));
        match falls {
            Some(&stmt) => {
                if last {
                    self.error(self.ast.stmt(stmt).span, "cannot fallthrough final case in switch");
                }
                self.statements(&case.body[..case.body.len() - 1]);
            }
            None => self.statements(&case.body),
        }
        self.close_scope();
    }

    pub(super) fn type_switch(
        &mut self,
        id: StmtId,
        label: Option<&'a str>,
        init: Option<StmtId>,
        bind: Option<&'a Ident>,
        subject: ExprId,
        cases: &'a [Case],
    ) {
        self.open_scope();
        self.optional(init);
        let operand = self.expr(subject);
        let valid = !operand.is_invalid() && self.is_interface(operand.ty) && !operand.is_nil();
        if !valid && !operand.is_invalid() {
            let message = format!("{} is not an interface", self.describe(&operand));
            self.error(self.span(subject), message);
        }
        self.check_one_default(cases);
        if let Some(bind) = bind
            && bind.name == "_"
        {
            self.error(bind.span, "no new variable on left side of :=");
        }
        let interface = if valid { operand.ty } else { self.untyped.invalid };
        let mut seen = HashMap::new();
        let mut used = false;
        self.in_frame(Frame { stmt: id, label, is_loop: false }, |checker| {
            for (index, case) in cases.iter().enumerate() {
                let types: Vec<Option<TypeId>> =
                    case.values.iter().map(|&value| checker.case_type(value, interface, &mut seen)).collect();
                let ty = match types[..] {
                    [Some(ty)] => ty,
                    _ => interface,
                };
                used |= checker.type_case_body(id, index, case, bind, ty);
            }
        });
        if let Some(bind) = bind
            && !used
            && bind.name != "_"
        {
            let error = Diagnostic::new(bind.span, format!("declared and not used: {}", bind.name));
            self.report(error.help("leave it out: `switch x.(type)`"));
        }
        self.close_scope();
    }

    /// Checks a case and its variable; the result says whether the variable is used.
    fn type_case_body(
        &mut self,
        id: StmtId,
        index: usize,
        case: &'a Case,
        bind: Option<&'a Ident>,
        ty: TypeId,
    ) -> bool {
        self.open_scope();
        let var = bind.map(|bind| {
            let var = self.new_var(&bind.name, ty, bind.span, None);
            self.declare_local(&bind.name, bind.span, ObjectKind::Local(var));
            self.info.case_vars.insert((id, index), var);
            var
        });
        for &stmt in &case.body {
            if matches!(self.ast.stmt(stmt).kind, StmtKind::Fallthrough) {
                self.error(self.ast.stmt(stmt).span, "cannot fallthrough in type switch");
            } else {
                self.statement(stmt);
            }
        }
        let used = var.is_none_or(|var| std::mem::replace(&mut self.var_used[var.0 as usize], true));
        self.close_scope();
        used
    }

    /// The type of a case; none for `nil`, or after an error.
    fn case_type(
        &mut self,
        expr: ExprId,
        interface: TypeId,
        seen: &mut HashMap<TypeId, Span>,
    ) -> Option<TypeId> {
        let operand = self.expr_or_type(expr);
        let span = self.span(expr);
        let ty = match operand.mode {
            Mode::Invalid => return Some(self.untyped.invalid),
            Mode::Type => match self.value_type(expr, operand.ty) {
                ty if self.is_invalid(ty) => return Some(ty),
                ty => ty,
            },
            Mode::Nil => {
                self.record(expr, ExprType::One(interface));
                if let Some(old) = seen.insert(self.untyped.nil, span) {
                    let error = Diagnostic::new(span, "multiple nil cases in type switch");
                    self.report(error.secondary(old, "the first one"));
                }
                return None;
            }
            _ => {
                let text = self.expr_text(expr);
                self.error(span, format!("{text} is not a type"));
                return Some(self.untyped.invalid);
            }
        };
        if let Some(old) = seen.insert(ty, span) {
            let message = format!("duplicate case {} in type switch", self.expr_text(expr));
            self.report(Diagnostic::new(span, message).secondary(old, "previous case"));
        }
        if !self.is_invalid(interface)
            && let Some(missing) = self.impossible(interface, ty)
        {
            let why = self.explain_missing(ty, interface, &missing);
            let name = self.type_name(ty);
            let message = format!("impossible type switch case: {name}");
            self.report(Diagnostic::new(span, message).note(why));
        }
        Some(ty)
    }
}
