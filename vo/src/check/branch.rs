//! Labels, `break` and `continue`, and which statements end a function.

use super::checker::Checker;
use super::info::{Builtin, CallKind};
use crate::ast::{Case, ExprKind, Ident, StmtId, StmtKind};
use crate::diagnostic::{Diagnostic, nearest};

impl<'a> Checker<'a> {
    /// Notes the labels of a function's body.
    pub(super) fn collect_labels(&mut self, stmts: &[StmtId]) {
        let ast = self.ast;
        let mut work: Vec<StmtId> = stmts.iter().rev().copied().collect();
        while let Some(stmt) = work.pop() {
            let lists: &[Case] = match &ast.stmt(stmt).kind {
                StmtKind::Labeled { label, stmt } => {
                    self.collect_label(label);
                    work.push(*stmt);
                    &[]
                }
                StmtKind::Block(stmts) => {
                    work.extend(stmts.iter().rev());
                    &[]
                }
                StmtKind::If { then, otherwise, .. } => {
                    work.extend(otherwise.iter());
                    work.push(*then);
                    &[]
                }
                StmtKind::For { body, .. } | StmtKind::Range { body, .. } => {
                    work.push(*body);
                    &[]
                }
                StmtKind::Switch { cases, .. } | StmtKind::TypeSwitch { cases, .. } => cases,
                _ => &[],
            };
            for case in lists.iter().rev() {
                work.extend(case.body.iter().rev());
            }
        }
    }

    fn collect_label(&mut self, label: &'a Ident) {
        if label.name == "_" {
            return;
        }
        if let Some((old, _)) = self.place.labels.insert(&label.name, (label.span, false)) {
            let error = Diagnostic::new(label.span, format!("label {} already defined", label.name));
            self.report(error.secondary(old, "the other label"));
        }
    }

    pub(super) fn check_labels_used(&self) {
        for (name, (span, used)) in &self.place.labels {
            if !used {
                let error = Diagnostic::new(*span, format!("label {name} defined and not used"));
                self.report(error.help("remove it"));
            }
        }
    }

    /// `break` or `continue`
    pub(super) fn branch(&mut self, id: StmtId, word: &str, label: Option<&'a Ident>) {
        let continues = word == "continue";
        let Some(label) = label else {
            let frame = self.place.frames.iter().rev().find(|frame| frame.is_loop || !continues);
            let Some(frame) = frame else {
                let places = if continues { "a loop" } else { "a loop or switch" };
                return self.error(self.ast.stmt(id).span, format!("{word} is not in {places}"));
            };
            let target = frame.stmt;
            return self.set_target(id, target, continues);
        };
        let Some((_, used)) = self.place.labels.get_mut(label.name.as_str()) else {
            let mut error = Diagnostic::new(label.span, format!("{word} label not defined: {}", label.name));
            if let Some(near) = nearest(&label.name, self.place.labels.keys().copied()) {
                error = error.help(format!("did you mean `{near}`?"));
            }
            return self.report(error);
        };
        *used = true;
        let frame = self.place.frames.iter().rev().find(|frame| frame.label == Some(label.name.as_str()));
        match frame {
            Some(frame) if frame.is_loop || !continues => {
                let target = frame.stmt;
                self.set_target(id, target, continues);
            }
            _ => self.error(label.span, format!("invalid {word} label {}", label.name)),
        }
    }

    fn set_target(&mut self, id: StmtId, target: StmtId, continues: bool) {
        self.info.branch_targets.insert(id, target);
        if !continues {
            self.broken.insert(target);
        }
    }

    /// Whether control cannot leave a list of statements at its end.
    pub(super) fn list_terminates(&self, stmts: &[StmtId]) -> bool {
        let last = stmts.iter().rev().find(|&&stmt| !matches!(self.ast.stmt(stmt).kind, StmtKind::Empty));
        last.is_some_and(|&stmt| self.terminates(stmt))
    }

    /// Whether a statement is a terminating one, as Go's specification lists them.
    fn terminates(&self, id: StmtId) -> bool {
        stacker::maybe_grow(64 << 10, 1 << 20, || match &self.ast.stmt(id).kind {
            StmtKind::Return(_) | StmtKind::Goto(_) => true,
            StmtKind::Expr(expr) => self.is_panic(*expr),
            StmtKind::Block(stmts) => self.list_terminates(stmts),
            StmtKind::If { then, otherwise: Some(otherwise), .. } => {
                self.terminates(*then) && self.terminates(*otherwise)
            }
            StmtKind::For { cond: None, .. } => !self.broken.contains(&id),
            StmtKind::Labeled { stmt, .. } => self.terminates(*stmt),
            StmtKind::Switch { cases, .. } | StmtKind::TypeSwitch { cases, .. } => {
                !self.broken.contains(&id)
                    && cases.iter().any(|case| case.is_default)
                    && cases.iter().all(|case| self.case_terminates(case))
            }
            _ => false,
        })
    }

    fn case_terminates(&self, case: &Case) -> bool {
        let falls =
            case.body.last().is_some_and(|&stmt| matches!(self.ast.stmt(stmt).kind, StmtKind::Fallthrough));
        falls || self.list_terminates(&case.body)
    }

    fn is_panic(&self, expr: crate::ast::ExprId) -> bool {
        let expr = self.ast.unparen(expr);
        let is_call = matches!(self.ast.expr(expr).kind, ExprKind::Call { .. });
        is_call
            && self.info.calls.get(&expr).is_some_and(|call| call.kind == CallKind::Builtin(Builtin::Panic))
    }
}
