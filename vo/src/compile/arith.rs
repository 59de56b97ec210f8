//! Arithmetic: operators on numbers and strings.

use crate::ast::{BinaryOp, ExprId, ExprKind, UnaryOp};
use crate::bytecode::Op;
use crate::types::{Class, Scalar, TypeId, TypeKind};

use super::body::Body;
use super::registers::{Form, Reg};

/// So many strings are joined at once.
const MAX_JOINED: usize = 200;

/// The flag of a concatenation that takes the place of its first string.
const GROWS: u8 = 1;

/// The right operand of an operator.
#[derive(Clone, Copy)]
pub(super) enum Right {
    /// Not evaluated yet.
    Expr(ExprId),
    /// Evaluated, of this type.
    Register(Reg, TypeId),
    /// The number 1 of `++` and `--`.
    One,
}

impl Body<'_, '_> {
    /// `a + b * c …`: chains of operators, which are deep on the left, are taken one after the other.
    pub(super) fn binary(&mut self, expr: ExprId, ty: TypeId, dst: Reg) {
        if *self.types().kind(ty) == TypeKind::String {
            return self.join(expr, dst);
        }
        let mut chain = Vec::new();
        let mut first = expr;
        while let Some((op, left, right)) = self.arithmetic(first) {
            chain.push((op, right));
            first = left;
        }
        let Some(&(_, second)) = chain.last() else { return };
        let mut before = None;
        let mut left = if chain.iter().all(|link| !self.unit.allocates(link.1)) {
            self.operand_now(first)
        } else if self.unit.allocates(second) && self.is_read_late(first) {
            before = Some(Right::Register(self.operand(second), self.type_of(second)));
            self.operand(first)
        } else {
            self.operand(first)
        };
        let mut target = None;
        for (rest, (op, right)) in (0..chain.len()).rev().zip(chain.into_iter().rev()) {
            let result = match rest {
                0 => dst,
                _ => *target.get_or_insert_with(|| self.regs.temp(Form::Scalar)),
            };
            let mark = self.regs.mark();
            self.apply(op, ty, result, left, before.take().unwrap_or(Right::Expr(right)));
            self.regs.release(mark);
            left = result;
        }
    }

    /// An operator on values that are not known before the program runs.
    fn arithmetic(&self, expr: ExprId) -> Option<(BinaryOp, ExprId, ExprId)> {
        let expr = self.ast().unparen(expr);
        match self.ast().expr(expr).kind {
            ExprKind::Binary { op, left, right, .. }
                if self.info().constant(expr).is_none() && !self.is_pointer_arithmetic(expr) =>
            {
                Some((op, left, right))
            }
            _ => None,
        }
    }

    /// `dst = left op right`, all of the type but the count of a shift.
    pub(super) fn apply(&mut self, op: BinaryOp, ty: TypeId, dst: Reg, left: Reg, right: Right) {
        let scalar = match self.types().kind(ty) {
            TypeKind::Scalar(scalar) => *scalar,
            TypeKind::Pointer(target) => return self.step(op, *target, dst, left, right),
            _ => return self.join_to(dst, left, right),
        };
        if op.is_shift() {
            return self.shift(op, scalar, dst, left, right);
        }
        if scalar.is_float() {
            let right = self.right(right, scalar);
            return self.abc(float_op(op, scalar), dst, left, right);
        }
        let unsigned_word = scalar.class() == Class::Unsigned && scalar.size() == 8;
        match self.right_constant(right).and_then(|value| immediate_op(op, value, unsigned_word)) {
            Some((op, value)) => self.abc(op, dst, left, value as u16),
            None => {
                let right = self.right(right, scalar);
                self.abc(int_op(op, scalar.class()), dst, left, right);
            }
        }
        // The smallest number divided by -1 is too large.
        let signed_quotient = op == BinaryOp::Div && scalar.class() == Class::Signed;
        if signed_quotient || matches!(op, BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul) {
            self.wrap(scalar, dst);
        }
    }

    pub(super) fn right_constant(&self, right: Right) -> Option<i128> {
        match right {
            Right::Expr(expr) => self.int_constant(expr),
            Right::Register(..) => None,
            Right::One => Some(1),
        }
    }

    pub(super) fn right(&mut self, right: Right, scalar: Scalar) -> Reg {
        match right {
            Right::Expr(expr) => self.operand_now(expr),
            Right::Register(register, _) => register,
            Right::One => {
                let one = self.regs.temp(Form::Scalar);
                let bits = match scalar {
                    Scalar::Float32 => 1f32.to_bits() as i64,
                    Scalar::Float64 => 1f64.to_bits() as i64,
                    _ => 1,
                };
                self.load_bits(one, bits);
                one
            }
        }
    }

    /// Brings the result of an operation on 64 bits into the form of its type.
    pub(super) fn wrap(&mut self, scalar: Scalar, dst: Reg) {
        if let Some(op) = wrap_op(scalar) {
            self.ab(op, dst, dst);
        }
    }

    fn shift(&mut self, op: BinaryOp, scalar: Scalar, dst: Reg, left: Reg, right: Right) {
        let signed = scalar.class() == Class::Signed;
        let [by_register, by_constant] = match op {
            BinaryOp::Shl => [Op::Shl, Op::ShlI],
            _ if signed => [Op::Shr, Op::ShrI],
            _ => [Op::ShrU, Op::ShrUI],
        };
        match self.right_constant(right) {
            Some(count @ 0..64) => self.abc(by_constant, dst, left, count as u16),
            Some(_) if op == BinaryOp::Shr && signed => self.abc(by_constant, dst, left, 63),
            Some(_) => return self.load_bits(dst, 0),
            None => {
                let ty = match right {
                    Right::Expr(expr) => self.type_of(expr),
                    Right::Register(_, ty) => ty,
                    Right::One => TypeId::INT,
                };
                let count = self.right(right, scalar);
                if self.types().as_scalar(ty).map(Scalar::class) == Some(Class::Signed) {
                    self.abc(Op::CheckShift, count, 0, 0);
                }
                self.abc(by_register, dst, left, count);
            }
        }
        if op == BinaryOp::Shl {
            self.wrap(scalar, dst);
        }
    }

    pub(super) fn unary(&mut self, op: UnaryOp, operand: ExprId, ty: TypeId, dst: Reg) {
        let Some(scalar) = self.types().as_scalar(ty) else { return };
        if op == UnaryOp::Plus {
            return self.value(operand, dst);
        }
        let operand = self.operand_now(operand);
        match (op, scalar) {
            (UnaryOp::Complement, _) => self.ab(Op::Com, dst, operand),
            (_, Scalar::Float64) => return self.ab(Op::NegF, dst, operand),
            (_, Scalar::Float32) => return self.ab(Op::NegF32, dst, operand),
            _ => self.ab(Op::Neg, dst, operand),
        }
        self.wrap(scalar, dst);
    }

    /// Joins the strings of a chain of `+`.
    fn join(&mut self, expr: ExprId, dst: Reg) {
        let parts = self.parts(expr);
        self.join_parts(None, parts, dst);
    }

    fn join_to(&mut self, dst: Reg, left: Reg, right: Right) {
        match right {
            Right::Expr(expr) => {
                let parts = self.parts(expr);
                self.join_parts(Some(left), parts, dst);
            }
            Right::Register(right, _) => {
                let run = self.regs.run(Form::Ref, 2);
                self.ab(Op::Move, run, left);
                self.ab(Op::Move, run + 1, right);
                self.flagged(Op::Concat, GROWS, [dst, run, 2]);
            }
            Right::One => {}
        }
    }

    /// The operands of a chain of `+`, in order.
    fn parts(&self, expr: ExprId) -> Vec<ExprId> {
        let mut parts = Vec::new();
        let mut first = expr;
        while let Some((_, left, right)) = self.arithmetic(first) {
            parts.push(right);
            first = left;
        }
        parts.push(first);
        parts.reverse();
        parts
    }

    fn join_parts(&mut self, before: Option<Reg>, mut parts: Vec<ExprId>, dst: Reg) {
        let mut before = before;
        let replaces_first = parts.first().is_some_and(|&first| self.in_register(first) == Some(dst));
        let flags = if before.is_some() || replaces_first { GROWS } else { 0 };
        // What is joined so far; only very long chains need it.
        let so_far = (parts.len() > MAX_JOINED).then(|| self.regs.temp(Form::Ref));
        while !parts.is_empty() {
            let taken = parts.len().min(MAX_JOINED);
            let mark = self.regs.mark();
            let run = self.regs.run(Form::Ref, taken + 1);
            if let Some(before) = before {
                self.ab(Op::Move, run, before);
            }
            for (index, part) in (1..).zip(parts.drain(..taken)) {
                self.value(part, run + index);
            }
            let skip = u16::from(before.is_none());
            let result = so_far.filter(|_| !parts.is_empty()).unwrap_or(dst);
            self.flagged(Op::Concat, flags, [result, run + skip, taken as u16 + 1 - skip]);
            self.regs.release(mark);
            before = so_far;
        }
    }
}

/// What brings 64 bits into the form of a narrower integer.
pub(super) fn wrap_op(scalar: Scalar) -> Option<Op> {
    match (scalar.class(), scalar.size()) {
        (Class::Signed, 1) => Some(Op::Sext8),
        (Class::Signed, 2) => Some(Op::Sext16),
        (Class::Signed, 4) => Some(Op::Sext32),
        (Class::Unsigned, 1) => Some(Op::Zext8),
        (Class::Unsigned, 2) => Some(Op::Zext16),
        (Class::Unsigned, 4) => Some(Op::Zext32),
        _ => None,
    }
}

fn float_op(op: BinaryOp, scalar: Scalar) -> Op {
    match (op, scalar) {
        (BinaryOp::Add, Scalar::Float32) => Op::AddF32,
        (BinaryOp::Sub, Scalar::Float32) => Op::SubF32,
        (BinaryOp::Mul, Scalar::Float32) => Op::MulF32,
        (_, Scalar::Float32) => Op::DivF32,
        (BinaryOp::Add, _) => Op::AddF,
        (BinaryOp::Sub, _) => Op::SubF,
        (BinaryOp::Mul, _) => Op::MulF,
        _ => Op::DivF,
    }
}

fn int_op(op: BinaryOp, class: Class) -> Op {
    match (op, class) {
        (BinaryOp::Add, _) => Op::Add,
        (BinaryOp::Sub, _) => Op::Sub,
        (BinaryOp::Mul, _) => Op::Mul,
        (BinaryOp::Div, Class::Unsigned) => Op::DivU,
        (BinaryOp::Div, _) => Op::Div,
        (BinaryOp::Rem, Class::Unsigned) => Op::RemU,
        (BinaryOp::Rem, _) => Op::Rem,
        (BinaryOp::And, _) => Op::And,
        (BinaryOp::Or, _) => Op::Or,
        (BinaryOp::Xor, _) => Op::Xor,
        _ => Op::AndNot,
    }
}

/// The operation with a constant on the right, where there is one. Narrower unsigned numbers are never
/// negative in 64 bits, so that signed division serves them.
fn immediate_op(op: BinaryOp, value: i128, unsigned_word: bool) -> Option<(Op, i16)> {
    let small = i16::try_from(value).ok();
    let power = (value > 0 && value & (value - 1) == 0).then(|| value.trailing_zeros() as i16);
    match op {
        BinaryOp::Add => Some((Op::AddI, small?)),
        BinaryOp::Sub => Some((Op::AddI, i16::try_from(-value).ok()?)),
        BinaryOp::Mul => Some((Op::MulI, small?)),
        BinaryOp::And => Some((Op::AndI, small?)),
        BinaryOp::Div if unsigned_word => Some((Op::ShrUI, power?)),
        BinaryOp::Rem if unsigned_word => {
            power.and(i16::try_from(value - 1).ok()).map(|mask| (Op::AndI, mask))
        }
        BinaryOp::Div => Some((Op::DivI, small.filter(|value| !matches!(value, 0 | -1))?)),
        BinaryOp::Rem => Some((Op::RemI, small.filter(|value| !matches!(value, 0 | -1))?)),
        _ => None,
    }
}
