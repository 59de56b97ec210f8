//! `switch`, on values and on types.

use crate::ast::{Case, ExprId, StmtId, StmtKind};
use crate::bytecode::{Label, Op};
use crate::check::info::VarId;
use crate::types::TypeId;

use super::body::{Body, Targets};
use super::place::Loc;
use super::registers::{Form, Reg};

/// So many constants are compared one after the other; more are halved first.
const MOST_IN_ORDER: usize = 4;

impl Body<'_, '_> {
    /// The tests stand before all bodies: in order, but those of constant integers, of which one fits at most, by halves.
    pub(super) fn switch(&mut self, id: StmtId, init: Option<StmtId>, tag: Option<ExprId>, cases: &[Case]) {
        self.open_scope();
        self.optional(init);
        let end = self.label();
        self.targets.insert(id, Targets { leave: end, next: None });
        let labels: Vec<Label> = cases.iter().map(|_| self.label()).collect();
        let tag = tag.map(|tag| (self.operand(tag), self.type_of(tag)));
        let otherwise = default_label(cases, &labels).unwrap_or(end);
        match (tag, self.constant_cases(tag, cases, &labels)) {
            (Some((tag, _)), Some(constants)) => self.find_case(tag, &constants, otherwise),
            _ => {
                self.test_cases(tag, cases, &labels);
                self.jump(otherwise);
            }
        }
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

    fn test_cases(&mut self, tag: Option<(Reg, TypeId)>, cases: &[Case], labels: &[Label]) {
        for (case, &label) in cases.iter().zip(labels) {
            for &value in &case.values {
                self.line(self.ast().expr(value).span);
                match tag {
                    Some((tag, ty)) => self.jump_if_equal(tag, ty, value, label),
                    None => self.branch(value, true, label),
                }
            }
        }
    }

    /// The values of the cases in order of size, where all are constant integers that fit into an operand.
    fn constant_cases(
        &self,
        tag: Option<(Reg, TypeId)>,
        cases: &[Case],
        labels: &[Label],
    ) -> Option<Vec<(i16, Label)>> {
        let scalar = self.types().as_scalar(tag?.1)?;
        if scalar.is_float() {
            return None;
        }
        let mut constants = Vec::new();
        for (case, &label) in cases.iter().zip(labels) {
            for &value in &case.values {
                constants.push((i16::try_from(self.int_constant(value)?).ok()?, label));
            }
        }
        constants.sort_by_key(|constant| constant.0);
        Some(constants)
    }

    /// Goes to the case of a value, by halves. An unsigned number that is negative here is smaller than all constants,
    /// and equals none.
    fn find_case(&mut self, tag: Reg, constants: &[(i16, Label)], otherwise: Label) {
        if constants.len() <= MOST_IN_ORDER {
            for &(value, label) in constants {
                self.jump_on(Op::JumpEqI, tag, value as u16, label);
            }
            return self.jump(otherwise);
        }
        let (low, high) = constants.split_at(constants.len() / 2);
        let upper = self.label();
        self.jump_on(Op::JumpGeI, tag, high[0].0 as u16, upper);
        self.find_case(tag, low, otherwise);
        self.bind(upper);
        self.find_case(tag, high, otherwise);
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
                    None => self.jump_on(Op::JumpEqI, pair, 0, label),
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
            self.ab(Op::Move, data, pair + 1);
            self.declare_register(var, data, ty);
        }
        self.regs.release(mark);
    }
}

fn default_label(cases: &[Case], labels: &[Label]) -> Option<Label> {
    cases.iter().position(|case| case.is_default).map(|index| labels[index])
}
