//! Bit-fields: loads, shifts and masks of the units that hold them.

use vo_ffi::BitPiece;

use crate::bytecode::Op;
use crate::types::{BitField, Class, Scalar, TypeId};

use super::access::Width;
use super::body::Body;
use super::place::Loc;
use super::registers::{Form, Reg};

/// A bit-field, and the size of its struct.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bits {
    field: BitField,
    size: u32,
}

impl Body<'_, '_> {
    /// The place of a bit-field of the struct at a place.
    pub(super) fn bits_loc(&mut self, whole: Loc, ty: TypeId, field: BitField) -> Loc {
        let field = Bits { field, size: self.size(ty) };
        match whole {
            Loc::Memory { base, offset, .. } => Loc::Bits { base, offset, field },
            _ => Loc::Bits { base: self.address(whole, ty), offset: 0, field },
        }
    }

    pub(super) fn load_bit_field(&mut self, (base, start): (Reg, u64), bits: Bits, ty: TypeId, dst: Reg) {
        let mark = self.regs.mark();
        let signed = self.types().as_scalar(ty).is_some_and(|scalar| scalar.class() == Class::Signed);
        let pieces: Vec<BitPiece> = bits.field.pieces(bits.size as usize).collect();
        match pieces[..] {
            [piece] => {
                self.load_unit((base, start), piece, dst);
                self.extract((piece.shift, piece.width), signed, dst);
            }
            _ => {
                let (sum, part) = (self.regs.temp(Form::Scalar), self.regs.temp(Form::Scalar));
                self.load_bits(sum, 0);
                for piece in pieces {
                    self.load_unit((base, start), piece, part);
                    self.extract((piece.shift, piece.width), false, part);
                    self.abc(Op::ShlI, part, part, piece.low as u16);
                    self.abc(Op::Or, sum, sum, part);
                }
                self.extract((0, bits.field.width), signed, sum);
                self.ab(Op::Move, dst, sum);
            }
        }
        self.regs.release(mark);
    }

    /// Takes some bits out of a register.
    fn extract(&mut self, (shift, width): (u32, u32), signed: bool, register: Reg) {
        let above = 64 - shift - width;
        let down = if signed { Op::ShrI } else { Op::ShrUI };
        if shift == 0 && !signed && width < 16 {
            return self.abc(Op::AndI, register, register, ((1u32 << width) - 1) as u16);
        }
        if above > 0 {
            self.abc(Op::ShlI, register, register, above as u16);
        }
        if width < 64 {
            self.abc(down, register, register, (64 - width) as u16);
        }
    }

    /// Writes the low bits of a register, and leaves what is around the field.
    pub(super) fn store_bit_field(&mut self, (base, start): (Reg, u64), bits: Bits, src: Reg) {
        for piece in bits.field.pieces(bits.size as usize) {
            let mark = self.regs.mark();
            let [unit, mask, value] = [(); 3].map(|()| self.regs.temp(Form::Scalar));
            self.abc(Op::ShrUI, value, src, piece.low as u16);
            if piece.width < piece.unit.size() as u32 * 8 {
                self.load_unit((base, start), piece, unit);
                self.load_bits(mask, piece.mask() as i64);
                self.abc(Op::ShlI, value, value, piece.shift as u16);
                self.abc(Op::And, value, value, mask);
                self.abc(Op::AndNot, unit, unit, mask);
                self.abc(Op::Or, value, value, unit);
            }
            let (base, offset) = self.near(base, start + piece.offset as u64);
            self.abc(unit_width(piece.unit).access().store, value, base, offset);
            self.regs.release(mark);
        }
    }

    fn load_unit(&mut self, (base, start): (Reg, u64), piece: BitPiece, dst: Reg) {
        self.load_field(unit_width(piece.unit).access().load, dst, base, start + piece.offset as u64);
    }
}

fn unit_width(unit: Scalar) -> Width {
    match unit.size() {
        1 => Width::U8,
        2 => Width::U16,
        4 => Width::U32,
        _ => Width::Word,
    }
}
