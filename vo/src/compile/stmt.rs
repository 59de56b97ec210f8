//! Statements: control flow and the rest.

use crate::ast::{BinaryOp, ExprId, ExprKind, StmtId, StmtKind};
use crate::bytecode::{Label, Op};
use crate::check::info::{Resolved, VarId};
use crate::types::Class;

use super::arith::Right;
use super::body::{Body, ResultSlot, Targets, Var};
use super::place::Loc;
use super::registers::{Form, Reg};

impl Body<'_, '_> {
    pub(super) fn statements(&mut self, stmts: &[StmtId]) {
        for &stmt in stmts {
            self.statement(stmt);
        }
    }

    pub(super) fn statement(&mut self, stmt: StmtId) {
        let mark = self.regs.mark();
        stacker::maybe_grow(64 << 10, 1 << 20, || self.statement_here(stmt));
        self.regs.release(mark);
    }

    fn statement_here(&mut self, id: StmtId) {
        let stmt = self.ast().stmt(id);
        if !matches!(stmt.kind, StmtKind::Block(_) | StmtKind::Labeled { .. }) {
            self.line(stmt.span);
        }
        match &stmt.kind {
            StmtKind::Empty | StmtKind::Const(_) | StmtKind::Type(_) | StmtKind::Fallthrough => {}
            StmtKind::Expr(expr) => self.effect(*expr),
            StmtKind::IncDec { target, increment } => {
                let op = if *increment { BinaryOp::Add } else { BinaryOp::Sub };
                self.assign_op(op, *target, Right::One);
            }
            StmtKind::Assign { lhs, rhs } => self.assign(lhs, rhs),
            StmtKind::OpAssign { op, target, value, .. } => self.assign_op(*op, *target, Right::Expr(*value)),
            StmtKind::Define { lhs, rhs, .. } => self.define(lhs, rhs),
            StmtKind::Var(specs) => specs.iter().for_each(|spec| self.var_spec(spec)),
            StmtKind::Block(stmts) => self.block(stmts),
            StmtKind::If { init, cond, then, otherwise } => {
                self.if_statement(*init, *cond, *then, *otherwise)
            }
            StmtKind::For { init, cond, post, body } => self.for_loop(id, *init, *cond, *post, *body),
            StmtKind::Range { .. } => self.range_loop(id),
            StmtKind::Switch { init, tag, cases } => self.switch(id, *init, *tag, cases),
            StmtKind::TypeSwitch { init, subject, cases, .. } => self.type_switch(id, *init, *subject, cases),
            StmtKind::Labeled { stmt, .. } => {
                let label = self.goto_label(id);
                self.bind(label);
                self.statement(*stmt);
            }
            StmtKind::Goto(_) => match self.info().branch_targets.get(&id) {
                Some(&target) => {
                    let label = self.goto_label(target);
                    self.jump(label);
                }
                None => self.unit.error(stmt.span, "the compiler does not know where this goes"),
            },
            StmtKind::Break(_) => self.go(id, |targets| Some(targets.leave)),
            StmtKind::Continue(_) => self.go(id, |targets| targets.next),
            StmtKind::Return(values) => self.return_statement(values),
            StmtKind::Defer(call) => self.defer(*call),
        }
    }

    /// Statements in a scope of their own.
    pub(super) fn block(&mut self, stmts: &[StmtId]) {
        self.open_scope();
        self.statements(stmts);
        self.close_scope();
    }

    pub(super) fn optional(&mut self, stmt: Option<StmtId>) {
        if let Some(stmt) = stmt {
            self.statement(stmt);
        }
    }

    fn go(&mut self, id: StmtId, choose: impl FnOnce(Targets) -> Option<Label>) {
        let target = self.info().branch_targets.get(&id).and_then(|stmt| self.targets.get(stmt));
        match target.copied().and_then(choose) {
            Some(label) => self.jump(label),
            None => self.unit.error(self.ast().stmt(id).span, "the compiler does not know where this goes"),
        }
    }

    /// The label of a labeled statement.
    fn goto_label(&mut self, id: StmtId) -> Label {
        let label = self.labels.get(&id).copied();
        label.unwrap_or_else(|| {
            let label = self.label();
            self.labels.insert(id, label);
            label
        })
    }

    fn if_statement(&mut self, init: Option<StmtId>, cond: ExprId, then: StmtId, otherwise: Option<StmtId>) {
        self.open_scope();
        self.optional(init);
        let (no, end) = (self.label(), self.label());
        self.branch(cond, false, no);
        self.block(self.ast().block(then));
        if let Some(otherwise) = otherwise {
            if self.is_reachable() {
                self.jump(end);
            }
            self.bind(no);
            self.statement(otherwise);
        } else {
            self.bind(no);
        }
        self.bind(end);
        self.close_scope();
    }

    // ---- for

    /// The condition stands at the entry and again at the end, so that a turn has one jump.
    fn for_loop(
        &mut self,
        id: StmtId,
        init: Option<StmtId>,
        cond: Option<ExprId>,
        post: Option<StmtId>,
        body: StmtId,
    ) {
        self.open_scope();
        self.optional(init);
        let counting = self.counting(cond, post);
        let (top, next, end) = (self.label(), self.label(), self.label());
        self.targets.insert(id, Targets { leave: end, next: Some(next) });
        match (counting, cond) {
            (Some((counter, limit)), _) => self.jump_ints(BinaryOp::LessEqual, limit, counter, end),
            (None, Some(cond)) => self.branch(cond, false, end),
            (None, None) => {}
        }
        self.bind(top);
        self.block(self.ast().block(body));
        self.bind(next);
        self.line(self.ast().stmt(post.unwrap_or(id)).span);
        if let Some((counter, limit)) = counting {
            self.jump_on(Op::ForLt, counter, limit, top);
        } else {
            self.renew(init);
            self.optional(post);
            match cond {
                Some(cond) => self.branch(cond, true, top),
                None => self.jump(top),
            }
        }
        self.bind(end);
        self.close_scope();
    }

    /// Gives the next turn its own variables, where those of the last may still be used.
    fn renew(&mut self, init: Option<StmtId>) {
        let Some(StmtKind::Define { lhs, .. }) = init.map(|init| &self.ast().stmt(init).kind) else { return };
        for &name in lhs {
            let Some(var) = self.info().is_definition(name) else { continue };
            let info = self.info().var(var);
            if !info.per_iteration || !self.is_boxed(var) && !self.is_shared(var) {
                continue;
            }
            let mark = self.regs.mark();
            match self.vars.get(&var).copied() {
                Some(Var::Boxed(register)) => {
                    let value = self.temp(info.ty);
                    self.load(Loc::Memory { base: register, offset: 0, safe: true }, info.ty, value);
                    self.box_value(var, register, value);
                }
                Some(Var::Register(register)) => self.load(Loc::Register(register), info.ty, register),
                None => {}
            }
            self.regs.release(mark);
        }
    }

    /// Counter and limit of `for …; i < n; i++`, where both are in registers.
    fn counting(&mut self, cond: Option<ExprId>, post: Option<StmtId>) -> Option<(Reg, Reg)> {
        let ExprKind::Binary { op: BinaryOp::Less, left, right, .. } =
            self.ast().expr(self.ast().unparen(cond?)).kind
        else {
            return None;
        };
        let StmtKind::IncDec { target, increment: true } = self.ast().stmt(post?).kind else { return None };
        let counter = self.in_register(target)?;
        let scalar = self.types().as_scalar(self.type_of(target))?;
        let is_counter = scalar.class() == Class::Signed && scalar.size() == 8;
        if !is_counter || self.in_register(left) != Some(counter) {
            return None;
        }
        if let Some(Ok(limit)) = self.int_constant(right).map(i64::try_from) {
            let register = self.local(Form::Scalar);
            self.load_bits(register, limit);
            return Some((counter, register));
        }
        Some((counter, self.in_register(right)?))
    }

    // ---- return

    fn return_statement(&mut self, values: &[ExprId]) {
        // What deferred functions return after a panic is complete, too.
        let named = self.defers.is_some() || self.results.iter().any(|result| result.var.is_some());
        match values {
            [] => {}
            [value] if self.results.len() > 1 => self.return_tuple(*value, named),
            values if named => self.return_named(values),
            [value] => self.return_one(*value),
            values => {
                for (index, &value) in values.iter().enumerate() {
                    let ResultSlot { register, ty, .. } = self.results[index];
                    self.value_as(value, ty, register);
                }
            }
        }
        self.leave();
    }

    fn return_one(&mut self, value: ExprId) {
        let Some(&ResultSlot { register, ty, .. }) = self.results.first() else { return };
        let own = self.own_image(value).filter(|_| self.is_image(ty));
        match own {
            // The variable is not needed any more, and nobody else has its image.
            Some(image) => self.move_value(Form::Ref, register, image),
            None => {
                self.declaring = Some(register);
                self.value_as(value, ty, register);
                self.declaring = None;
            }
        }
    }

    /// The image of a local variable that is only in its register.
    fn own_image(&self, expr: ExprId) -> Option<Reg> {
        match self.info().resolved.get(&self.ast().unparen(expr)) {
            Some(Resolved::Local(var)) if !self.is_shared(*var) && !self.borrowed.contains(var) => {
                self.in_register(expr)
            }
            _ => None,
        }
    }

    /// `return f()` of a function with several results.
    fn return_tuple(&mut self, value: ExprId, named: bool) {
        if named {
            for (index, (register, from)) in self.tuple(value).into_iter().enumerate() {
                let ResultSlot { ty, var, .. } = self.results[index];
                let loc = self.result_loc(index, var);
                self.settle_place(loc, ty, register, from);
            }
            return;
        }
        let mut at = self.call(value);
        for (index, &from) in self.info().types_of(value).iter().enumerate() {
            let ResultSlot { register, ty, .. } = self.results[index];
            self.move_as(at, from, ty, register);
            at += self.form(from).slots();
        }
    }

    /// All values before the first assignment: they may be of other results.
    fn return_named(&mut self, values: &[ExprId]) {
        let mut sources = Vec::new();
        for (index, &value) in values.iter().enumerate() {
            let ty = self.results[index].ty;
            let source = self.temp(ty);
            self.value_as(value, ty, source);
            sources.push(source);
        }
        for (index, source) in sources.into_iter().enumerate() {
            let ResultSlot { ty, var, .. } = self.results[index];
            let loc = self.result_loc(index, var);
            self.store(loc, ty, source);
        }
    }

    fn result_loc(&mut self, index: usize, var: Option<VarId>) -> Loc {
        match var {
            Some(var) => self.var_loc(var),
            None => Loc::Register(self.results[index].register),
        }
    }
}
