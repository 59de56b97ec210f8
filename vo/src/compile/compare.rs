//! Comparisons and conditions: to jumps, or to a bool.

use crate::ast::{BinaryOp, ExprId, ExprKind, UnaryOp};
use crate::bytecode::{Label, Op, RuntimeFn};
use crate::check::info::ConstValue;
use crate::types::{Class, Scalar, TypeId, TypeKind};

use super::body::Body;
use super::registers::{Form, Reg};

/// How values of a type are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Integers whose order is the signed order of their slots, bools, references.
    Int,
    /// Unsigned integers of 64 bits.
    Uint,
    Float64,
    Float32,
    String,
    Interface,
    Image,
}

impl Body<'_, '_> {
    /// Goes to the label where the condition is `sense`.
    pub(super) fn branch(&mut self, cond: ExprId, sense: bool, to: Label) {
        let mark = self.regs.mark();
        stacker::maybe_grow(64 << 10, 1 << 20, || self.branch_here(cond, sense, to));
        self.regs.release(mark);
    }

    fn branch_here(&mut self, cond: ExprId, sense: bool, to: Label) {
        let cond = self.ast().unparen(cond);
        if let Some(ConstValue::Bool(value)) = self.info().constant(cond) {
            if *value == sense {
                self.jump(to);
            }
            return;
        }
        match self.ast().expr(cond).kind {
            ExprKind::Unary { op: UnaryOp::Not, operand } => self.branch(operand, !sense, to),
            ExprKind::Binary { op: op @ (BinaryOp::LogicAnd | BinaryOp::LogicOr), left, right, .. } => {
                // Where the left side decides against jumping, the right one is skipped.
                let decides = op == BinaryOp::LogicOr;
                if decides == sense {
                    self.branch(left, sense, to);
                    self.branch(right, sense, to);
                } else {
                    let skip = self.label();
                    self.branch(left, !sense, skip);
                    self.branch(right, sense, to);
                    self.bind(skip);
                }
            }
            ExprKind::Binary { op, left, right, .. } if op.is_comparison() => {
                self.compare((op, left, right), sense, to);
            }
            _ => {
                let value = self.operand_now(cond);
                self.jump_if(value, sense, to);
            }
        }
    }

    /// A condition as a value.
    pub(super) fn bool_value(&mut self, cond: ExprId, dst: Reg) {
        if let ExprKind::Unary { op: UnaryOp::Not, operand } = self.ast().expr(cond).kind
            && !matches!(self.ast().expr(self.ast().unparen(operand)).kind, ExprKind::Binary { .. })
        {
            let operand = self.operand_now(operand);
            return self.ab(Op::Not, dst, operand);
        }
        let (no, end) = (self.label(), self.label());
        self.branch(cond, false, no);
        self.load_bits(dst, 1);
        self.jump(end);
        self.bind(no);
        self.load_bits(dst, 0);
        self.bind(end);
    }

    /// A comparison as a value.
    pub(super) fn comparison(&mut self, expr: ExprId, test: (BinaryOp, ExprId, ExprId), dst: Reg) {
        let (op, left, right) = self.constant_right(test);
        let kind = self.comparison_kind(left, right);
        let has_immediates = kind == Kind::Int || kind == Kind::Uint && is_equality(op);
        if let Some(value) = self.immediate(right).filter(|_| has_immediates) {
            let left = self.operand_now(left);
            return self.abc(immediate_op(op), dst, left, value as u16);
        }
        let Some((op, swap)) = register_op(kind, op) else { return self.bool_value(expr, dst) };
        let [left, right] = self.operands(left, right);
        let [left, right] = if swap { [right, left] } else { [left, right] };
        self.abc(op, dst, left, right);
    }

    fn compare(&mut self, test: (BinaryOp, ExprId, ExprId), sense: bool, to: Label) {
        let (op, left, right) = self.constant_right(test);
        match self.comparison_kind(left, right) {
            Kind::Int => self.compare_ints((op, left, right), sense, to),
            Kind::Uint => self.compare_uints((op, left, right), sense, to),
            Kind::Float64 if !is_equality(op) => self.compare_floats((op, left, right), sense, to),
            Kind::String => self.compare_strings((op, left, right), sense, to),
            Kind::Interface => self.compare_interfaces((op, left, right), sense, to),
            kind => {
                let result = self.regs.temp(Form::Scalar);
                if kind == Kind::Image {
                    let (a, b) = (self.operand(left), self.operand(right));
                    let ty = self.type_of(left).number();
                    self.runtime(RuntimeFn::EqImage, [result, a, b], (0, ty));
                    return self.jump_if(result, sense == (op == BinaryOp::Equal), to);
                }
                let Some((op, swap)) = register_op(kind, op) else { return };
                let [a, b] = self.operands(left, right);
                let [a, b] = if swap { [b, a] } else { [a, b] };
                self.abc(op, result, a, b);
                self.jump_if(result, sense, to);
            }
        }
    }

    /// A comparison with a constant has it on the right.
    fn constant_right(&self, test: (BinaryOp, ExprId, ExprId)) -> (BinaryOp, ExprId, ExprId) {
        let (op, left, right) = test;
        let swap = self.immediate(left).is_some() || self.info().constant(left).is_some();
        if swap { (swapped(op), right, left) } else { test }
    }

    fn comparison_kind(&self, left: ExprId, right: ExprId) -> Kind {
        let [left, right] = [left, right].map(|side| self.type_of(side));
        if self.is_interface(left) || self.is_interface(right) {
            return Kind::Interface;
        }
        match self.types().kind(left) {
            TypeKind::Scalar(Scalar::Float64) => Kind::Float64,
            TypeKind::Scalar(Scalar::Float32) => Kind::Float32,
            TypeKind::Scalar(scalar) if scalar.class() == Class::Unsigned && scalar.size() == 8 => Kind::Uint,
            TypeKind::String => Kind::String,
            TypeKind::Struct(_) | TypeKind::Array(..) => Kind::Image,
            _ => Kind::Int,
        }
    }

    fn compare_ints(&mut self, test: (BinaryOp, ExprId, ExprId), sense: bool, to: Label) {
        let (op, left, right) = test;
        let op = if sense { op } else { negated(op) };
        if let Some(value) = self.immediate(right) {
            let left = self.operand_now(left);
            return self.jump_on(immediate_jump(op), left, value as u16, to);
        }
        let [left, right] = self.operands(left, right);
        self.jump_ints(op, left, right, to);
    }

    /// Goes to the label where `left op right`, of signed integers.
    pub(super) fn jump_ints(&mut self, op: BinaryOp, left: Reg, right: Reg, to: Label) {
        match op {
            BinaryOp::Equal => self.jump_on(Op::JumpEq, left, right, to),
            BinaryOp::NotEqual => self.jump_on(Op::JumpNe, left, right, to),
            BinaryOp::Less => self.jump_on(Op::JumpLt, left, right, to),
            BinaryOp::LessEqual => self.jump_on(Op::JumpLe, left, right, to),
            BinaryOp::Greater => self.jump_on(Op::JumpLt, right, left, to),
            _ => self.jump_on(Op::JumpLe, right, left, to),
        }
    }

    fn compare_uints(&mut self, test: (BinaryOp, ExprId, ExprId), sense: bool, to: Label) {
        if is_equality(test.0) {
            return self.compare_ints(test, sense, to);
        }
        let op = if sense { test.0 } else { negated(test.0) };
        let [left, right] = self.operands(test.1, test.2);
        match op {
            BinaryOp::Less => self.jump_on(Op::JumpLtU, left, right, to),
            BinaryOp::LessEqual => self.jump_on(Op::JumpLeU, left, right, to),
            BinaryOp::Greater => self.jump_on(Op::JumpLtU, right, left, to),
            _ => self.jump_on(Op::JumpLeU, right, left, to),
        }
    }

    /// An order of floats: the opposite of `<` is not `>=`, for there is NaN.
    fn compare_floats(&mut self, test: (BinaryOp, ExprId, ExprId), sense: bool, to: Label) {
        let [left, right] = self.operands(test.1, test.2);
        let strict = matches!(test.0, BinaryOp::Less | BinaryOp::Greater);
        let op = match (strict, sense) {
            (true, true) => Op::JumpLtF,
            (true, false) => Op::JumpNotLtF,
            (false, true) => Op::JumpLeF,
            (false, false) => Op::JumpNotLeF,
        };
        match test.0 {
            BinaryOp::Less | BinaryOp::LessEqual => self.jump_on(op, left, right, to),
            _ => self.jump_on(op, right, left, to),
        }
    }

    fn compare_strings(&mut self, test: (BinaryOp, ExprId, ExprId), sense: bool, to: Label) {
        let (op, left, right) = test;
        let op = if sense { op } else { negated(op) };
        let equality = is_equality(op);
        if equality
            && matches!(self.info().constant(right), Some(ConstValue::String(text)) if text.is_empty())
        {
            // The empty string is the slot 0.
            let left = self.operand_now(left);
            return self.jump_on(immediate_jump(op), left, 0, to);
        }
        let [left, right] = self.operands(left, right);
        if equality {
            let jump = if op == BinaryOp::Equal { Op::JumpEqStr } else { Op::JumpNeStr };
            return self.jump_on(jump, left, right, to);
        }
        let order = self.regs.temp(Form::Scalar);
        self.abc(Op::CmpStr, order, left, right);
        self.jump_on(immediate_jump(op), order, 0, to);
    }

    fn compare_interfaces(&mut self, test: (BinaryOp, ExprId, ExprId), sense: bool, to: Label) {
        let (op, left, right) = test;
        let equal = sense == (op == BinaryOp::Equal);
        if self.immediate(right) == Some(0) && self.is_nil(right) {
            let word = self.operand_now(left);
            let jump = if equal { Op::JumpEqI } else { Op::JumpNeI };
            return self.jump_on(jump, word, 0, to);
        }
        let ty = if self.is_interface(self.type_of(left)) { self.type_of(left) } else { self.type_of(right) };
        let (left, right) = (self.operand_as(left, ty), self.operand_as(right, ty));
        let result = self.regs.temp(Form::Scalar);
        self.abc(Op::EqInterface, result, left, right);
        self.jump_if(result, equal, to);
    }

    /// Goes to the label where the register, of the type, equals the expression: a case of a switch.
    pub(super) fn jump_if_equal(&mut self, tag: Reg, ty: TypeId, expr: ExprId, to: Label) {
        let mark = self.regs.mark();
        let of_expr = self.type_of(expr);
        if self.is_interface(ty) || self.is_interface(of_expr) {
            self.jump_if_equal_interfaces(tag, ty, expr, to);
        } else if self.is_image(ty) {
            let (other, result) = (self.operand(expr), self.regs.temp(Form::Scalar));
            self.runtime(RuntimeFn::EqImage, [result, tag, other], (0, ty.number()));
            self.jump_if(result, true, to);
        } else if let Some(value) =
            self.immediate(expr).filter(|_| self.form(ty) != Form::Ref || self.is_nil(expr))
        {
            self.jump_on(Op::JumpEqI, tag, value as u16, to);
        } else {
            let other = self.operand_now(expr);
            match self.types().kind(ty) {
                TypeKind::String => self.jump_on(Op::JumpEqStr, tag, other, to),
                TypeKind::Scalar(scalar) if scalar.is_float() => {
                    let result = self.regs.temp(Form::Scalar);
                    let op = if *scalar == Scalar::Float32 { Op::EqF32 } else { Op::EqF };
                    self.abc(op, result, tag, other);
                    self.jump_if(result, true, to);
                }
                _ => self.jump_on(Op::JumpEq, tag, other, to),
            }
        }
        self.regs.release(mark);
    }

    fn jump_if_equal_interfaces(&mut self, tag: Reg, ty: TypeId, expr: ExprId, to: Label) {
        if self.is_nil(expr) {
            return self.jump_on(Op::JumpEqI, tag, 0, to);
        }
        let (left, right) = match self.is_interface(ty) {
            true => (tag, self.operand_as(expr, ty)),
            false => {
                let pair = self.regs.temp(Form::Pair);
                self.put_in_interface(tag, ty, false, pair);
                (pair, self.operand(expr))
            }
        };
        let result = self.regs.temp(Form::Scalar);
        self.abc(Op::EqInterface, result, left, right);
        self.jump_if(result, true, to);
    }
}

fn is_equality(op: BinaryOp) -> bool {
    matches!(op, BinaryOp::Equal | BinaryOp::NotEqual)
}

/// The comparison that holds where `op` does not, where there is an order.
pub(super) fn negated(op: BinaryOp) -> BinaryOp {
    match op {
        BinaryOp::Equal => BinaryOp::NotEqual,
        BinaryOp::NotEqual => BinaryOp::Equal,
        BinaryOp::Less => BinaryOp::GreaterEqual,
        BinaryOp::LessEqual => BinaryOp::Greater,
        BinaryOp::Greater => BinaryOp::LessEqual,
        _ => BinaryOp::Less,
    }
}

/// The comparison with its operands exchanged.
fn swapped(op: BinaryOp) -> BinaryOp {
    match op {
        BinaryOp::Less => BinaryOp::Greater,
        BinaryOp::LessEqual => BinaryOp::GreaterEqual,
        BinaryOp::Greater => BinaryOp::Less,
        BinaryOp::GreaterEqual => BinaryOp::LessEqual,
        equality => equality,
    }
}

fn immediate_op(op: BinaryOp) -> Op {
    match op {
        BinaryOp::Equal => Op::EqI,
        BinaryOp::NotEqual => Op::NeI,
        BinaryOp::Less => Op::LtI,
        BinaryOp::LessEqual => Op::LeI,
        BinaryOp::Greater => Op::GtI,
        _ => Op::GeI,
    }
}

fn immediate_jump(op: BinaryOp) -> Op {
    match op {
        BinaryOp::Equal => Op::JumpEqI,
        BinaryOp::NotEqual => Op::JumpNeI,
        BinaryOp::Less => Op::JumpLtI,
        BinaryOp::LessEqual => Op::JumpLeI,
        BinaryOp::Greater => Op::JumpGtI,
        _ => Op::JumpGeI,
    }
}

/// The operation that compares registers, and whether they are exchanged.
fn register_op(kind: Kind, op: BinaryOp) -> Option<(Op, bool)> {
    let [equal, not_equal, less, less_equal] = match kind {
        Kind::Int => [Op::Eq, Op::Ne, Op::Lt, Op::Le],
        Kind::Uint => [Op::Eq, Op::Ne, Op::LtU, Op::LeU],
        Kind::Float64 => [Op::EqF, Op::NeF, Op::LtF, Op::LeF],
        Kind::Float32 => [Op::EqF32, Op::NeF32, Op::LtF32, Op::LeF32],
        _ => return None,
    };
    Some(match op {
        BinaryOp::Equal => (equal, false),
        BinaryOp::NotEqual => (not_equal, false),
        BinaryOp::Less => (less, false),
        BinaryOp::LessEqual => (less_equal, false),
        BinaryOp::Greater => (less, true),
        _ => (less_equal, true),
    })
}
