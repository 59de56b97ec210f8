//! Assignments: of one value, of several at once, of the results of a call, with an operator.

use crate::ast::{BinaryOp, ExprId, ExprKind};
use crate::bytecode::Op;
use crate::check::info::{Resolved, VarId};
use crate::types::{TypeId, TypeKind};

use super::arith::Right;
use super::body::{Body, Var};
use super::place::Loc;
use super::registers::{Form, Reg};

/// Where a value goes.
#[derive(Clone, Copy)]
enum Goal {
    /// `_`
    Blank,
    /// A new variable.
    New(VarId),
    /// A place of a type.
    Place(Loc, TypeId),
}

impl Body<'_, '_> {
    /// `a, b = …`
    pub(super) fn assign(&mut self, lhs: &[ExprId], rhs: &[ExprId]) {
        match (lhs, rhs) {
            ([target], [value]) => self.assign_one(*target, *value),
            _ => self.define(lhs, rhs),
        }
    }

    fn assign_one(&mut self, target: ExprId, value: ExprId) {
        let mark = self.regs.mark();
        let ty = self.type_of(target);
        if self.is_blank(target) {
            self.effect(value);
        } else if let Some(register) = self.in_register(target) {
            self.assign_register(target, register, ty, value);
        } else {
            let loc = self.loc(target);
            if self.assign_from_c(loc, ty, value) {
                return self.regs.release(mark);
            }
            let value = match loc {
                Loc::Entry { .. } => self.operand_as(value, ty),
                _ => self.operand_now_as(value, ty),
            };
            self.store(loc, ty, value);
        }
        self.regs.release(mark);
    }

    /// A struct that C returns goes to its place at once.
    fn assign_from_c(&mut self, loc: Loc, ty: TypeId, value: ExprId) -> bool {
        if !self.is_image(ty) || self.type_of(value) != ty || matches!(loc, Loc::Entry { .. } | Loc::Blank) {
            return false;
        }
        if !self.is_c_struct(value) {
            return false;
        }
        let image = self.address(loc, ty);
        self.call_into(value, image);
        true
    }

    fn assign_register(&mut self, target: ExprId, register: Reg, ty: TypeId, value: ExprId) {
        if self.assign_from_c(Loc::Register(register), ty, value) {
            return;
        }
        if self.is_image(ty) && (!self.is_fresh(value) || self.is_shared_name(target)) {
            let image = self.operand_now_as(value, ty);
            return self.store(Loc::Register(register), ty, image);
        }
        self.value_as(value, ty, register);
    }

    fn is_shared_name(&self, name: ExprId) -> bool {
        match self.info().resolved.get(&self.ast().unparen(name)) {
            Some(Resolved::Local(var)) => self.is_shared(*var),
            _ => true,
        }
    }

    /// Whether it is `_`.
    pub(super) fn is_blank(&self, expr: ExprId) -> bool {
        self.info().resolved.get(&self.ast().unparen(expr)) == Some(&Resolved::Blank)
    }

    /// `a, b := …`, where some may be no new variables, and `a, b = …`.
    pub(super) fn define(&mut self, lhs: &[ExprId], rhs: &[ExprId]) {
        let mark = self.regs.mark();
        match (lhs, rhs) {
            ([name], [value]) => match self.info().is_definition(*name) {
                Some(var) => self.declare_value(var, *value),
                None => self.assign_one(*name, *value),
            },
            (lhs, [value]) if lhs.len() > 1 => self.assign_tuple(lhs, *value),
            _ => self.assign_parallel(lhs, rhs),
        }
        self.regs.release(mark);
    }

    /// First the operands on the left, then all values, then the assignments.
    fn assign_parallel(&mut self, lhs: &[ExprId], rhs: &[ExprId]) {
        let goals = self.goals(lhs);
        let assigned = self.assigned(lhs);
        let mut values = Vec::new();
        for (index, (&goal, &value)) in goals.iter().zip(rhs).enumerate() {
            values.push(self.parallel_value(goal, value, &assigned, index + 1 == rhs.len()));
        }
        for (goal, value) in goals.into_iter().zip(values) {
            if let (Goal::Place(loc, ty), Some(value)) = (goal, value) {
                self.store(loc, ty, value);
            }
        }
    }

    /// Evaluates a value; where it went to its goal already there is nothing left to assign.
    fn parallel_value(&mut self, goal: Goal, value: ExprId, assigned: &[Reg], last: bool) -> Option<Reg> {
        let (loc, ty) = match goal {
            Goal::Blank => {
                self.effect(value);
                return None;
            }
            Goal::New(var) => {
                self.declare_value(var, value);
                return None;
            }
            Goal::Place(loc, ty) => (loc, ty),
        };
        if self.is_image(ty) {
            let copy = self.regs.temp(Form::Ref);
            self.value_as(value, ty, copy);
            return Some(copy);
        }
        // Nobody reads the register any more: whoever wanted its old value has a copy.
        if let (Loc::Register(register), true) = (loc, last) {
            self.value_as(value, ty, register);
            return None;
        }
        let operand = self.operand_as(value, ty);
        Some(self.steady(operand, self.form(ty), assigned))
    }

    /// The variables in registers that are assigned.
    pub(super) fn assigned(&self, lhs: &[ExprId]) -> Vec<Reg> {
        let old = lhs.iter().filter(|&&name| self.info().is_definition(name).is_none());
        old.filter_map(|&name| self.in_register(name)).collect()
    }

    /// A register that keeps its value though these are assigned.
    fn steady(&mut self, register: Reg, form: Form, assigned: &[Reg]) -> Reg {
        if !assigned.contains(&register) {
            return register;
        }
        let copy = self.regs.temp(form);
        self.move_value(form, copy, register);
        copy
    }

    fn goals(&mut self, lhs: &[ExprId]) -> Vec<Goal> {
        let assigned = self.assigned(lhs);
        lhs.iter().map(|&target| self.goal(target, &assigned)).collect()
    }

    fn goal(&mut self, target: ExprId, assigned: &[Reg]) -> Goal {
        if let Some(var) = self.info().is_definition(target) {
            return Goal::New(var);
        }
        match self.steady_place(target, assigned) {
            Loc::Blank => Goal::Blank,
            loc => Goal::Place(loc, self.type_of(target)),
        }
    }

    /// A place that stays where it is though these registers are assigned.
    pub(super) fn steady_place(&mut self, target: ExprId, assigned: &[Reg]) -> Loc {
        match self.loc(target) {
            Loc::Memory { base, offset, safe } => {
                Loc::Memory { base: self.steady(base, Form::Ref, assigned), offset, safe }
            }
            Loc::Pointed { pointer, index } => Loc::Pointed {
                pointer: self.steady(pointer, Form::Ref, assigned),
                index: self.steady(index, Form::Scalar, assigned),
            },
            Loc::Bits { base, offset, field } => {
                Loc::Bits { base: self.steady(base, Form::Ref, assigned), offset, field }
            }
            Loc::Element { slice, index } => Loc::Element {
                slice: self.steady(slice, Form::Ref, assigned),
                index: self.steady(index, Form::Scalar, assigned),
            },
            Loc::ArrayElement { array, index, len } => Loc::ArrayElement {
                array: self.steady(array, Form::Ref, assigned),
                index: self.steady(index, Form::Scalar, assigned),
                len,
            },
            Loc::Entry { map, key, ty } => {
                let form = match *self.types().kind(ty) {
                    TypeKind::Map(key, _) => self.form(key),
                    _ => Form::Ref,
                };
                let key = self.steady(key, form, assigned);
                Loc::Entry { map: self.steady(map, Form::Ref, assigned), key, ty }
            }
            steady => steady,
        }
    }

    // ---- Several values of one expression

    /// `a, b = f()`, `v, ok = m[k]`, `v, ok = x.(T)`
    fn assign_tuple(&mut self, lhs: &[ExprId], value: ExprId) {
        let goals = self.goals(lhs);
        let value = self.ast().unparen(value);
        if let ExprKind::Index { operand, index } = self.ast().expr(value).kind {
            self.lookup_ok(&goals, operand, index);
        } else if !self.is_call(value) || goals.iter().any(|&goal| self.settles_with_allocation(goal)) {
            for (goal, (register, ty)) in goals.into_iter().zip(self.all_values(value)) {
                self.settle(goal, register, ty);
            }
        } else {
            let mut at = self.call(value);
            for (goal, &ty) in goals.into_iter().zip(self.info().types_of(value)) {
                self.settle(goal, at, ty);
                at += self.form(ty).slots();
            }
        }
    }

    /// The values of a call or a comma-ok form, in temporaries.
    pub(super) fn all_values(&mut self, expr: ExprId) -> Vec<(Reg, TypeId)> {
        let expr = self.ast().unparen(expr);
        match self.ast().expr(expr).kind {
            ExprKind::Index { operand, index } => {
                let TypeKind::Map(_, ty) = *self.types().kind(self.type_of(operand)) else {
                    return Vec::new();
                };
                let (value, ok) = (self.temp(ty), self.regs.temp(Form::Scalar));
                self.look_up(operand, index, value, ok);
                vec![(value, ty), (ok, TypeId::BOOL)]
            }
            ExprKind::TypeAssert { operand, ty } => {
                let ty = self.type_expr(ty).unwrap_or(TypeId::NIL);
                let [value, ok] = self.assert_ok(operand, ty);
                vec![(value, ty), (ok, TypeId::BOOL)]
            }
            _ => self.tuple(expr),
        }
    }

    /// `v, ok = m[k]`, straight into new variables.
    fn lookup_ok(&mut self, goals: &[Goal], operand: ExprId, index: ExprId) {
        let TypeKind::Map(_, ty) = *self.types().kind(self.type_of(operand)) else { return };
        let value = self.goal_register(goals[0], ty);
        let ok = self.goal_register(goals[1], TypeId::BOOL);
        self.look_up(operand, index, value, ok);
        self.settle_register(goals[0], value, ty);
        self.settle_register(goals[1], ok, TypeId::BOOL);
    }

    fn look_up(&mut self, operand: ExprId, index: ExprId, value: Reg, ok: Reg) {
        let ty = self.type_of(operand);
        let TypeKind::Map(key, value_type) = *self.types().kind(ty) else { return };
        let (map, key) = (self.operand(operand), self.operand_as(index, key));
        self.abc(Op::MapGetOk, value, map, key);
        self.ext(0, ty.number());
        self.ext(ok, 0);
        if self.is_image(value_type) {
            // Only a copy may be changed.
            self.load(Loc::Register(value), value_type, value);
        }
    }

    /// The register of a new variable, or a temporary.
    fn goal_register(&mut self, goal: Goal, ty: TypeId) -> Reg {
        match goal {
            Goal::New(var) if !self.is_boxed(var) && self.info().var(var).ty == ty => match self.new_var(var)
            {
                Var::Register(register) | Var::Boxed(register) => register,
            },
            _ => self.temp(ty),
        }
    }

    fn settle_register(&mut self, goal: Goal, value: Reg, ty: TypeId) {
        match goal {
            Goal::New(var) if !self.is_boxed(var) && self.info().var(var).ty == ty => {}
            _ => self.settle(goal, value, ty),
        }
    }

    fn settles_with_allocation(&self, goal: Goal) -> bool {
        match goal {
            Goal::New(var) => self.is_boxed(var),
            Goal::Place(Loc::Entry { .. }, _) => true,
            _ => false,
        }
    }

    /// Assigns a value that was evaluated before; if it is an image, a new one.
    fn settle(&mut self, goal: Goal, value: Reg, from: TypeId) {
        match goal {
            Goal::Blank => {}
            Goal::New(var) => self.declare_register(var, value, from),
            Goal::Place(loc, ty) => self.settle_place(loc, ty, value, from),
        }
    }

    /// The same for a place.
    pub(super) fn settle_place(&mut self, loc: Loc, ty: TypeId, value: Reg, from: TypeId) {
        let mark = self.regs.mark();
        let value = self.converted(value, from, ty);
        self.store(loc, ty, value);
        self.regs.release(mark);
    }

    // ---- Operators

    /// `x op= y`
    pub(super) fn assign_op(&mut self, op: BinaryOp, target: ExprId, right: Right) {
        let mark = self.regs.mark();
        let ty = self.type_of(target);
        match self.in_register(target) {
            Some(register) => self.apply(op, ty, register, register, right),
            None => {
                let loc = self.loc(target);
                self.apply_at(op, loc, ty, right);
            }
        }
        self.regs.release(mark);
    }

    fn apply_at(&mut self, op: BinaryOp, loc: Loc, ty: TypeId, mut right: Right) {
        if let Right::Expr(expr) = right
            && self.unit.allocates(expr)
        {
            right = Right::Register(self.operand(expr), self.type_of(expr));
        }
        let value = self.temp(ty);
        let may_fail = matches!(op, BinaryOp::Div | BinaryOp::Rem) || op.is_shift();
        if let Loc::Entry { map, key, ty: map_type } = loc
            && self.form(ty) == Form::Scalar
            && !may_fail
        {
            // Where nothing can go wrong in between, the entry is looked up once. It takes a whole slot.
            let base = self.regs.temp(Form::Ref);
            self.abc(Op::MapSlot, base, map, key);
            self.ext(0, map_type.number());
            self.abc(Op::Load64, value, base, 0);
            self.apply(op, ty, value, value, right);
            return self.abc(Op::Store64, value, base, 0);
        }
        self.load(loc, ty, value);
        self.apply(op, ty, value, value, right);
        self.store(loc, ty, value);
    }
}
