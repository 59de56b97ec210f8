//! Calls: what goes into the window, in which order, and the call itself.

use crate::ast::{ExprId, ExprKind};
use crate::bytecode::{NO_REG, Op, RuntimeFn};
use crate::check::info::{
    ArgumentPass, CallInfo, CallKind, FieldStep, MethodTarget, ReceiverAdjust, Selection,
};
use crate::source::Span;
use crate::types::{Scalar, TypeId, TypeKind};

use super::arith::wrap_op;
use super::body::Body;
use super::direct::Direct;
use super::place::Loc;
use super::registers::{Form, Reg, WINDOW};

/// The most slots that a call can have.
const MAX_SLOTS: usize = vo_ffi::Plan::MAX_SLOTS;

/// An argument and the parameter's type.
pub(super) struct Argument<'p> {
    pub(super) what: What<'p>,
    pub(super) ty: TypeId,
    /// Whether an image is passed as it is, and not a copy of it.
    pub(super) lent: bool,
    /// The register that it stays in: an instruction takes it from there to the window.
    kept: Option<Reg>,
}

impl<'p> Argument<'p> {
    /// An argument that is passed by value.
    pub(super) fn new(what: What<'p>, ty: TypeId) -> Argument<'p> {
        Argument { what, ty, lent: false, kept: None }
    }
}

/// What an argument is.
pub(super) enum What<'p> {
    Expr(ExprId),
    /// A value of a type, evaluated before; if it is an image, a new one.
    Register(Reg, TypeId),
    /// The receiver of a method.
    Receiver(ExprId, &'p [FieldStep], ReceiverAdjust),
    /// A new slice of these, for a variadic parameter.
    Pack(Vec<Argument<'p>>),
}

/// What is called.
#[derive(Clone, Copy)]
pub(super) enum Target {
    Callable(u32),
    /// A func value.
    Value(Reg),
    /// A method by its id, of the interface in a pair of registers.
    Method(Reg, u32),
}

impl<'p> Body<'_, 'p> {
    /// The value of a call, a conversion or a built-in function.
    pub(super) fn call_value(&mut self, expr: ExprId, dst: Reg) {
        let ty = self.type_of(expr);
        match (self.info().calls.get(&expr).map(|call| call.kind), &self.ast().expr(expr).kind) {
            (Some(CallKind::Conversion), ExprKind::Call { args, .. }) => self.conversion(args[0], ty, dst),
            (Some(CallKind::Builtin(builtin)), _) => self.builtin(expr, builtin, dst),
            _ => {
                let result = self.call(expr);
                self.move_value(self.form(ty), dst, result);
            }
        }
    }

    /// Calls a function; the results are in the window from the slot that it gives.
    pub(super) fn call(&mut self, expr: ExprId) -> Reg {
        let mark = self.regs.mark();
        let expr = self.ast().unparen(expr);
        let span = self.ast().expr(expr).span;
        let Some((target, mut list)) = self.prepare_call(expr) else {
            self.unit.error(span, "the compiler does not know this call");
            return WINDOW;
        };
        self.lend(target, &mut list);
        let result = self.call_target(target, &list, span, None);
        self.regs.release(mark);
        result
    }

    /// Calls a C function that returns a struct, to have it written to an image.
    pub(super) fn call_into(&mut self, expr: ExprId, image: Reg) {
        let expr = self.ast().unparen(expr);
        let mark = self.regs.mark();
        if let Some((target, mut list)) = self.prepare_call(expr) {
            self.lend(target, &mut list);
            let span = self.ast().expr(expr).span;
            self.call_target(target, &list, span, Some(image));
        }
        self.regs.release(mark);
    }

    /// Whether it is a call of a C function whose one result is a struct.
    pub(super) fn is_c_struct(&self, expr: ExprId) -> bool {
        let expr = self.ast().unparen(expr);
        let Some(CallKind::Extern(id) | CallKind::CPointer(id)) =
            self.info().calls.get(&expr).map(|call| call.kind)
        else {
            return false;
        };
        let callable = self.unit.tables.extern_callable(id);
        self.unit.tables.into_results.contains_key(&callable) && self.info().types_of(expr).len() == 1
    }

    /// What a call calls, and with which arguments. What is called is evaluated.
    pub(super) fn prepare_call(&mut self, call: ExprId) -> Option<(Target, Vec<Argument<'p>>)> {
        let ExprKind::Call { callee, args, .. } = &self.ast().expr(call).kind else { return None };
        let info = self.info().calls.get(&call)?;
        let TypeKind::Func(func) = self.types().kind(info.ty) else { return None };
        let (target, receiver) = self.target(self.ast().unparen(*callee), info.kind);
        let mut list: Vec<Argument<'p>> = receiver.into_iter().collect();
        let mut params = func.params.as_slice();
        if let (CallKind::CPointer(_), [pointer, rest @ ..]) = (info.kind, params) {
            list.push(Argument::new(What::Expr(*callee), *pointer));
            params = rest;
        }
        self.list_arguments(info, params, args, &mut list);
        Some((target, list))
    }

    /// What a call calls, and the receiver where it is an argument.
    fn target(&mut self, callee: ExprId, kind: CallKind) -> (Target, Option<Argument<'p>>) {
        match kind {
            CallKind::Func(id) => return (Target::Callable(self.unit.tables.func_callable(id)), None),
            CallKind::Extern(id) | CallKind::CPointer(id) => {
                return (Target::Callable(self.unit.tables.extern_callable(id)), None);
            }
            _ => {}
        }
        let (Some(Selection::Method { path, adjust, target }), ExprKind::Selector { operand, .. }) =
            (self.info().selections.get(&callee), &self.ast().expr(callee).kind)
        else {
            return (Target::Value(self.operand(callee)), None);
        };
        let callable = match *target {
            MethodTarget::Func(id) => self.unit.tables.func_callable(id),
            MethodTarget::Extern(id) => self.unit.tables.extern_callable(id),
            MethodTarget::Interface { interface, index } => {
                let start = self.loc(*operand);
                let (loc, ty) = self.walk(start, self.type_of(*operand), path);
                let pair = self.operand_at(loc, ty);
                return (Target::Method(pair, self.unit.interface_method(interface, index)), None);
            }
        };
        let ty = self.receiver_type(*target);
        (Target::Callable(callable), Some(Argument::new(What::Receiver(*operand, path, *adjust), ty)))
    }

    fn list_arguments(
        &mut self,
        info: &CallInfo,
        params: &[TypeId],
        args: &[ExprId],
        list: &mut Vec<Argument<'p>>,
    ) {
        let mut given: Vec<What<'p>> = match info.from_tuple {
            true => {
                self.tuple(args[0]).into_iter().map(|(register, ty)| What::Register(register, ty)).collect()
            }
            false => args.iter().map(|&arg| self.c_argument(arg).unwrap_or(What::Expr(arg))).collect(),
        };
        let packed = info.pack_from.map(|from| given.split_off(from.min(given.len())));
        for (what, &ty) in given.into_iter().zip(params) {
            list.push(Argument::new(what, ty));
        }
        if let (Some(packed), Some(&ty)) = (packed, params.last()) {
            let elem = self.elem(ty);
            let items = packed.into_iter().map(|what| Argument::new(what, elem)).collect();
            list.push(Argument::new(What::Pack(items), ty));
        }
    }

    /// Arguments that need not be copied.
    fn lend(&self, target: Target, list: &mut [Argument<'p>]) {
        let Target::Callable(callable) = target else { return };
        if self.unit.tables.c_functions.contains(&callable) {
            // C gets a copy, whatever it does with it.
            for argument in list.iter_mut() {
                argument.lent = matches!(argument.what, What::Expr(expr) if self.can_lend(expr));
            }
            return self.keep_passed(callable, list);
        }
        let Some(func) = self.unit.callable_func(callable) else { return };
        for (argument, lent) in list.iter_mut().zip(self.unit.lent_params(func)) {
            argument.lent = lent
                && match argument.what {
                    What::Expr(expr) => self.can_lend(expr),
                    What::Receiver(operand, path, ReceiverAdjust::None) => self.can_lend_part(operand, path),
                    _ => false,
                };
        }
    }

    /// Leaves variables in their registers that are made C's on their way to the window.
    fn keep_passed(&self, callable: u32, list: &mut [Argument<'p>]) {
        let Some((first, passes)) = self.unit.tables.passes.get(&callable) else { return };
        for (argument, pass) in list.iter_mut().skip(usize::from(*first)).zip(passes) {
            argument.kept = match argument.what {
                What::Expr(expr) if *pass != ArgumentPass::AsIs => self.in_register(expr),
                _ => None,
            };
        }
    }

    /// All results of a call, in temporaries.
    pub(super) fn tuple(&mut self, expr: ExprId) -> Vec<(Reg, TypeId)> {
        let mut at = self.call(expr);
        let mut list = Vec::new();
        for &ty in self.info().types_of(expr) {
            let register = self.temp(ty);
            self.move_value(self.form(ty), register, at);
            at += self.form(ty).slots();
            list.push((register, ty));
        }
        list
    }

    /// The type of the elements of a slice, array, or pointer to an array.
    pub(super) fn elem(&self, ty: TypeId) -> TypeId {
        match self.types().kind(ty) {
            TypeKind::Slice(elem) | TypeKind::Array(elem, _) => *elem,
            TypeKind::Pointer(target) => match self.types().kind(*target) {
                TypeKind::Array(elem, _) => *elem,
                _ => TypeId::NIL,
            },
            _ => TypeId::NIL,
        }
    }

    /// Fills the window and calls; the results are in the window from the slot that it gives. A struct from C goes to
    /// `into`, else to a new image.
    pub(super) fn call_target(
        &mut self,
        target: Target,
        list: &[Argument<'_>],
        span: Span,
        into: Option<Reg>,
    ) -> Reg {
        let receiver = matches!(target, Target::Method(..)) as usize;
        let total = list.iter().map(|argument| self.types().slots(argument.ty)).sum::<usize>() + receiver;
        if total > MAX_SLOTS {
            self.unit.error(span, format!("a call cannot have more than {MAX_SLOTS} slots of arguments"));
            return WINDOW;
        }
        let into = match target {
            Target::Callable(callable) => self.image_for(callable, into),
            _ => None,
        };
        self.fill_window(list, WINDOW + receiver as u16);
        if let Some(image) = into {
            self.move_value(Form::Ref, WINDOW + total as u16, image);
        }
        if let Target::Callable(callable) = target {
            self.line(span);
            self.pass_to_c(callable, list);
        }
        self.line(span);
        match target {
            Target::Callable(callable) => match self.unit.tables.direct.get(&callable).copied() {
                Some(direct) => self.call_directly(direct, callable, total as u16),
                None => self.wide(Op::Call, WINDOW, callable),
            },
            Target::Value(func) => self.ab(Op::CallValue, WINDOW, func),
            Target::Method(pair, method) => {
                self.ab(Op::CallMethod, WINDOW, pair);
                self.ext(0, method);
            }
        }
        WINDOW + total as u16
    }

    /// Makes the arguments in the window what C takes: each has one slot.
    fn pass_to_c(&mut self, callable: u32, list: &[Argument<'_>]) {
        let Some((first, passes)) = self.unit.tables.passes.get(&callable).cloned() else { return };
        for (index, pass) in (0..).zip(passes) {
            let slot = WINDOW + first + index;
            let kept = list.get(usize::from(first + index)).and_then(|argument| argument.kept);
            let source = kept.unwrap_or(slot);
            match pass {
                ArgumentPass::AsIs => {}
                ArgumentPass::Slice => self.ab(Op::PassSlice, slot, source),
                ArgumentPass::Text => {
                    self.abc(Op::PassText, slot, source, index);
                    self.ext(0, callable);
                }
                ArgumentPass::Int { from, to } => {
                    self.abc(Op::PassInt, slot, source, index);
                    self.ext(0, callable);
                    self.ext(0, (from as u32) << 8 | to as u32);
                }
            }
        }
    }

    /// Calls a C function of so many arguments by itself, and brings its result into its form.
    fn call_directly(&mut self, direct: Direct, callable: u32, args: u16) {
        self.wide(direct.op, WINDOW, callable);
        self.ext(0, args.into());
        let result = WINDOW + args;
        match direct.result {
            Some(Scalar::Bool) => self.ab(Op::Zext8, result, result),
            Some(Scalar::Float32) => self.ab(Op::Zext32, result, result),
            scalar => {
                if let Some(op) = scalar.and_then(wrap_op) {
                    self.ab(op, result, result);
                }
            }
        }
    }

    /// Where a C function writes the struct that it returns.
    fn image_for(&mut self, callable: u32, into: Option<Reg>) -> Option<Reg> {
        let ty = *self.unit.tables.into_results.get(&callable)?;
        Some(into.unwrap_or_else(|| {
            let image = self.regs.temp(Form::Ref);
            self.wide(Op::New, image, ty.number());
            image
        }))
    }

    /// While anything is in the window nothing may allocate. So what comes before the last argument that
    /// does is evaluated to registers first, and that argument into its slot before all others.
    fn fill_window(&mut self, list: &[Argument<'_>], first: Reg) {
        let last = list.iter().rposition(|argument| self.argument_allocates(argument)).unwrap_or(0);
        let staged: Vec<Option<Reg>> =
            list[..last.min(list.len())].iter().map(|arg| self.stage(arg)).collect();
        let slots =
            |list: &[Argument<'_>]| list.iter().map(|arg| self.types().slots(arg.ty) as u16).sum::<u16>();
        let mut slot = first;
        let last_slot = first + slots(&list[..last]);
        if let Some(argument) = list.get(last) {
            self.argument(argument, last_slot);
        }
        for (index, argument) in list.iter().enumerate() {
            let form = self.form(argument.ty);
            match staged.get(index) {
                Some(Some(register)) => self.move_value(form, slot, *register),
                _ if index == last => {}
                _ => self.argument(argument, slot),
            }
            slot += form.slots();
        }
    }

    fn argument_allocates(&self, argument: &Argument<'_>) -> bool {
        if self.is_image(argument.ty) && !argument.lent {
            return !matches!(argument.what, What::Register(..));
        }
        match &argument.what {
            What::Expr(expr) => {
                let boxes_image =
                    self.is_boxing(self.type_of(*expr), argument.ty) && self.is_image(self.type_of(*expr));
                boxes_image || self.unit.allocates(*expr)
            }
            What::Register(_, from) => self.is_boxing(*from, argument.ty) && self.is_image(*from),
            What::Receiver(operand, ..) => self.unit.allocates(*operand),
            What::Pack(items) => !items.is_empty(),
        }
    }

    /// A register with an argument that goes into the window later; none where it is as well evaluated then.
    fn stage(&mut self, argument: &Argument<'_>) -> Option<Reg> {
        match &argument.what {
            What::Register(register, from) if !self.is_boxing(*from, argument.ty) => return Some(*register),
            What::Register(..) => return None,
            What::Pack(items) if items.is_empty() => return None,
            What::Expr(expr) | What::Receiver(expr, [], _)
                if argument.lent && self.in_register(*expr).is_some() =>
            {
                return None;
            }
            What::Expr(expr) if !self.is_image(self.type_of(*expr)) => {
                let steady = self.info().constant(*expr).is_some() || self.is_nil(*expr);
                if steady || self.is_read_late(*expr) {
                    return None;
                }
            }
            What::Receiver(operand, [], ReceiverAdjust::None | ReceiverAdjust::AddressOf)
                if self.in_register(*operand).is_some() && !self.is_image(argument.ty) =>
            {
                return None;
            }
            _ => {}
        }
        let register = self.temp(argument.ty);
        self.argument(argument, register);
        Some(register)
    }

    /// Evaluates an argument into a register or slot.
    pub(super) fn argument(&mut self, argument: &Argument<'_>, dst: Reg) {
        if argument.kept.is_some() {
            return;
        }
        match &argument.what {
            What::Expr(expr) if argument.lent => {
                let mark = self.regs.mark();
                let image = self.operand(*expr);
                self.move_value(Form::Ref, dst, image);
                self.regs.release(mark);
            }
            What::Receiver(operand, path, _) if argument.lent => {
                let mark = self.regs.mark();
                let start = self.loc(*operand);
                let (loc, ty) = self.walk(start, self.type_of(*operand), path);
                let image = self.address(loc, ty);
                self.move_value(Form::Ref, dst, image);
                self.regs.release(mark);
            }
            What::Expr(expr) => self.value_as(*expr, argument.ty, dst),
            What::Register(register, from) => self.move_as(*register, *from, argument.ty, dst),
            What::Receiver(operand, path, adjust) => self.receiver(*operand, path, *adjust, dst),
            What::Pack(items) => {
                let mark = self.regs.mark();
                self.pack(items, argument.ty, dst);
                self.regs.release(mark);
            }
        }
    }

    /// `[]T{…}` of arguments; nil where there are none.
    pub(super) fn pack(&mut self, items: &[Argument<'_>], ty: TypeId, dst: Reg) {
        if items.is_empty() {
            return self.load_bits(dst, 0);
        }
        let elem = self.elem(ty);
        let (slice, data) = self.new_slice(elem, items.len() as u64);
        let is_late = |item: &Argument<'_>| matches!(item.what, What::Expr(expr) if self.is_read_late(expr));
        let (late, early): (Vec<_>, Vec<_>) = (0..).zip(items).partition(|(_, item)| is_late(item));
        for (index, item) in early.into_iter().chain(late) {
            let offset = index * self.size(elem) as u64;
            self.pack_item(item, Loc::Memory { base: data, offset, safe: true }, elem);
        }
        self.move_value(Form::Ref, dst, slice);
    }

    fn pack_item(&mut self, item: &Argument<'_>, place: Loc, elem: TypeId) {
        match item.what {
            What::Expr(expr) => self.init(place, elem, expr),
            What::Register(register, from) => self.settle_place(place, elem, register, from),
            _ => {}
        }
    }

    /// A new slice, and the address of its elements.
    pub(super) fn new_slice(&mut self, elem: TypeId, len: u64) -> (Reg, Reg) {
        let (slice, data) = (self.regs.temp(Form::Ref), self.regs.temp(Form::Ref));
        let count = self.regs.temp(Form::Scalar);
        self.load_bits(count, len as i64);
        self.runtime(RuntimeFn::MakeSlice, [slice, count, NO_REG], (0, elem.number()));
        self.ab(Op::SliceData, data, slice);
        (slice, data)
    }

    /// The receiver that a selector passes.
    pub(super) fn receiver(&mut self, operand: ExprId, path: &[FieldStep], adjust: ReceiverAdjust, dst: Reg) {
        if path.is_empty() && adjust == ReceiverAdjust::None {
            return self.value(operand, dst);
        }
        let mark = self.regs.mark();
        let start = self.loc(operand);
        let (loc, ty) = self.walk(start, self.type_of(operand), path);
        self.adjusted(loc, ty, adjust, dst);
        self.regs.release(mark);
    }

    /// What a method is passed of the value at the end of a path.
    pub(super) fn adjusted(&mut self, loc: Loc, ty: TypeId, adjust: ReceiverAdjust, dst: Reg) {
        match adjust {
            ReceiverAdjust::None => self.load(loc, ty, dst),
            ReceiverAdjust::AddressOf => {
                let address = self.address(loc, ty);
                self.move_value(Form::Ref, dst, address);
            }
            ReceiverAdjust::Deref => {
                let base = self.operand_at(loc, ty);
                self.load(Loc::Memory { base, offset: 0, safe: false }, self.pointee(ty), dst);
            }
        }
    }
}
