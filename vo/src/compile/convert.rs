//! Conversions: between types, to interfaces, and back.

use crate::ast::{BinaryOp, ExprId};
use crate::bytecode::{Op, RuntimeFn};
use crate::check::info::Resolved;
use crate::types::{Class, Scalar, TypeId, TypeKind};

use super::arith::wrap_op;
use super::body::Body;
use super::registers::{Form, Reg};

impl Body<'_, '_> {
    pub(super) fn is_nil(&self, expr: ExprId) -> bool {
        self.info().resolved.get(&self.ast().unparen(expr)) == Some(&Resolved::Nil)
    }

    /// Whether a value of one type is put into an interface where the other is wanted.
    pub(super) fn is_boxing(&self, from: TypeId, to: TypeId) -> bool {
        self.is_interface(to) && !self.is_interface(from)
    }

    /// As [`Body::value`], converted to the type of its target.
    pub(super) fn value_as(&mut self, expr: ExprId, ty: TypeId, dst: Reg) {
        if self.value_from_c(expr, ty, dst) {
            return;
        }
        let from = self.type_of(expr);
        if !self.is_boxing(from, ty) {
            return self.value(expr, dst);
        }
        if self.is_nil(expr) {
            return self.zero(ty, dst);
        }
        let mark = self.regs.mark();
        let source = match self.is_fresh(expr) {
            true => self.operand(expr),
            false => self.operand_now(expr),
        };
        self.put_in_interface(source, from, self.is_fresh(expr), dst);
        self.regs.release(mark);
    }

    /// As [`Body::operand`], converted to the type of its target.
    pub(super) fn operand_as(&mut self, expr: ExprId, ty: TypeId) -> Reg {
        if self.info().from_c.contains_key(&self.ast().unparen(expr)) {
            let register = self.temp(ty);
            self.value_as(expr, ty, register);
            return register;
        }
        if !self.is_boxing(self.type_of(expr), ty) {
            return self.operand(expr);
        }
        let pair = self.regs.temp(Form::Pair);
        self.value_as(expr, ty, pair);
        pair
    }

    /// As [`Body::operand_now`], converted to the type of its target.
    pub(super) fn operand_now_as(&mut self, expr: ExprId, ty: TypeId) -> Reg {
        let converts = self.info().from_c.contains_key(&self.ast().unparen(expr));
        match converts || self.is_boxing(self.type_of(expr), ty) {
            true => self.operand_as(expr, ty),
            false => self.operand_now(expr),
        }
    }

    /// Puts a value of a concrete type into an interface; an image is copied unless it is `fresh`.
    pub(super) fn put_in_interface(&mut self, source: Reg, ty: TypeId, fresh: bool, dst: Reg) {
        let mut source = source;
        if self.is_image(ty) && !fresh {
            let copy = self.regs.temp(Form::Ref);
            self.ab(Op::CopyImage, copy, source);
            self.ext(0, ty.number());
            source = copy;
        }
        match u16::try_from(ty.number()) {
            Ok(number) => self.abc(Op::Interface, dst, source, number),
            Err(_) => {
                let word = self.regs.temp(Form::Scalar);
                self.load_bits(word, ty.number() as i64);
                self.ab(Op::Move, dst + 1, source);
                self.ab(Op::Move, dst, word);
            }
        }
    }

    /// Moves a value where the target's type may be an interface; an image is the target's own from then on.
    pub(super) fn move_as(&mut self, source: Reg, from: TypeId, to: TypeId, dst: Reg) {
        match self.is_boxing(from, to) {
            true => self.put_in_interface(source, from, true, dst),
            false => self.move_value(self.form(to), dst, source),
        }
    }

    /// `T(x)`
    pub(super) fn conversion(&mut self, operand: ExprId, to: TypeId, dst: Reg) {
        let from = self.type_of(operand);
        let types = self.types();
        if let (Some(from), Some(to)) = (types.as_scalar(from), types.as_scalar(to)) {
            let source = self.operand_now(operand);
            return self.convert_number(from, to, source, dst);
        }
        if let TypeKind::Slice(_) = types.kind(from) {
            match *types.kind(to) {
                TypeKind::Pointer(array) => return self.slice_to_array(operand, array, dst),
                TypeKind::Array(..) => return self.array_of_slice(operand, to, dst),
                _ => {}
            }
        }
        let function = match (types.kind(from), types.kind(to)) {
            (TypeKind::Scalar(_), TypeKind::String) => RuntimeFn::RuneToStr,
            (TypeKind::String, TypeKind::Slice(elem)) => match types.layout(*elem).size {
                1 => RuntimeFn::StrToBytes,
                _ => RuntimeFn::StrToRunes,
            },
            (TypeKind::Slice(elem), TypeKind::String) => match types.layout(*elem).size {
                1 => RuntimeFn::BytesToStr,
                _ => RuntimeFn::RunesToStr,
            },
            (TypeKind::Array(..), TypeKind::String) => {
                let image = self.operand(operand);
                return self.runtime(RuntimeFn::CharsToStr, [dst, image, 0], (0, from.number()));
            }
            (TypeKind::Pointer(_) | TypeKind::Scalar(_), TypeKind::Pointer(target))
                if types.underlying(from) != types.underlying(to) =>
            {
                return self.pointer_conversion(operand, *target, dst);
            }
            (TypeKind::Pointer(_), TypeKind::Scalar(_)) => return self.value(operand, dst),
            _ => return self.value_as(operand, to, dst),
        };
        let source = self.operand(operand);
        self.runtime(function, [dst, source, 0], (0, 0));
    }

    /// `(*[N]T)(x)` of a slice.
    fn slice_to_array(&mut self, operand: ExprId, array: TypeId, dst: Reg) {
        let source = self.operand(operand);
        self.runtime(RuntimeFn::SliceToArray, [dst, source, 0], (0, array.number()));
    }

    /// `[N]T(x)` of a slice: a copy of its first elements.
    fn array_of_slice(&mut self, operand: ExprId, array: TypeId, dst: Reg) {
        let elements = self.regs.temp(Form::Ref);
        self.slice_to_array(operand, array, elements);
        match self.types().kind(array) {
            // A nil slice has no elements to copy.
            TypeKind::Array(_, 0) => self.new_object(array, dst),
            _ => {
                self.ab(Op::CopyImage, dst, elements);
                self.ext(0, array.number());
            }
        }
    }

    fn convert_number(&mut self, from: Scalar, to: Scalar, source: Reg, dst: Reg) {
        match (from.is_float(), to.is_float()) {
            (false, false) => match wrap_op(to).filter(|_| !fits(from, to)) {
                Some(op) => self.ab(op, dst, source),
                None => self.move_value(Form::Scalar, dst, source),
            },
            (false, true) => {
                let unsigned = from.class() == Class::Unsigned && from.size() == 8;
                let op = match (unsigned, to) {
                    (false, Scalar::Float32) => Op::IntToF32,
                    (true, Scalar::Float32) => Op::UintToF32,
                    (false, _) => Op::IntToF64,
                    (true, _) => Op::UintToF64,
                };
                self.ab(op, dst, source);
            }
            (true, true) => match (from, to) {
                (Scalar::Float32, Scalar::Float64) => self.ab(Op::F32ToF64, dst, source),
                (Scalar::Float64, Scalar::Float32) => self.ab(Op::F64ToF32, dst, source),
                _ => self.move_value(Form::Scalar, dst, source),
            },
            (true, false) => {
                let mut source = source;
                if from == Scalar::Float32 {
                    self.ab(Op::F32ToF64, dst, source);
                    source = dst;
                }
                let unsigned = to.class() == Class::Unsigned && to.size() == 8;
                self.ab(if unsigned { Op::F64ToUint } else { Op::F64ToInt }, dst, source);
                self.wrap(to, dst);
            }
        }
    }

    // ---- x.(T)

    /// `x.(T)`, which panics.
    pub(super) fn assert_value(&mut self, operand: ExprId, ty: TypeId, dst: Reg) {
        let pair = self.assert_pair(operand, ty);
        if self.is_interface(ty) {
            return self.move_value(Form::Pair, dst, pair);
        }
        if self.is_image(ty) {
            self.ab(Op::CopyImage, dst, pair + 1);
            return self.ext(0, ty.number());
        }
        self.ab(Op::Move, dst, pair + 1);
    }

    /// `x.(T)` of a struct or array, whose image is not copied.
    pub(super) fn assert_image(&mut self, operand: ExprId, ty: TypeId, dst: Reg) {
        let pair = self.assert_pair(operand, ty);
        self.ab(Op::Move, dst, pair + 1);
    }

    fn assert_pair(&mut self, operand: ExprId, ty: TypeId) -> Reg {
        let interface = self.type_of(operand);
        match self.is_interface(ty) {
            true => {
                let pair = self.operand(operand);
                self.unit.use_interface(ty);
                self.runtime(RuntimeFn::AssertInterface, [pair, 0, 0], (0, ty.number()));
                pair
            }
            false => {
                let pair = self.operand(operand);
                self.ab(Op::AssertType, pair, 0);
                self.ext(0, ty.number());
                self.ext(0, interface.number());
                pair
            }
        }
    }

    /// `x.(T)` with `ok`: both into temporaries.
    pub(super) fn assert_ok(&mut self, operand: ExprId, ty: TypeId) -> [Reg; 2] {
        let (value, ok) = (self.temp(ty), self.regs.temp(Form::Scalar));
        let pair = self.operand(operand);
        let end = self.label();
        if self.is_image(ty) {
            let (fail, copied) = (self.label(), self.label());
            self.type_test(pair, ty, ok);
            self.jump_if(ok, false, fail);
            self.ab(Op::CopyImage, value, pair + 1);
            self.ext(0, ty.number());
            self.jump(copied);
            self.bind(fail);
            self.new_object(ty, value);
            self.bind(copied);
        } else {
            self.type_test(pair, ty, ok);
            self.zero(ty, value);
            self.jump_if(ok, false, end);
            match self.is_interface(ty) {
                true => self.move_value(Form::Pair, value, pair),
                false => self.ab(Op::Move, value, pair + 1),
            }
        }
        self.bind(end);
        [value, ok]
    }

    /// `ok =` whether an interface holds a value of the type.
    fn type_test(&mut self, word: Reg, ty: TypeId, ok: Reg) {
        if self.is_interface(ty) {
            return self.implements(word, ty, ok);
        }
        match i16::try_from(ty.number()) {
            Ok(number) => self.abc(Op::EqI, ok, word, number as u16),
            Err(_) => {
                self.load_bits(ok, ty.number() as i64);
                self.abc(Op::Eq, ok, word, ok);
            }
        }
    }

    fn implements(&mut self, word: Reg, ty: TypeId, ok: Reg) {
        self.unit.use_interface(ty);
        self.ab(Op::Implements, ok, word);
        self.ext(0, ty.number());
    }

    /// Goes to the label where an interface holds a value of the type.
    pub(super) fn jump_if_type(&mut self, word: Reg, ty: TypeId, to: crate::bytecode::Label) {
        let mark = self.regs.mark();
        let scratch = self.regs.temp(Form::Scalar);
        if self.is_interface(ty) {
            self.implements(word, ty, scratch);
            self.jump_if(scratch, true, to);
        } else if let Ok(number) = i16::try_from(ty.number()) {
            self.jump_on(Op::JumpEqI, word, number as u16, to);
        } else {
            self.load_bits(scratch, ty.number() as i64);
            self.jump_ints(BinaryOp::Equal, word, scratch, to);
        }
        self.regs.release(mark);
    }
}

/// Whether every value of one integer type is a value of the other, in the same form.
fn fits(from: Scalar, to: Scalar) -> bool {
    match (from.range(), to.range()) {
        (Some((low, high)), Some((lowest, highest))) => lowest <= low && high <= highest,
        _ => false,
    }
}
