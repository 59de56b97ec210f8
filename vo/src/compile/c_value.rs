//! Values that become C's, or were, by methods of their types: `ToC` and `FromC`.

use crate::ast::ExprId;
use crate::check::info::{FromC, MethodTarget, ToC};
use crate::types::TypeId;

use super::body::Body;
use super::call::{Argument, Target, What};
use super::place::Loc;
use super::registers::{Form, Reg};

impl<'p> Body<'_, 'p> {
    /// What `x.ToC()` gives, in a register, where an argument of C is that.
    pub(super) fn c_argument(&mut self, arg: ExprId) -> Option<What<'p>> {
        let ToC { path, adjust, target, ty } = self.info().to_c.get(&arg)?;
        let callable = self.method_callable(*target)?;
        let receiver = Argument::new(What::Receiver(arg, path, *adjust), self.receiver_type(*target));
        let span = self.ast().expr(arg).span;
        let result = self.call_target(Target::Callable(callable), &[receiver], span, None);
        let register = self.temp(*ty);
        self.move_value(self.form(*ty), register, result);
        Some(What::Register(register, *ty))
    }

    /// A new value of a type, which its `FromC` has made of what a C function returned.
    pub(super) fn value_from_c(&mut self, call: ExprId, ty: TypeId, dst: Reg) -> bool {
        let call = self.ast().unparen(call);
        let Some(&FromC { ty: target, pointer, method }) = self.info().from_c.get(&call) else {
            return false;
        };
        let (Some(callable), true) = (self.method_callable(method), target == ty) else { return false };
        let from = self.type_of(call);
        let value = self.temp(from);
        self.value(call, value);
        let new = self.regs.temp(Form::Ref);
        self.new_object(target, new);
        let list = [What::Register(new, pointer), What::Register(value, from)];
        let list = list.into_iter().zip([pointer, from]).map(|(what, ty)| Argument::new(what, ty));
        let list: Vec<Argument<'_>> = list.collect();
        let span = self.ast().expr(call).span;
        self.call_target(Target::Callable(callable), &list, span, None);
        match self.is_image(target) {
            true => self.move_value(Form::Ref, dst, new),
            false => self.load(Loc::Memory { base: new, offset: 0, safe: true }, target, dst),
        }
        true
    }

    fn method_callable(&self, target: MethodTarget) -> Option<u32> {
        match target {
            MethodTarget::Func(id) => Some(self.unit.tables.func_callable(id)),
            MethodTarget::Extern(id) => Some(self.unit.tables.extern_callable(id)),
            MethodTarget::Interface { .. } => None,
        }
    }
}
