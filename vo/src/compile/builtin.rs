//! The built-in functions.

use crate::ast::{BinaryOp, ExprId, ExprKind};
use crate::bytecode::{NO_REG, Op, RuntimeFn};
use crate::check::info::Builtin;
use crate::types::{Scalar, TypeId, TypeKind};

use super::body::Body;
use super::call::{Argument, What};
use super::registers::{Form, Reg};

/// An argument: an expression, or one of the results of the call that all arguments are.
#[derive(Clone, Copy)]
pub(super) enum Given {
    Expr(ExprId),
    Result(Reg, TypeId),
}

impl Body<'_, '_> {
    /// A call of a built-in function; `dst` does not matter for those without a result.
    pub(super) fn builtin(&mut self, expr: ExprId, builtin: Builtin, dst: Reg) {
        let node = self.ast().expr(expr);
        let ExprKind::Call { args, spread, .. } = &node.kind else { return };
        self.line(node.span);
        let ty = self.type_of(expr);
        match (builtin, args.as_slice()) {
            (Builtin::Append, _) => self.append(expr, spread.is_some(), ty, dst),
            (Builtin::Cap, [arg]) => self.length(*arg, Op::Cap, dst),
            (Builtin::Len, [arg]) => self.length(*arg, Op::Len, dst),
            (Builtin::Make, [_, sizes @ ..]) => self.make(ty, sizes, dst),
            (Builtin::Max, _) => self.extreme(expr, ty, false, dst),
            (Builtin::Min, _) => self.extreme(expr, ty, true, dst),
            (Builtin::New, _) => self.new_object(self.pointee(ty), dst),
            _ => {
                let given = self.given(expr);
                self.builtin_of(expr, builtin, &given, dst);
            }
        }
    }

    /// The built-in functions that may be deferred, with their arguments.
    pub(super) fn builtin_of(&mut self, call: ExprId, builtin: Builtin, given: &[Given], dst: Reg) {
        match (builtin, given) {
            (Builtin::Copy, &[to, from]) => self.copy(to, from, dst),
            (Builtin::Clear, &[value]) => self.clear(value),
            (Builtin::Delete, &[map, key]) => self.delete(map, key),
            (Builtin::Panic, &[value]) => {
                let value = self.given_as(value, TypeId::ANY);
                self.abc(Op::Panic, value, 0, 0);
            }
            (Builtin::Print, _) => self.print(RuntimeFn::Print, given),
            (Builtin::Println, _) => self.print(RuntimeFn::Println, given),
            (Builtin::Recover, _) => self.runtime(RuntimeFn::Recover, [dst, 0, 0], (0, 0)),
            _ => self.unit.error(self.ast().expr(call).span, "the compiler does not know this call"),
        }
    }

    pub(super) fn given(&mut self, call: ExprId) -> Vec<Given> {
        let (ExprKind::Call { args, .. }, Some(info)) =
            (&self.ast().expr(call).kind, self.info().calls.get(&call))
        else {
            return Vec::new();
        };
        match info.from_tuple {
            true => {
                self.tuple(args[0]).into_iter().map(|(register, ty)| Given::Result(register, ty)).collect()
            }
            false => args.iter().map(|&arg| Given::Expr(arg)).collect(),
        }
    }

    pub(super) fn given_type(&self, given: Given) -> TypeId {
        match given {
            Given::Expr(expr) => self.type_of(expr),
            Given::Result(_, ty) => ty,
        }
    }

    fn given_operand(&mut self, given: Given) -> Reg {
        match given {
            Given::Expr(expr) => self.operand(expr),
            Given::Result(register, _) => register,
        }
    }

    fn given_as(&mut self, given: Given, ty: TypeId) -> Reg {
        match given {
            Given::Expr(expr) => self.operand_as(expr, ty),
            Given::Result(register, from) if self.is_boxing(from, ty) => {
                let pair = self.regs.temp(Form::Pair);
                self.move_as(register, from, ty, pair);
                pair
            }
            Given::Result(register, _) => register,
        }
    }

    fn length(&mut self, arg: ExprId, op: Op, dst: Reg) {
        let mut ty = self.type_of(arg);
        if let TypeKind::Pointer(target) = self.types().kind(ty) {
            ty = *target;
        }
        match *self.types().kind(ty) {
            TypeKind::Array(_, len) => {
                self.effect(arg);
                self.load_bits(dst, len as i64);
            }
            TypeKind::Map(..) => {
                let map = self.operand(arg);
                self.runtime(RuntimeFn::MapLen, [dst, map, 0], (0, 0));
            }
            _ => {
                let arg = self.operand_now(arg);
                self.ab(op, dst, arg);
            }
        }
    }

    /// Several elements are first put into a slice, so that the capacity grows once and nothing is written
    /// where they do not all fit.
    fn append(&mut self, call: ExprId, spread: bool, ty: TypeId, dst: Reg) {
        let given = self.given(call);
        let [slice, items @ ..] = given.as_slice() else { return };
        let elem = self.elem(ty);
        let slice = self.given_operand(*slice);
        match items {
            [] => self.move_value(Form::Ref, dst, slice),
            [other] if spread => {
                let is_string = *self.types().kind(self.given_type(*other)) == TypeKind::String;
                let other = self.given_operand(*other);
                match is_string {
                    true => self.runtime(RuntimeFn::AppendStr, [dst, slice, other], (0, 0)),
                    false => self.runtime(RuntimeFn::AppendSlice, [dst, slice, other], (0, elem.number())),
                }
            }
            [item] => {
                let item = self.given_as(*item, elem);
                self.abc(Op::Append, dst, slice, item);
                self.ext(0, elem.number());
            }
            items => {
                let packed = self.regs.temp(Form::Ref);
                let what = |item: &Given| match *item {
                    Given::Expr(expr) => What::Expr(expr),
                    Given::Result(register, ty) => What::Register(register, ty),
                };
                let items: Vec<_> = items.iter().map(|item| Argument::new(what(item), elem)).collect();
                self.pack(&items, ty, packed);
                self.runtime(RuntimeFn::AppendSlice, [dst, slice, packed], (0, elem.number()));
            }
        }
    }

    /// `copy(to, from)`, whose result may not be wanted.
    fn copy(&mut self, to: Given, from: Given, dst: Reg) {
        let elem = self.elem(self.given_type(to));
        let is_string = *self.types().kind(self.given_type(from)) == TypeKind::String;
        let (to, from) = (self.given_operand(to), self.given_operand(from));
        match is_string {
            true => self.runtime(RuntimeFn::CopyStr, [dst, to, from], (0, 0)),
            false => self.runtime(RuntimeFn::CopySlice, [dst, to, from], (0, elem.number())),
        }
    }

    fn clear(&mut self, given: Given) {
        let ty = self.given_type(given);
        let value = self.given_operand(given);
        match *self.types().kind(ty) {
            TypeKind::Map(..) => self.runtime(RuntimeFn::MapClear, [value, 0, 0], (0, 0)),
            _ => self.runtime(RuntimeFn::ClearSlice, [value, 0, 0], (0, self.elem(ty).number())),
        }
    }

    fn delete(&mut self, map: Given, key: Given) {
        let ty = self.given_type(map);
        let TypeKind::Map(key_type, _) = *self.types().kind(ty) else { return };
        let (map, key) = (self.given_operand(map), self.given_as(key, key_type));
        self.runtime(RuntimeFn::MapDelete, [map, key, 0], (0, ty.number()));
    }

    fn make(&mut self, ty: TypeId, sizes: &[ExprId], dst: Reg) {
        match *self.types().kind(ty) {
            TypeKind::Map(..) => {
                sizes.iter().for_each(|&size| self.effect(size));
                self.runtime(RuntimeFn::MakeMap, [dst, 0, 0], (0, ty.number()));
            }
            _ => {
                let [len, capacity] = [0, 1].map(|index| match sizes.get(index) {
                    Some(&size) => self.operand(size),
                    None => NO_REG,
                });
                self.runtime(RuntimeFn::MakeSlice, [dst, len, capacity], (0, self.elem(ty).number()));
            }
        }
    }

    fn extreme(&mut self, call: ExprId, ty: TypeId, least: bool, dst: Reg) {
        let given = self.given(call);
        let operands: Vec<Reg> = given.into_iter().map(|given| self.given_operand(given)).collect();
        let [first, rest @ ..] = operands.as_slice() else { return };
        let best = self.temp(ty);
        self.move_value(self.form(ty), best, *first);
        for &other in rest {
            match self.types().kind(ty) {
                TypeKind::Scalar(scalar) if scalar.is_float() => {
                    self.extreme_float(*scalar, least, best, other)
                }
                _ => self.extreme_ordered(ty, least, best, other),
            }
        }
        self.move_value(self.form(ty), dst, best);
    }

    fn extreme_float(&mut self, scalar: Scalar, least: bool, best: Reg, other: Reg) {
        let function = if least { RuntimeFn::MinF } else { RuntimeFn::MaxF };
        if scalar == Scalar::Float64 {
            return self.runtime(function, [best, best, other], (0, 0));
        }
        let (a, b) = (self.regs.temp(Form::Scalar), self.regs.temp(Form::Scalar));
        self.ab(Op::F32ToF64, a, best);
        self.ab(Op::F32ToF64, b, other);
        self.runtime(function, [a, a, b], (0, 0));
        self.ab(Op::F64ToF32, best, a);
    }

    fn extreme_ordered(&mut self, ty: TypeId, least: bool, best: Reg, other: Reg) {
        let keep = self.label();
        let (small, large) = if least { (best, other) } else { (other, best) };
        match self.types().kind(ty) {
            TypeKind::String => {
                let order = self.regs.temp(Form::Scalar);
                self.abc(Op::CmpStr, order, small, large);
                self.jump_on(Op::JumpLeI, order, 0, keep);
            }
            TypeKind::Scalar(scalar) if scalar.class() == crate::types::Class::Unsigned => {
                self.jump_on(Op::JumpLeU, small, large, keep);
            }
            _ => self.jump_ints(BinaryOp::LessEqual, small, large, keep),
        }
        self.move_value(self.form(ty), best, other);
        self.bind(keep);
    }

    fn print(&mut self, function: RuntimeFn, given: &[Given]) {
        let first = self.regs.run(Form::Pair, given.len().max(1));
        for (index, given) in (0..).zip(given) {
            match *given {
                Given::Expr(arg) => self.value_as(arg, TypeId::ANY, first + 2 * index),
                Given::Result(register, ty) => self.move_as(register, ty, TypeId::ANY, first + 2 * index),
            }
        }
        self.runtime(function, [first, given.len() as u16, 0], (0, 0));
    }
}
