//! Entering and leaving functions: parameters, results, captures.

use crate::bytecode::{Function, Op};
use crate::check::info::{FuncId, VarId};
use crate::types::{FuncType, TypeId};

use super::body::{Body, Head, ResultSlot, Var};
use super::registers::{Form, Reg};
use super::unit::Unit;

impl Unit<'_> {
    /// Compiles the functions of the source.
    pub(super) fn compile_functions(&mut self) {
        for id in self.new_funcs() {
            let function = self.compile_function(id);
            self.add_function(function);
        }
    }

    fn compile_function(&mut self, id: FuncId) -> Function {
        let func = self.info.func(id);
        let vars: Vec<VarId> = func.receiver.iter().chain(&func.params).copied().collect();
        let ty = self.func_type(func.ty, func.receiver.map(|var| self.info.var(var).ty));
        let head = Head {
            name: func.name.clone(),
            param_names: vars.iter().map(|&var| self.info.var(var).name.clone()).collect(),
            has_captures: !func.captures.is_empty(),
            is_wrapper: false,
            span: func.span,
            ty,
        };
        let mut body = Body::new(self);
        body.line(func.span);
        body.open_scope();
        let params = body.declare_frame(&head.ty, &func.results);
        if head.has_captures {
            body.load_captures(&func.captures);
        }
        if func.has_defers {
            body.start_defers();
        }
        for (&var, &register) in vars.iter().zip(&params) {
            body.enter_param(var, register);
        }
        for index in 0..body.results.len() {
            body.enter_result(index);
        }
        if func.has_defers {
            body.zero_results();
        }
        body.statements(body.ast().block(func.body));
        if body.is_reachable() && func.falls_off {
            body.leave();
        }
        body.run_defers();
        body.finish(head)
    }
}

impl Body<'_, '_> {
    /// The registers of parameters and results; the results' are in [`Body::results`].
    pub(super) fn declare_frame(&mut self, ty: &FuncType, names: &[VarId]) -> Vec<Reg> {
        let params = ty.params.iter().map(|&param| self.add_register(param)).collect();
        for (index, &ty) in ty.results.iter().enumerate() {
            let register = self.add_register(ty);
            self.results.push(ResultSlot { register, ty, var: names.get(index).copied() });
        }
        params
    }

    fn add_register(&mut self, ty: TypeId) -> Reg {
        let form = self.form(ty);
        self.regs.add(form)
    }

    /// A captured variable comes as its address, or as its value where that is a reference and never changes.
    fn load_captures(&mut self, captures: &[VarId]) {
        let func = self.regs.add(Form::Ref);
        for (index, &var) in captures.iter().enumerate() {
            let register = self.local(Form::Ref);
            self.load_field(Op::Load64, register, func, 8 + 8 * index as u64);
            let place = if self.is_boxed(var) { Var::Boxed(register) } else { Var::Register(register) };
            self.vars.insert(var, place);
        }
    }

    fn enter_param(&mut self, var: VarId, register: Reg) {
        if self.is_boxed(var) {
            let place = self.local(Form::Ref);
            self.box_value(var, place, register);
        } else {
            self.vars.insert(var, Var::Register(register));
            if self.unit.is_frozen(var) {
                self.borrowed.insert(var);
            }
        }
    }

    fn enter_result(&mut self, index: usize) {
        let ResultSlot { register, ty, var } = self.results[index];
        let Some(var) = var else { return };
        let own = self.is_boxed(var) || self.is_shared(var);
        match own {
            true => self.declare_zero(var),
            false => {
                self.vars.insert(var, Var::Register(register));
                self.zero(ty, register);
            }
        }
    }

    /// Whether a variable lives in an object of its own. Structs and arrays do anyway, in their image.
    pub(super) fn is_boxed(&self, var: VarId) -> bool {
        let info = self.info().var(var);
        if self.is_image(info.ty) {
            return false;
        }
        let constant_reference = !info.reassigned && self.form(info.ty) == Form::Ref;
        info.address_taken || info.captured && !constant_reference
    }

    /// Whether others may hold the address of the image that is the variable.
    pub(super) fn is_shared(&self, var: VarId) -> bool {
        let info = self.info().var(var);
        self.is_image(info.ty) && (info.address_taken || info.captured)
    }

    /// Returns, after what is deferred.
    pub(super) fn leave(&mut self) {
        if let Some(defers) = self.defers {
            return self.jump(defers.run);
        }
        self.load_results();
        self.abc(Op::Return, 0, 0, 0);
    }

    /// Named results that are not in their registers are put there.
    pub(super) fn load_results(&mut self) {
        for index in 0..self.results.len() {
            let ResultSlot { register, ty, var } = self.results[index];
            let Some(var) = var else { continue };
            let loc = self.var_loc(var);
            match self.vars.get(&var) {
                Some(Var::Register(own)) if *own == register => {}
                _ => self.load(loc, ty, register),
            }
        }
    }
}
