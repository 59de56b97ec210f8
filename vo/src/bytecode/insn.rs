//! One instruction: 8 bytes.

use super::op::Op;
use super::runtime_fn::RuntimeFn;

/// In an operand that may be left out: no register.
pub const NO_REG: u16 = u16::MAX;

/// An instruction: an operation, a small field, and three 16-bit operands, of which the last two may form
/// one of 32 bits.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(C, align(8))]
pub struct Insn {
    /// What to do.
    pub op: Op,
    /// Flags or a small number, where the operation says so.
    pub x: u8,
    /// Mostly the register that is written.
    pub a: u16,
    /// The second operand, or the low half of the wide one.
    pub b: u16,
    /// The third operand, or the high half of the wide one.
    pub c: u16,
}

impl Insn {
    /// An instruction with three operands.
    pub const fn abc(op: Op, a: u16, b: u16, c: u16) -> Insn {
        Insn { op, x: 0, a, b, c }
    }

    /// An instruction with a wide second operand.
    pub const fn wide(op: Op, a: u16, wide: i32) -> Insn {
        Insn::abc(op, a, wide as u16, (wide >> 16) as u16)
    }

    /// The word behind an instruction that needs more operands.
    pub const fn ext(a: u16, wide: u32) -> Insn {
        Insn::wide(Op::Ext, a, wide as i32)
    }

    /// A call of a runtime function; an [`Op::Ext`] must follow.
    pub const fn runtime(function: RuntimeFn, a: u16, b: u16, c: u16) -> Insn {
        Insn { op: Op::Runtime, x: function as u8, a, b, c }
    }

    /// The same with its small field set.
    pub const fn with_x(self, x: u8) -> Insn {
        Insn { x, ..self }
    }

    /// The wide operand.
    #[inline(always)]
    pub const fn imm(self) -> i32 {
        (self.b as u32 | (self.c as u32) << 16) as i32
    }

    /// The wide operand, unsigned: an index, a size or a type.
    #[inline(always)]
    pub const fn index(self) -> u32 {
        self.imm() as u32
    }
}
