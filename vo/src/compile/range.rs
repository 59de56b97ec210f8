//! `for … range`.

use crate::ast::{ExprId, StmtId, StmtKind};
use crate::bytecode::{Label, NO_REG, Op, RuntimeFn};
use crate::check::info::{Resolved, VarId};
use crate::types::{TypeId, TypeKind};

use super::body::{Body, Targets, Var};
use super::place::Loc;
use super::registers::{Form, Reg};

/// Where a turn's key or value goes.
#[derive(Clone, Copy)]
enum Goal {
    Nowhere,
    /// Each turn has its own.
    Var(VarId),
    Place(ExprId),
    /// A place whose operands are evaluated, and the type there.
    Loc(Loc, TypeId),
}

/// A loop in the making.
struct Loop {
    key: Goal,
    value: Goal,
    body: StmtId,
    next: Label,
    end: Label,
}

impl Body<'_, '_> {
    pub(super) fn range_loop(&mut self, id: StmtId) {
        let StmtKind::Range { key, value, define, subject, body } = &self.ast().stmt(id).kind else { return };
        self.open_scope();
        let (next, end) = (self.label(), self.label());
        self.targets.insert(id, Targets { leave: end, next: Some(next) });
        let goal = |target: &Option<ExprId>| match target {
            Some(target) if *define => self.info().is_definition(*target).map_or(Goal::Nowhere, Goal::Var),
            Some(target) if self.is_blank(*target) => Goal::Nowhere,
            Some(target) => Goal::Place(*target),
            None => Goal::Nowhere,
        };
        let turn = Loop { key: goal(key), value: goal(value), body: *body, next, end };
        let ty = self.type_of(*subject);
        match *self.types().kind(ty) {
            TypeKind::Scalar(_) => self.range_int(turn, *subject, ty),
            TypeKind::String => self.range_string(turn, *subject),
            TypeKind::Map(key, value) => self.range_map(turn, *subject, (ty, key, value)),
            TypeKind::Slice(elem) => self.range_slice(turn, *subject, elem),
            _ => self.range_array(turn, *subject, ty),
        }
        self.bind(end);
        self.close_scope();
    }

    fn range_int(&mut self, turn: Loop, subject: ExprId, ty: TypeId) {
        let limit = self.local(Form::Scalar);
        self.value(subject, limit);
        let count = Count { limit, ty };
        self.count(turn, count, |_, _, _| {});
    }

    fn range_slice(&mut self, turn: Loop, subject: ExprId, elem: TypeId) {
        let (slice, limit) = (self.subject(subject), self.local(Form::Scalar));
        self.ab(Op::Len, limit, slice);
        let count = Count { limit, ty: TypeId::INT };
        self.count(turn, count, |body, value, index| {
            body.give_from(value, Loc::Element { slice, index }, elem);
        });
    }

    /// A register with a slice, string or map, whatever is assigned to the variable meanwhile.
    fn subject(&mut self, subject: ExprId) -> Reg {
        if let Some(Resolved::Local(var)) = self.info().resolved.get(&self.ast().unparen(subject))
            && let Some(register) = self.in_register(subject)
            && !self.info().var(*var).reassigned
        {
            return register;
        }
        let register = self.local(Form::Ref);
        self.value(subject, register);
        register
    }

    /// A pointer's array is not copied, an array is; neither is looked at where only the index is wanted.
    fn range_array(&mut self, turn: Loop, subject: ExprId, ty: TypeId) {
        let pointer = matches!(self.types().kind(ty), TypeKind::Pointer(_));
        let array_type = if pointer { self.pointee(ty) } else { ty };
        let TypeKind::Array(elem, len) = *self.types().kind(array_type) else { return };
        let (array, limit) = (self.local(Form::Ref), self.local(Form::Scalar));
        if matches!(turn.value, Goal::Nowhere) {
            // Without a call in it the length is a constant, and nothing is worked out.
            if self.unit.allocates(subject) {
                self.effect(subject);
            }
        } else {
            self.value(subject, array);
            if pointer {
                self.abc(Op::CheckNil, array, 0, 0);
            }
        }
        self.load_bits(limit, len as i64);
        let count = Count { limit, ty: TypeId::INT };
        self.count(turn, count, |body, value, index| {
            body.give_from(value, Loc::ArrayElement { array, index, len }, elem);
        });
    }

    /// Counts from 0 to the limit. A variable that is not changed is the counter itself.
    fn count(&mut self, turn: Loop, count: Count, start: impl FnOnce(&mut Self, Goal, Reg)) {
        let counter = self.local(Form::Scalar);
        let top = self.label();
        self.load_bits(counter, 0);
        self.jump_on(Op::JumpLeI, count.limit, 0, turn.end);
        self.bind(top);
        self.open_scope();
        let mark = self.regs.mark();
        let [key, value] = self.evaluated([turn.key, turn.value]);
        match key {
            Goal::Var(var) if !self.is_boxed(var) && !self.info().var(var).reassigned => {
                self.vars.insert(var, Var::Register(counter));
            }
            key => self.give(key, counter, count.ty),
        }
        start(self, value, counter);
        self.regs.release(mark);
        self.block(self.ast().block(turn.body));
        self.close_scope();
        self.bind(turn.next);
        self.jump_on(Op::ForLt, counter, count.limit, top);
    }

    fn range_string(&mut self, turn: Loop, subject: ExprId) {
        let text = self.subject(subject);
        // The next position, the position, the rune.
        let cursor = self.regs.run(Form::Scalar, 3);
        self.load_bits(cursor, 0);
        self.bind(turn.next);
        self.jump_on(Op::RangeStr, cursor, text, turn.end);
        self.open_scope();
        let mark = self.regs.mark();
        let [key, value] = self.evaluated([turn.key, turn.value]);
        for (goal, register, ty) in [(key, cursor + 1, TypeId::INT), (value, cursor + 2, TypeId::RUNE)] {
            match goal {
                Goal::Var(var) if !self.is_boxed(var) => {
                    self.vars.insert(var, Var::Register(register));
                }
                goal => self.give(goal, register, ty),
            }
        }
        self.regs.release(mark);
        self.block(self.ast().block(turn.body));
        self.close_scope();
        self.jump(turn.next);
    }

    fn range_map(&mut self, turn: Loop, subject: ExprId, (ty, key, value): (TypeId, TypeId, TypeId)) {
        let map = self.subject(subject);
        let cursor = self.regs.run(Form::Scalar, 2);
        self.load_bits(cursor, 0);
        self.runtime(RuntimeFn::MapEnd, [cursor + 1, map, 0], (0, 0));
        let registers = [(turn.key, key), (turn.value, value)].map(|(goal, ty)| match goal {
            Goal::Nowhere => NO_REG,
            _ => self.temp(ty),
        });
        self.bind(turn.next);
        self.jump_on(Op::MapNext, cursor, map, turn.end);
        self.ext(registers[0], ty.number());
        self.ext(registers[1], 0);
        self.open_scope();
        let mark = self.regs.mark();
        let goals = self.evaluated([turn.key, turn.value]);
        for ((goal, ty), register) in goals.into_iter().zip([key, value]).zip(registers) {
            match goal {
                Goal::Var(var) if self.shares(var, ty) => self.share(var, register),
                Goal::Var(var) if !self.is_boxed(var) && !self.is_image(ty) => {
                    self.vars.insert(var, Var::Register(register));
                }
                goal => self.give(goal, register, ty),
            }
        }
        self.regs.release(mark);
        self.block(self.ast().block(turn.body));
        self.close_scope();
        self.jump(turn.next);
    }

    /// Two places are assigned to as `k, v = …` does: the operands of both come before the first assignment.
    fn evaluated(&mut self, goals: [Goal; 2]) -> [Goal; 2] {
        let [Goal::Place(key), Goal::Place(value)] = goals else { return goals };
        let assigned = self.assigned(&[key, value]);
        [key, value].map(|target| Goal::Loc(self.steady_place(target, &assigned), self.type_of(target)))
    }

    /// Gives a turn's variable or place what is in a register, which may be someone else's image.
    fn give(&mut self, goal: Goal, given: Reg, ty: TypeId) {
        let mark = self.regs.mark();
        match goal {
            Goal::Nowhere => {}
            Goal::Var(var) => match self.is_image(ty) {
                true => self.give_from(goal, Loc::Register(given), ty),
                false => self.declare_register(var, given, ty),
            },
            Goal::Place(target) => {
                let loc = self.loc(target);
                self.give_place((loc, self.type_of(target)), given, ty);
            }
            Goal::Loc(loc, to) => self.give_place((loc, to), given, ty),
        }
        self.regs.release(mark);
    }

    fn give_place(&mut self, (loc, to): (Loc, TypeId), given: Reg, ty: TypeId) {
        let mut source = given;
        if self.is_image(ty) && self.is_boxing(ty, to) {
            source = self.regs.temp(Form::Ref);
            self.load(Loc::Register(given), ty, source);
        }
        self.settle_place(loc, to, source, ty);
    }

    /// Gives a turn's variable or place what is at a place.
    fn give_from(&mut self, goal: Goal, from: Loc, ty: TypeId) {
        let mark = self.regs.mark();
        match goal {
            Goal::Nowhere => {}
            Goal::Var(var) if !self.is_boxed(var) => {
                if let Var::Register(register) = self.new_var(var) {
                    self.load(from, ty, register);
                }
            }
            goal => {
                let source = self.operand_at(from, ty);
                self.give(goal, source, ty);
            }
        }
        self.regs.release(mark);
    }
}

/// How far a loop counts.
struct Count {
    limit: Reg,
    /// The type of the counter.
    ty: TypeId,
}
