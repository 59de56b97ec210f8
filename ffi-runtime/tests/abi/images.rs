//! Values of random bytes, and which of their bits count.

use vo_ffi_core::c::{CKind, CScalar, CType, CTypes};

use crate::TARGET;
use crate::random::Random;

/// The bytes of a value.
pub(crate) fn random_image(random: &mut Random, types: &CTypes, ty: CType) -> Vec<u8> {
    let size = types.layout(ty, TARGET).map_or(0, |layout| layout.size);
    let mut image: Vec<u8> = (0..size).map(|_| random.next() as u8).collect();
    normalise(types, ty, &mut image);
    image
}

/// Makes what C may not see otherwise: a `_Bool` is 0 or 1, a `long double` is normal.
fn normalise(types: &CTypes, ty: CType, image: &mut [u8]) {
    match types.unaligned_kind(ty) {
        CKind::Scalar(CScalar::Bool) => image[0] &= 1,
        CKind::Scalar(CScalar::LongDouble) => {
            image[7] |= 0x80;
            image[8..10].copy_from_slice(&[0xff, 0x3f]);
        }
        CKind::Complex(part) => {
            let (low, high) = image.split_at_mut(part.size(TARGET));
            normalise(types, CType::scalar(*part), low);
            normalise(types, CType::scalar(*part), high);
        }
        CKind::Array { of, len } => {
            let size = types.layout(*of, TARGET).map_or(0, |layout| layout.size) as usize;
            for index in 0..if size == 0 { 0 } else { len.unwrap_or(0) as usize } {
                normalise(types, *of, &mut image[index * size..][..size]);
            }
        }
        CKind::Record(id) => {
            let Ok(layout) = types.record_layout(ty, TARGET) else { return };
            for (member, placed) in types.record(*id).members.iter().flatten().zip(&layout.members) {
                if placed.bits.is_none() {
                    let at = placed.offset() as usize;
                    normalise(types, member.ty, &mut image[at..][..placed.layout.size as usize]);
                }
            }
        }
        _ => {}
    }
}

/// The bits of a value that are not padding.
pub(crate) fn mask(types: &CTypes, ty: CType) -> Vec<u8> {
    let size = types.layout(ty, TARGET).map_or(0, |layout| layout.size);
    let mut mask = vec![0; size as usize];
    cover(types, ty, 0, &mut mask);
    mask
}

fn cover(types: &CTypes, ty: CType, at: u64, mask: &mut [u8]) {
    match types.unaligned_kind(ty) {
        CKind::Scalar(CScalar::LongDouble) => set(mask, at, 80),
        CKind::Complex(part) => {
            cover(types, CType::scalar(*part), at, mask);
            cover(types, CType::scalar(*part), at + part.size(TARGET) as u64 * 8, mask);
        }
        CKind::Array { of, len } => {
            let size = types.layout(*of, TARGET).map_or(0, |layout| layout.size);
            for index in 0..if size == 0 { 0 } else { len.unwrap_or(0) } {
                cover(types, *of, at + index * size * 8, mask);
            }
        }
        CKind::Record(id) => {
            let Ok(layout) = types.record_layout(ty, TARGET) else { return };
            for (member, placed) in types.record(*id).members.iter().flatten().zip(&layout.members) {
                match (placed.bits, &member.name) {
                    (None, _) => cover(types, member.ty, at + placed.bit_offset, mask),
                    (Some(bits), Some(_)) => set(mask, at + placed.bit_offset, u64::from(bits)),
                    // A bit-field without a name is padding.
                    (Some(_), None) => {}
                }
            }
        }
        _ => set(mask, at, types.layout(ty, TARGET).map_or(0, |layout| layout.size) * 8),
    }
}

fn set(mask: &mut [u8], at: u64, bits: u64) {
    for bit in at..at + bits {
        mask[(bit / 8) as usize] |= 1 << (bit % 8);
    }
}

/// Whether two images agree in the bits that count.
pub(crate) fn agree(a: &[u8], b: &[u8], mask: &[u8]) -> bool {
    mask.iter().enumerate().all(|(index, mask)| (a[index] ^ b[index]) & mask == 0)
}
