//! Functions that pass their arguments on to a method: for promoted methods in interfaces, method
//! expressions and method values.

use crate::bytecode::{Function, Op};
use crate::check::info::{FieldStep, MethodTarget, ReceiverAdjust};
use crate::source::Span;
use crate::types::{FuncType, TypeId};

use super::body::{Body, Head};
use super::call::{Argument, Target, What};
use super::place::Loc;
use super::registers::{Form, Reg};
use super::unit::Unit;

/// A function that calls a method.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Thunk {
    pub(super) form: ThunkForm,
    /// The type of what it starts from.
    pub(super) receiver: TypeId,
    pub(super) target: MethodTarget,
    /// The type of the method, without a receiver.
    pub(super) ty: TypeId,
}

/// Where a thunk has the receiver from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum ThunkForm {
    /// From its first parameter, by this path.
    Receiver { path: Vec<FieldStep>, adjust: ReceiverAdjust },
    /// It is captured: the reference itself, an image, or an object with anything else.
    Bound,
}

impl Unit<'_> {
    /// The callable of a thunk.
    pub(super) fn compile_thunk(&mut self, thunk: &Thunk) -> u32 {
        self.thunk(thunk, |unit| unit.make_thunk(thunk))
    }

    fn make_thunk(&mut self, thunk: &Thunk) -> Function {
        let is_bound = thunk.form == ThunkForm::Bound;
        let (name, span) = self.method_name(thunk);
        let ty = self.func_type(thunk.ty, (!is_bound).then_some(thunk.receiver));
        let head = Head {
            name: if is_bound { format!("{name}-fm") } else { name },
            param_names: vec!["_".into(); ty.params.len()],
            has_captures: is_bound,
            is_wrapper: true,
            span,
            ty,
        };
        let mut body = Body::new(self);
        body.line(span);
        body.open_scope();
        let params = body.declare_frame(&head.ty, &[]);
        body.pass_on(thunk, &head.ty, &params);
        body.finish(head)
    }

    fn method_name(&self, thunk: &Thunk) -> (String, Span) {
        match thunk.target {
            MethodTarget::Func(id) => (self.info.func(id).name.clone(), self.info.func(id).span),
            MethodTarget::Extern(id) => {
                let decl = &self.info.externs[id.0 as usize];
                (decl.name.clone(), decl.span)
            }
            MethodTarget::Interface { interface, index } => match self.types.kind(interface) {
                crate::types::TypeKind::Interface(methods) => {
                    (format!("{}.{}", self.types.name(interface), methods[index].name), Span::default())
                }
                _ => (String::new(), Span::default()),
            },
        }
    }
}

impl Body<'_, '_> {
    fn pass_on(&mut self, thunk: &Thunk, ty: &FuncType, params: &[Reg]) {
        let mark = self.regs.mark();
        let (receiver, passed) = match &thunk.form {
            ThunkForm::Receiver { path, adjust } => {
                let (loc, ty) = self.walk(Loc::Register(params[0]), thunk.receiver, path);
                let passed = match adjust {
                    ReceiverAdjust::None => ty,
                    ReceiverAdjust::Deref => self.pointee(ty),
                    // Any pointer type will do.
                    ReceiverAdjust::AddressOf => TypeId::ERROR_STRING_PTR,
                };
                let receiver = self.temp(passed);
                self.adjusted(loc, ty, *adjust, receiver);
                (receiver, passed)
            }
            ThunkForm::Bound => (self.bound_receiver(thunk.receiver), thunk.receiver),
        };
        let mut list = Vec::new();
        let target = match thunk.target {
            MethodTarget::Func(id) => Target::Callable(self.unit.tables.func_callable(id)),
            MethodTarget::Extern(id) => Target::Callable(self.unit.tables.extern_callable(id)),
            MethodTarget::Interface { interface, index } => {
                Target::Method(receiver, self.unit.interface_method(interface, index))
            }
        };
        if let Target::Callable(_) = target {
            list.push(Argument::new(What::Register(receiver, passed), passed));
        }
        let own = usize::from(thunk.form != ThunkForm::Bound);
        for (&param, &ty) in params.iter().zip(&ty.params).skip(own) {
            list.push(Argument::new(What::Register(param, ty), ty));
        }
        let span = self.unit.method_name(thunk).1;
        let mut at = self.call_target(target, &list, span, None);
        for index in 0..self.results.len() {
            let result = self.results[index];
            self.move_value(self.form(result.ty), result.register, at);
            at += self.form(result.ty).slots();
        }
        self.abc(Op::Return, 0, 0, 0);
        self.regs.release(mark);
    }

    fn bound_receiver(&mut self, ty: TypeId) -> Reg {
        let func = self.regs.add(Form::Ref);
        let captured = self.regs.temp(Form::Ref);
        self.abc(Op::Load64, captured, func, 8);
        if self.is_bound_directly(ty) && !self.is_image(ty) {
            return captured;
        }
        let receiver = self.temp(ty);
        self.load(Loc::Memory { base: captured, offset: 0, safe: true }, ty, receiver);
        receiver
    }

    /// Whether a receiver is captured as it is, and not in an object.
    pub(super) fn is_bound_directly(&self, ty: TypeId) -> bool {
        self.form(ty) == Form::Ref
    }
}
