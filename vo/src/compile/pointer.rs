//! Arithmetic of pointers, as C has it.

use crate::ast::{BinaryOp, ExprId, ExprKind};
use crate::bytecode::Op;
use crate::types::{Scalar, TypeId, TypeKind};

use super::arith::Right;
use super::body::Body;
use super::registers::{Form, Reg};

impl Body<'_, '_> {
    /// Whether it is `p + n`, `n + p`, `p - n` or `p - q`.
    pub(super) fn is_pointer_arithmetic(&self, expr: ExprId) -> bool {
        match self.ast().expr(self.ast().unparen(expr)).kind {
            ExprKind::Binary { op: BinaryOp::Add | BinaryOp::Sub, left, right, .. } => {
                self.is_pointer(left) || self.is_pointer(right)
            }
            _ => false,
        }
    }

    fn is_pointer(&self, expr: ExprId) -> bool {
        matches!(self.types().kind(self.type_of(expr)), TypeKind::Pointer(_))
    }

    pub(super) fn pointer_arithmetic(&mut self, expr: ExprId, dst: Reg) {
        let ExprKind::Binary { op, left, right, .. } = self.ast().expr(expr).kind else { return };
        match (self.is_pointer(left), self.is_pointer(right)) {
            (true, true) => self.distance(left, right, dst),
            (true, false) if self.int_constant(right).is_some() => {
                let pointer = self.operand_now(left);
                self.step(op, self.pointee(self.type_of(left)), dst, pointer, Right::Expr(right));
            }
            (pointer_first, _) => {
                let [left_value, right_value] = self.operands(left, right);
                let ((pointer, ty), (number, number_type)) = match pointer_first {
                    true => ((left_value, self.type_of(left)), (right_value, self.type_of(right))),
                    false => ((right_value, self.type_of(right)), (left_value, self.type_of(left))),
                };
                self.step(op, self.pointee(ty), dst, pointer, Right::Register(number, number_type));
            }
        }
    }

    /// `dst = left ± right`, of a pointer to a type and a number of elements.
    pub(super) fn step(&mut self, op: BinaryOp, target: TypeId, dst: Reg, left: Reg, right: Right) {
        let subtracts = op == BinaryOp::Sub;
        let index = match self.right_constant(right) {
            Some(count) => {
                let index = self.regs.temp(Form::Scalar);
                self.load_bits(index, if subtracts { -count as i64 } else { count as i64 });
                index
            }
            None if subtracts => {
                let (count, index) = (self.right(right, Scalar::Int), self.regs.temp(Form::Scalar));
                self.ab(Op::Neg, index, count);
                index
            }
            None => self.right(right, Scalar::Int),
        };
        self.pointed_address((left, index), self.size(target), dst);
    }

    /// `dst = &pointer[index]`
    pub(super) fn pointed_address(&mut self, (pointer, index): (Reg, Reg), size: u32, dst: Reg) {
        self.abc(Op::PointedAddr, dst, pointer, index);
        self.ext(0, size);
    }

    /// `p - q`: how many elements are between them.
    fn distance(&mut self, left: ExprId, right: ExprId, dst: Reg) {
        let size = self.size(self.pointee(self.type_of(left))).max(1);
        let [left, right] = self.operands(left, right);
        self.abc(Op::Sub, dst, left, right);
        if size > 1 {
            let divisor = self.regs.temp(Form::Scalar);
            self.load_bits(divisor, size.into());
            self.abc(Op::Div, dst, dst, divisor);
        }
    }

    /// `(*T)(p)`, of another pointer or of an address.
    pub(super) fn pointer_conversion(&mut self, operand: ExprId, target: TypeId, dst: Reg) {
        self.value(operand, dst);
        if *self.types().kind(target) != TypeKind::Opaque {
            self.wide(Op::CheckPointed, dst, self.size(target));
        }
    }
}
