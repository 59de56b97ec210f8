//! `switch`, on values and on types.

use crate::ast::{Case, ExprId, StmtId, StmtKind};
use crate::bytecode::Label;
use crate::check::info::VarId;
use crate::types::TypeId;

use super::body::{Body, Targets};
use super::place::Loc;
use super::registers::{Form, Reg};

impl Body<'_, '_> {
    /// The tests stand in order before all bodies.
    pub(super) fn switch(&mut self, id: StmtId, init: Option<StmtId>, tag: Option<ExprId>, cases: &[Case]) {
        self.open_scope();
        self.optional(init);
        let end = self.label();
        self.targets.insert(id, Targets { leave: end, next: None });
        let labels: Vec<Label> = cases.iter().map(|_| self.label()).collect();
        let tag = tag.map(|tag| (self.operand(tag), self.type_of(tag)));
        for (case, &label) in cases.iter().zip(&labels) {
            for &value in &case.values {
                self.line(self.ast().expr(value).span);
                match tag {
                    Some((tag, ty)) => self.jump_if_equal(tag, ty, value, label),
                    None => self.branch(value, true, label),
                }
            }
        }
        self.jump(default_label(cases, &labels).unwrap_or(end));
        for (index, case) in cases.iter().enumerate() {
            self.bind(labels[index]);
            self.block(&case.body);
            let last = case.body.last().map(|&last| &self.ast().stmt(last).kind);
            let goes_on = matches!(last, Some(StmtKind::Fallthrough));
            if !goes_on && self.is_reachable() && index + 1 < cases.len() {
                self.jump(end);
            }
        }
        self.bind(end);
        self.close_scope();
    }

    pub(super) fn type_switch(&mut self, id: StmtId, init: Option<StmtId>, subject: ExprId, cases: &[Case]) {
        self.open_scope();
        self.optional(init);
        let end = self.label();
        self.targets.insert(id, Targets { leave: end, next: None });
        let labels: Vec<Label> = cases.iter().map(|_| self.label()).collect();
        // A variable could be assigned to in the case that reads it.
        let pair = self.local(Form::Pair);
        self.value(subject, pair);
        for (case, &label) in cases.iter().zip(&labels) {
            for &value in &case.values {
                match self.type_expr(value) {
                    Some(ty) => self.jump_if_type(pair, ty, label),
                    None => self.jump_on(crate::bytecode::Op::JumpEqI, pair, 0, label),
                }
            }
        }
        self.jump(default_label(cases, &labels).unwrap_or(end));
        for (index, case) in cases.iter().enumerate() {
            self.bind(labels[index]);
            self.open_scope();
            if let Some(&var) = self.info().case_vars.get(&(id, index)) {
                self.declare_case_var(var, pair, self.type_of(subject));
            }
            self.block(&case.body);
            self.close_scope();
            if self.is_reachable() && index + 1 < cases.len() {
                self.jump(end);
            }
        }
        self.bind(end);
        self.close_scope();
    }

    /// The variable of a case: the interface itself, or what it holds.
    fn declare_case_var(&mut self, var: VarId, pair: Reg, subject: TypeId) {
        let ty = self.info().var(var).ty;
        let mark = self.regs.mark();
        if self.is_interface(ty) {
            self.declare_register(var, pair, subject);
        } else if self.shares(var, ty) {
            self.share(var, pair + 1);
        } else if self.is_image(ty) {
            let copy = self.regs.temp(Form::Ref);
            self.load(Loc::Register(pair + 1), ty, copy);
            self.declare_register(var, copy, ty);
        } else {
            let data = self.temp(ty);
            self.ab(crate::bytecode::Op::Move, data, pair + 1);
            self.declare_register(var, data, ty);
        }
        self.regs.release(mark);
    }
}

fn default_label(cases: &[Case], labels: &[Label]) -> Option<Label> {
    cases.iter().position(|case| case.is_default).map(|index| labels[index])
}
