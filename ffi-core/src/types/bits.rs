//! Bit-fields: where their bits are, and how they are read and written.

use super::{BitField, TypeId, TypeTable};
use crate::scalar::{Class, Scalar};
use crate::slot::Slot;

/// Some bits of a bit-field that are read and written at once: most bit-fields are one piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BitPiece {
    /// The unit that holds them, in bytes from the start of the struct.
    pub offset: usize,
    /// The unit: an unsigned integer of 1, 2, 4 or 8 bytes.
    pub unit: Scalar,
    /// The lowest of the bits in the unit.
    pub shift: u32,
    /// How many bits, at least one.
    pub width: u32,
    /// The lowest of the bits in the field's value.
    pub low: u32,
}

impl BitPiece {
    /// The unit's bits that are the piece's.
    ///
    /// [`BitField::pieces`] has an example.
    pub fn mask(self) -> u64 {
        ones(self.width) << self.shift
    }

    fn new(bit: u64, width: u32, low: u32, size: usize) -> BitPiece {
        let first = (bit / 8) as usize;
        let last = ((bit + u64::from(width) - 1) / 8) as usize;
        let piece = |offset: usize, unit: Scalar, width| BitPiece {
            offset,
            unit,
            shift: (bit - offset as u64 * 8) as u32,
            width,
            low,
        };
        for unit in UNITS {
            let bytes = unit.size();
            let places = [first / bytes * bytes, first, size.saturating_sub(bytes)];
            let holds = |at: &usize| *at <= first && last < at + bytes && at + bytes <= size;
            if let Some(at) = places.into_iter().find(holds) {
                return piece(at, unit, width);
            }
        }
        let fitting = UNITS.into_iter().rev().find(|unit| first + unit.size() <= last + 1);
        let unit = fitting.unwrap_or(Scalar::Uint8);
        piece(first, unit, unit.size() as u32 * 8 - (bit % 8) as u32)
    }
}

/// Units, the smallest first.
const UNITS: [Scalar; 4] = [Scalar::Uint8, Scalar::Uint16, Scalar::Uint32, Scalar::Uint64];

fn ones(width: u32) -> u64 {
    u64::MAX >> (64 - width)
}

impl BitField {
    /// Where the bits lie in a struct of this size: in the smallest unit inside of it that holds them all, or in several
    /// where there is none.
    ///
    /// ```
    /// use vo_ffi_core::{BitField, Scalar};
    /// // unsigned a : 3, b : 7; the first byte has five bits of `b`, so that it takes two.
    /// let b: Vec<_> = BitField { offset: 3, width: 7 }.pieces(4).collect();
    /// assert_eq!((b.len(), b[0].unit, b[0].shift, b[0].mask()), (1, Scalar::Uint16, 3, 0x3f8));
    /// // The same 17 bits in a packed struct of three bytes: there is no unit of three.
    /// assert_eq!(BitField { offset: 4, width: 17 }.pieces(3).count(), 2);
    /// ```
    pub fn pieces(self, size: usize) -> impl Iterator<Item = BitPiece> {
        let mut done = 0;
        std::iter::from_fn(move || {
            let left = self.width.checked_sub(done).filter(|&left| left > 0)?;
            let piece = BitPiece::new(self.offset + u64::from(done), left, done, size);
            done += piece.width;
            Some(piece)
        })
    }

    /// A value as the field keeps it: its low bits, with the sign of the field's type.
    ///
    /// ```
    /// use vo_ffi_core::{BitField, Scalar, Slot};
    /// let field = BitField { offset: 0, width: 3 };
    /// assert_eq!(field.kept(Scalar::Uint32, Slot::from_i64(9)).as_i64(), 1);
    /// assert_eq!(field.kept(Scalar::Int32, Slot::from_i64(5)).as_i64(), -3);
    /// ```
    pub fn kept(self, scalar: Scalar, value: Slot) -> Slot {
        let up = value.bits() << (64 - self.width);
        match scalar.class() {
            Class::Signed => Slot::from_i64(up as i64 >> (64 - self.width)),
            _ => Slot::from_bits(up >> (64 - self.width)),
        }
    }

    /// Reads the field of a struct.
    ///
    /// ```
    /// use vo_ffi_core::{BitField, Scalar};
    /// let image = [0b1010_1000_u8];
    /// // SAFETY: the struct has one byte.
    /// let value = unsafe { BitField { offset: 3, width: 3 }.load(image.as_ptr(), 1, Scalar::Int32) };
    /// assert_eq!(value.as_i64(), -3);
    /// ```
    ///
    /// # Safety
    /// `image` is readable for `size` bytes, the struct's size, which has the field's bits.
    pub unsafe fn load(self, image: *const u8, size: usize, scalar: Scalar) -> Slot {
        let mut bits = 0;
        for piece in self.pieces(size) {
            // SAFETY: pieces lie inside of the struct.
            let unit = unsafe { piece.unit.load(image.add(piece.offset)) };
            bits |= (unit.bits() & piece.mask()) >> piece.shift << piece.low;
        }
        self.kept(scalar, Slot::from_bits(bits))
    }

    /// Writes the field of a struct: the low bits of a value, as C does it.
    ///
    /// ```
    /// use vo_ffi_core::{BitField, Slot};
    /// let mut image = [0xff_u8];
    /// // SAFETY: the struct has one byte.
    /// unsafe { BitField { offset: 3, width: 3 }.store(image.as_mut_ptr(), 1, Slot::from_i64(0b101)) };
    /// assert_eq!(image, [0b1110_1111]);
    /// ```
    ///
    /// # Safety
    /// `image` is writable for `size` bytes, the struct's size, which has the field's bits.
    pub unsafe fn store(self, image: *mut u8, size: usize, value: Slot) {
        for piece in self.pieces(size) {
            // SAFETY: pieces lie inside of the struct.
            unsafe {
                let at = image.add(piece.offset);
                let others = piece.unit.load(at).bits() & !piece.mask();
                let own = value.bits() >> piece.low << piece.shift & piece.mask();
                piece.unit.store(at, Slot::from_bits(others | own));
            }
        }
    }
}

impl TypeTable {
    /// The bit-fields of a struct: where they lie and of what type they are.
    ///
    /// ```
    /// use vo_ffi_core::{TypeId, TypeTable};
    /// assert_eq!(TypeTable::new().bit_fields(TypeId::ERROR_STRING).count(), 0);
    /// ```
    pub fn bit_fields(&self, ty: TypeId) -> impl Iterator<Item = (BitField, Scalar)> {
        let (fields, bits) = self.fields_and_bits(ty);
        let both = fields.iter().zip(bits);
        both.filter_map(|(field, bits)| Some(((*bits)?, self.as_scalar(field.ty)?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every place and width in structs of every small size: what is written is read, and nothing else is touched.
    #[test]
    fn bits_are_written_where_they_are_and_nowhere_else() {
        let mut checked = 0;
        for size in 1..=12_usize {
            for offset in 0..size as u64 * 8 {
                for width in 1..=(size as u64 * 8 - offset).min(64) as u32 {
                    let field = BitField { offset, width };
                    let value = 0x9e37_79b9_7f4a_7c15_u64.rotate_left(offset as u32);
                    for background in [0x00_u8, 0xff] {
                        let mut image = vec![background; size];
                        // SAFETY: the image has `size` bytes, and the bits are inside.
                        let read = unsafe {
                            field.store(image.as_mut_ptr(), size, Slot::from_bits(value));
                            field.load(image.as_ptr(), size, Scalar::Uint64)
                        };
                        assert_eq!(read.bits(), value & ones(width), "{field:?} of {size} bytes");
                        let expected = (0..size as u64 * 8).map(|bit| match bit.checked_sub(offset) {
                            Some(own) if own < u64::from(width) => value >> own & 1 != 0,
                            _ => background != 0,
                        });
                        let found = (0..size * 8).map(|bit| image[bit / 8] >> (bit % 8) & 1 != 0);
                        assert!(found.eq(expected), "{field:?} of {size} bytes: {image:x?}");
                        checked += 1;
                    }
                }
            }
        }
        assert_eq!(checked, 40_224);
    }
}
