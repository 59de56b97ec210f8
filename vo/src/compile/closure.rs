//! Func values: function literals, method values, method expressions.

use crate::ast::{ExprId, ExprKind};
use crate::bytecode::Op;
use crate::check::info::{MethodTarget, ReceiverAdjust, Selection};
use crate::types::{TypeId, TypeKind};

use super::body::{Body, Var};
use super::place::Loc;
use super::registers::{Form, Reg};
use super::thunk::{Thunk, ThunkForm};

impl Body<'_, '_> {
    /// A function literal. One that captures nothing is a constant.
    pub(super) fn closure(&mut self, expr: ExprId, dst: Reg) {
        let Some(&id) = self.info().closures.get(&expr) else { return };
        let callable = self.unit.tables.func_callable(id);
        let captures = &self.info().func(id).captures;
        if captures.is_empty() {
            return self.func_value(callable, dst);
        }
        let run = self.regs.run(Form::Ref, captures.len());
        for (index, var) in (0..).zip(captures) {
            match self.vars.get(var) {
                Some(Var::Register(register) | Var::Boxed(register)) => {
                    self.ab(Op::Move, run + index, *register)
                }
                None => self.load_bits(run + index, 0),
            }
        }
        self.make_closure(dst, run, captures.len() as u16, callable);
    }

    pub(super) fn make_closure(&mut self, dst: Reg, first: Reg, count: u16, callable: u32) {
        self.abc(Op::Closure, dst, first, count);
        self.ext(0, callable);
    }

    /// `x.M`, not called: the receiver is bound now.
    pub(super) fn method_value(&mut self, expr: ExprId, dst: Reg) {
        let (Some(Selection::Method { path, adjust, target }), ExprKind::Selector { operand, .. }) =
            (self.info().selections.get(&expr), &self.ast().expr(expr).kind)
        else {
            return;
        };
        let receiver = self.receiver_type(*target);
        let value = self.temp(receiver);
        let adjust = match target {
            MethodTarget::Interface { .. } => ReceiverAdjust::None,
            _ => *adjust,
        };
        self.receiver(*operand, path, adjust, value);
        if self.is_interface(receiver) {
            self.abc(Op::CheckNil, value, 0, 0);
        }
        let mut captured = value;
        if !self.is_bound_directly(receiver) {
            captured = self.regs.temp(Form::Ref);
            self.new_object(receiver, captured);
            self.store(Loc::Memory { base: captured, offset: 0, safe: true }, receiver, value);
        }
        let thunk =
            Thunk { form: ThunkForm::Bound, receiver, target: *target, ty: self.method_type(*target) };
        let callable = self.unit.compile_thunk(&thunk);
        self.make_closure(dst, captured, 1, callable);
    }

    /// `T.M`
    pub(super) fn method_expr(&mut self, expr: ExprId, dst: Reg) {
        let Some(Selection::MethodExpr { receiver, path, adjust, target }) =
            self.info().selections.get(&expr)
        else {
            return;
        };
        let callable = match *target {
            MethodTarget::Func(id) if path.is_empty() && *adjust == ReceiverAdjust::None => {
                self.unit.tables.func_callable(id)
            }
            MethodTarget::Extern(id) if path.is_empty() && *adjust == ReceiverAdjust::None => {
                self.unit.tables.extern_callable(id)
            }
            target => self.unit.compile_thunk(&Thunk {
                form: ThunkForm::Receiver { path: path.clone(), adjust: *adjust },
                receiver: *receiver,
                target,
                ty: self.method_type(target),
            }),
        };
        self.func_value(callable, dst);
    }

    /// The type of the receiver that a method declares.
    pub(super) fn receiver_type(&self, target: MethodTarget) -> TypeId {
        match target {
            MethodTarget::Func(id) => {
                let receiver = self.info().func(id).receiver;
                receiver.map_or(TypeId::NIL, |var| self.info().var(var).ty)
            }
            MethodTarget::Extern(id) => self.info().externs[id.0 as usize].receiver.unwrap_or(TypeId::NIL),
            MethodTarget::Interface { interface, .. } => interface,
        }
    }

    fn method_type(&self, target: MethodTarget) -> TypeId {
        match target {
            MethodTarget::Func(id) => self.info().func(id).ty,
            MethodTarget::Extern(id) => self.info().externs[id.0 as usize].ty,
            MethodTarget::Interface { interface, index } => match self.types().kind(interface) {
                TypeKind::Interface(methods) => methods[index].ty,
                _ => TypeId::NIL,
            },
        }
    }
}
