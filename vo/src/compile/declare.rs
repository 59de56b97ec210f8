//! Declaring local variables.

use crate::ast::{ExprId, VarSpec};
use crate::check::info::VarId;
use crate::types::TypeId;

use super::body::{Body, Var};
use super::place::Loc;
use super::registers::{Form, Reg};

impl Body<'_, '_> {
    /// `var a, b T = …`
    pub(super) fn var_spec(&mut self, spec: &VarSpec) {
        if !spec.values.is_empty() {
            return self.define(&spec.names, &spec.values);
        }
        for &name in &spec.names {
            if let Some(var) = self.info().is_definition(name) {
                self.declare_zero(var);
            }
        }
    }

    /// A variable with its zero value.
    pub(super) fn declare_zero(&mut self, var: VarId) {
        let ty = self.info().var(var).ty;
        match self.new_var(var) {
            Var::Register(register) => self.zero(ty, register),
            Var::Boxed(register) => self.new_object(ty, register),
        }
    }

    /// A variable with the value of an expression.
    pub(super) fn declare_value(&mut self, var: VarId, value: ExprId) {
        let ty = self.info().var(var).ty;
        if self.is_boxed(var) {
            let mark = self.regs.mark();
            let value = self.operand_as(value, ty);
            let place = self.local(Form::Ref);
            self.box_value(var, place, value);
            return self.regs.release(mark);
        }
        if self.can_share(var, value) {
            let mark = self.regs.mark();
            let image = self.operand(value);
            self.share(var, image);
            return self.regs.release(mark);
        }
        let Var::Register(register) = self.new_var(var) else { return };
        self.declaring = Some(register);
        self.value_as(value, ty, register);
        self.declaring = None;
    }

    /// A variable with a value that was evaluated before; if it is an image, a new one. If the variable is
    /// boxed the value is not in the window.
    pub(super) fn declare_register(&mut self, var: VarId, value: Reg, from: TypeId) {
        let ty = self.info().var(var).ty;
        if self.is_boxed(var) {
            let mark = self.regs.mark();
            let source = self.converted(value, from, ty);
            let place = self.local(Form::Ref);
            self.box_value(var, place, source);
            return self.regs.release(mark);
        }
        if let Var::Register(register) = self.new_var(var) {
            self.move_as(value, from, ty, register);
        }
    }

    /// A variable that shares an image with others.
    pub(super) fn share(&mut self, var: VarId, image: Reg) {
        if let Var::Register(register) = self.new_var(var) {
            self.move_value(Form::Ref, register, image);
            self.borrowed.insert(var);
        }
    }

    /// A register with a value that was evaluated before, converted to the type of its target.
    pub(super) fn converted(&mut self, value: Reg, from: TypeId, ty: TypeId) -> Reg {
        if !self.is_boxing(from, ty) {
            return value;
        }
        let pair = self.regs.temp(Form::Pair);
        self.put_in_interface(value, from, true, pair);
        pair
    }

    /// Gives a variable its register, with nothing in it.
    pub(super) fn new_var(&mut self, var: VarId) -> Var {
        let place = match self.is_boxed(var) {
            true => Var::Boxed(self.local(Form::Ref)),
            false => {
                let form = self.form(self.info().var(var).ty);
                Var::Register(self.local(form))
            }
        };
        self.vars.insert(var, place);
        place
    }

    /// Puts a variable into a new object.
    pub(super) fn box_value(&mut self, var: VarId, place: Reg, value: Reg) {
        let ty = self.info().var(var).ty;
        self.new_object(ty, place);
        self.store(Loc::Memory { base: place, offset: 0, safe: true }, ty, value);
        self.vars.insert(var, Var::Boxed(place));
    }
}
