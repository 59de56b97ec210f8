//! From C to Vo: what lies in memory, as a value of Vo.

use vo_ffi::c::{CKind, CScalar, Target};
use vo_ffi::prelude::*;
use vo_ffi::runtime::long_double::narrow;
use vo_ffi::{Class, Slot};

use super::ctype::{Bits, TypeRef};
use super::memory::Memory;
use super::value::Value;

/// A value of C as Vo has it.
pub(super) enum Loaded {
    /// Of a function that returns nothing.
    Nothing,
    Scalar(Class, Slot),
    /// A copy of a `char *` or `char[N]`.
    Text(Vec<u8>),
    Address(u64),
    /// A struct, a union, an array, and numbers that Vo has none of.
    Value(Value),
}

/// What the Vo side of the package makes an `any` of: a value, or one of C's, or whether the first is an address.
pub(super) type Given<'call> = (VoValue<'call>, Option<Value>, bool);

impl Loaded {
    pub(super) fn give<'call>(self, ctx: &mut ExternCtx<'call>) -> Given<'call> {
        match self {
            Loaded::Nothing => (VoValue::Nil, None, false),
            Loaded::Scalar(Class::Bool, slot) => (VoValue::Bool(slot.as_bool()), None, false),
            Loaded::Scalar(Class::Float, slot) => (VoValue::Float(slot.as_f64()), None, false),
            Loaded::Scalar(Class::Signed, slot) => (VoValue::Int(slot.as_i64()), None, false),
            Loaded::Scalar(Class::Unsigned, slot) => (VoValue::Uint(slot.bits()), None, false),
            Loaded::Text(text) => (VoValue::String(ctx.new_string(text)), None, false),
            Loaded::Address(address) => (VoValue::Uint(address), None, true),
            Loaded::Value(value) => (VoValue::Nil, Some(value), false),
        }
    }
}

/// Reads what lies in memory.
///
/// # Safety
/// The memory has a value of this type, or the bits of a bit-field of it, and nothing writes it now.
pub(super) unsafe fn load(ty: &TypeRef, memory: &Memory, bits: Option<Bits>) -> Loaded {
    let at = memory.address();
    // SAFETY: the caller vouches for a value of the type, of which each arm reads no more than there is.
    unsafe {
        match ty.kind() {
            CKind::Void => Loaded::Nothing,
            CKind::Pointer { to, .. } if is_char(&ty.to(*to)) => {
                Loaded::Text(text_at(at.cast::<*const u8>().read_unaligned()))
            }
            CKind::Pointer { .. } => Loaded::Address(at.cast::<u64>().read_unaligned()),
            CKind::Array { of, len: Some(len) } if is_char(&ty.to(*of)) => {
                let len = libc::strnlen(at.cast(), *len as usize);
                Loaded::Text(std::slice::from_raw_parts(at, len).to_vec())
            }
            _ if ty.is_long_double() => {
                let mut bytes = [0; 16];
                at.copy_to_nonoverlapping(bytes.as_mut_ptr(), ty.size());
                Loaded::Scalar(Class::Float, Slot::from_f64(narrow(bytes)))
            }
            _ => match ty.scalar() {
                Some(scalar) => load_scalar(scalar, at, bits),
                None => Loaded::Value(Value::new(ty.clone(), memory.clone())),
            },
        }
    }
}

pub(super) fn is_char(ty: &TypeRef) -> bool {
    *ty.kind() == CKind::Scalar(CScalar::Char)
}

/// A copy of a text up to its NUL; nothing of NULL.
///
/// # Safety
/// The address is NULL, or that of bytes that end in a NUL.
pub(super) unsafe fn text_at(address: *const u8) -> Vec<u8> {
    if address.is_null() {
        return Vec::new();
    }
    // SAFETY: the caller vouches for the text.
    unsafe { std::ffi::CStr::from_ptr(address.cast()) }.to_bytes().to_vec()
}

/// # Safety
/// A scalar, or its bits of a bit-field, lie there.
unsafe fn load_scalar(scalar: CScalar, at: *const u8, bits: Option<Bits>) -> Loaded {
    let size = scalar.size(Target::HOST);
    // SAFETY: the caller vouches for these bytes.
    let word = unsafe {
        match bits {
            Some(bits) => read_bits(at, bits),
            None => word_at(at, size),
        }
    };
    match scalar.class(Target::HOST) {
        Class::Float if size == 4 => {
            Loaded::Scalar(Class::Float, Slot::from_f64(f32::from_bits(word as u32).into()))
        }
        Class::Float => Loaded::Scalar(Class::Float, Slot::from_bits(word)),
        Class::Bool => Loaded::Scalar(Class::Bool, Slot::from_bool(word != 0)),
        // All integers are an `int` that fit one.
        Class::Unsigned if size < 8 => Loaded::Scalar(Class::Signed, Slot::from_bits(word)),
        Class::Unsigned => Loaded::Scalar(Class::Unsigned, Slot::from_bits(word)),
        Class::Signed => {
            let unused = 64 - bits.map_or(8 * size as u32, |bits| bits.width);
            Loaded::Scalar(Class::Signed, Slot::from_i64((word << unused) as i64 >> unused))
        }
    }
}

/// # Safety
/// Up to 8 bytes lie there.
unsafe fn word_at(at: *const u8, size: usize) -> u64 {
    let mut bytes = [0; 8];
    // SAFETY: the caller vouches for the bytes.
    unsafe { at.copy_to_nonoverlapping(bytes.as_mut_ptr(), size) };
    u64::from_le_bytes(bytes)
}

/// The bytes that have some of the bits, of which one more than a word may be touched.
fn touched(bits: Bits) -> usize {
    (bits.first + bits.width).div_ceil(8) as usize
}

fn mask(bits: Bits) -> u128 {
    ((1_u128 << bits.width) - 1) << bits.first
}

/// # Safety
/// The bytes with these bits lie there.
unsafe fn read_bits(at: *const u8, bits: Bits) -> u64 {
    let mut bytes = [0; 16];
    // SAFETY: the caller vouches for the bytes, at most 9.
    unsafe { at.copy_to_nonoverlapping(bytes.as_mut_ptr(), touched(bits)) };
    ((u128::from_le_bytes(bytes) & mask(bits)) >> bits.first) as u64
}

/// Replaces these bits, and no others.
///
/// # Safety
/// The bytes with these bits lie there, and may be written.
pub(super) unsafe fn write_bits(at: *mut u8, bits: Bits, word: u64) {
    let mut bytes = [0; 16];
    // SAFETY: the caller vouches for the bytes, at most 9.
    unsafe {
        at.copy_to_nonoverlapping(bytes.as_mut_ptr(), touched(bits));
        let others = u128::from_le_bytes(bytes) & !mask(bits);
        let bytes = (others | (u128::from(word) << bits.first & mask(bits))).to_le_bytes();
        at.copy_from_nonoverlapping(bytes.as_ptr(), touched(bits));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_written_among_others() {
        let rows = [
            (Bits { first: 0, width: 1 }, 1),
            (Bits { first: 7, width: 9 }, 0x1ab),
            (Bits { first: 3, width: 64 }, 0x0123_4567_89ab_cdef),
            (Bits { first: 7, width: 64 }, u64::MAX - 1),
        ];
        for (bits, word) in rows {
            for before in [0x00_u8, 0xff, 0xa5] {
                let mut bytes = [before; 9];
                // SAFETY: there are as many bytes as bits take at most.
                let read = unsafe {
                    write_bits(bytes.as_mut_ptr(), bits, word);
                    read_bits(bytes.as_ptr(), bits)
                };
                assert_eq!(read, word, "{bits:?}");
                for bit in (0..72).filter(|bit| !(bits.first..bits.first + bits.width).contains(bit)) {
                    let at = (bit / 8) as usize;
                    assert_eq!((bytes[at] ^ before) >> (bit % 8) & 1, 0, "bit {bit} of {bits:?}");
                }
            }
        }
    }
}
