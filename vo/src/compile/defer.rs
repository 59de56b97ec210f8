//! `defer`: each function that has one keeps a list of func values, and runs them in the end.
//!
//! A deferred call of anything but a func value without arguments becomes one: a wrapper that has captured what was
//! evaluated when the statement ran. All ways out of the function, a panic too, lead to the code at
//! [`Defers::run`].

use crate::ast::ExprId;
use crate::bytecode::{Label, Op};
use crate::check::info::{Builtin, CallKind};
use crate::source::Span;
use crate::types::{FuncType, TypeId, TypeKind};

use super::body::{Body, Head};
use super::builtin::Given;
use super::call::{Argument, Target, What};
use super::place::Loc;
use super::registers::{Form, Reg, WINDOW};
use super::unit::Unit;

/// The deferred functions of a function in the making.
#[derive(Clone, Copy, Debug)]
pub(super) struct Defers {
    /// The list: a node of the type [`Info::defer_node`](crate::check::info::Info::defer_node), the rest of the list
    /// and a func value, or nil.
    list: Reg,
    /// Where it is run.
    pub(super) run: Label,
}

/// What a wrapper does.
#[derive(Clone, Copy)]
enum Deferred {
    Callable(u32),
    /// The first capture is a func value.
    Value,
    /// The first capture is an interface; the method has this id.
    Method(u32),
    Builtin(Builtin),
}

impl Unit<'_> {
    /// A function without parameters that has captured values of these types.
    fn defer_wrapper(&mut self, deferred: Deferred, types: &[TypeId], call: ExprId) -> u32 {
        let head = Head {
            name: "deferred call".into(),
            ty: FuncType { params: Vec::new(), variadic: false, results: Vec::new() },
            param_names: Vec::new(),
            has_captures: true,
            is_wrapper: true,
            span: self.ast.expr(call).span,
        };
        let mut body = Body::new(self);
        body.open_scope();
        let captured = body.load_deferred(types);
        body.call_deferred(deferred, &captured, call);
        body.abc(Op::Return, 0, 0, 0);
        let function = body.finish(head);
        self.add_callable(function)
    }
}

impl Body<'_, '_> {
    /// At the entry of a function with deferred functions. What it returns is whatever is in its results when they have
    /// run, so its results always have a value.
    pub(super) fn start_defers(&mut self) {
        let list = self.regs.add(Form::Ref);
        let run = self.label();
        self.defers = Some(Defers { list, run });
    }

    /// Gives results without names their first value.
    pub(super) fn zero_results(&mut self) {
        for index in 0..self.results.len() {
            let result = self.results[index];
            if result.var.is_none() {
                self.zero(result.ty, result.register);
            }
        }
    }

    /// The code that all ways out of the function lead to.
    pub(super) fn run_defers(&mut self) {
        let Some(Defers { list, run }) = self.defers else { return };
        let done = self.label();
        self.bind(run);
        self.jump_if(list, false, done);
        let mark = self.regs.mark();
        let func = self.regs.temp(Form::Ref);
        self.load_field(Op::Load64, func, list, 8);
        self.load_field(Op::Load64, list, list, 0);
        self.ab(Op::CallValue, WINDOW, func);
        self.regs.release(mark);
        self.jump(run);
        self.bind(done);
        self.abc(Op::EndDefers, 0, 0, 0);
        self.load_results();
        self.abc(Op::Return, 0, 0, 0);
    }

    /// `defer call`
    pub(super) fn defer(&mut self, call: ExprId) {
        let Some(Defers { list, .. }) = self.defers else {
            return self
                .unit
                .error(self.ast().expr(call).span, "the compiler does not know this function's defers");
        };
        let func = self.deferred(call);
        let node = self.regs.temp(Form::Ref);
        let pointer = TypeId::ERROR_STRING_PTR;
        let Some(node_type) = self.info().defer_node else { return };
        self.new_object(node_type, node);
        self.store(Loc::Memory { base: node, offset: 0, safe: true }, pointer, list);
        self.store(Loc::Memory { base: node, offset: 8, safe: true }, pointer, func);
        self.move_value(Form::Ref, list, node);
    }

    /// A func value that makes the call later.
    fn deferred(&mut self, call: ExprId) -> Reg {
        let call = self.ast().unparen(call);
        let Some(info) = self.info().calls.get(&call) else { return self.regs.temp(Form::Ref) };
        if let CallKind::Builtin(builtin) = info.kind {
            let (captured, types) = self.evaluate_given(call, builtin);
            return self.wrap_call(Deferred::Builtin(builtin), captured, types, call);
        }
        let Some((target, list)) = self.prepare_call(call) else { return self.regs.temp(Form::Ref) };
        let func = self.regs.temp(Form::Ref);
        let (mut captured, mut types) = (Vec::new(), Vec::new());
        let deferred = match target {
            Target::Callable(callable) if list.is_empty() => {
                self.func_value(callable, func);
                return func;
            }
            Target::Callable(callable) => Deferred::Callable(callable),
            Target::Value(value) => {
                self.move_value(Form::Ref, func, value);
                if list.is_empty() {
                    return func;
                }
                captured.push(func);
                types.push(info.ty);
                Deferred::Value
            }
            Target::Method(pair, method) => {
                let own = self.regs.temp(Form::Pair);
                self.abc(Op::CheckNil, pair, 0, 0);
                self.move_value(Form::Pair, own, pair);
                captured.push(own);
                types.push(TypeId::ANY);
                Deferred::Method(method)
            }
        };
        for argument in &list {
            let register = self.temp(argument.ty);
            self.argument(argument, register);
            captured.push(register);
            types.push(argument.ty);
        }
        self.wrap_call(deferred, captured, types, call)
    }

    /// The arguments of a built-in function, and their types.
    fn evaluate_given(&mut self, call: ExprId, builtin: Builtin) -> (Vec<Reg>, Vec<TypeId>) {
        let given = self.given(call);
        let first = given.first().map(|&first| self.given_type(first));
        let mut registers = Vec::new();
        let mut types = Vec::new();
        for (index, given) in given.into_iter().enumerate() {
            let ty = match (builtin, index, first.map(|map| self.types().kind(map))) {
                (Builtin::Panic | Builtin::Print | Builtin::Println, ..) => TypeId::ANY,
                (Builtin::Delete, 1, Some(&TypeKind::Map(key, _))) => key,
                _ => self.given_type(given),
            };
            let register = self.temp(ty);
            match given {
                Given::Expr(expr) => self.value_as(expr, ty, register),
                Given::Result(value, from) => self.move_as(value, from, ty, register),
            }
            registers.push(register);
            types.push(ty);
        }
        (registers, types)
    }

    /// A closure over these values.
    fn wrap_call(&mut self, deferred: Deferred, values: Vec<Reg>, types: Vec<TypeId>, call: ExprId) -> Reg {
        let run = self.regs.run(Form::Ref, values.len().max(1));
        for (index, (&value, &ty)) in (0..).zip(values.iter().zip(&types)) {
            if self.is_bound_directly(ty) {
                self.move_value(Form::Ref, run + index, value);
            } else {
                self.new_object(ty, run + index);
                self.store(Loc::Memory { base: run + index, offset: 0, safe: true }, ty, value);
            }
        }
        let callable = self.unit.defer_wrapper(deferred, &types, call);
        let func = self.regs.temp(Form::Ref);
        self.make_closure(func, run, values.len() as u16, callable);
        func
    }

    /// In a wrapper: what it has captured.
    fn load_deferred(&mut self, types: &[TypeId]) -> Vec<(Reg, TypeId)> {
        let func = self.regs.add(Form::Ref);
        let mut values = Vec::new();
        for (index, &ty) in types.iter().enumerate() {
            let captured = self.regs.temp(Form::Ref);
            self.load_field(Op::Load64, captured, func, 8 + 8 * index as u64);
            let value = match self.is_bound_directly(ty) {
                true => captured,
                false => {
                    let value = self.temp(ty);
                    self.load(Loc::Memory { base: captured, offset: 0, safe: true }, ty, value);
                    value
                }
            };
            values.push((value, ty));
        }
        values
    }

    /// In a wrapper: the call.
    fn call_deferred(&mut self, deferred: Deferred, captured: &[(Reg, TypeId)], call: ExprId) {
        if let Deferred::Builtin(builtin) = deferred {
            let given: Vec<Given> = captured.iter().map(|&(value, ty)| Given::Result(value, ty)).collect();
            let unwanted = self.regs.temp(Form::Pair);
            return self.builtin_of(call, builtin, &given, unwanted);
        }
        let (target, args) = match (deferred, captured) {
            (Deferred::Callable(callable), args) => (Target::Callable(callable), args),
            (Deferred::Value, [(func, _), args @ ..]) => (Target::Value(*func), args),
            (Deferred::Method(method), [(pair, _), args @ ..]) => (Target::Method(*pair, method), args),
            _ => return,
        };
        let list: Vec<Argument<'_>> =
            args.iter().map(|&(value, ty)| Argument::new(What::Register(value, ty), ty)).collect();
        self.call_target(target, &list, Span::default(), None);
    }
}
