//! Values of random bytes, which of their bits count, and memory that ends where nothing may be read.

use memmap2::{MmapMut, MmapOptions};
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

/// Memory whose last byte is the last that may be read or written.
pub(crate) struct Guarded {
    map: MmapMut,
    room: usize,
}

impl Guarded {
    pub(crate) fn new(room: usize) -> Guarded {
        const PAGE: usize = 4096;
        let room = room.next_multiple_of(PAGE);
        let mut map = MmapOptions::new().len(room + PAGE).map_anon().expect("memory");
        // SAFETY: the last page of the map is nobody's, and nothing in it is read or written from now on.
        let failed = unsafe { libc::mprotect(map.as_mut_ptr().add(room).cast(), PAGE, libc::PROT_NONE) };
        assert_eq!(failed, 0);
        Guarded { map, room }
    }

    /// Puts an image before the guard.
    pub(crate) fn put(&mut self, image: &[u8]) -> *mut u8 {
        let start = self.room - image.len();
        self.map[start..self.room].copy_from_slice(image);
        self.map[start..].as_mut_ptr()
    }
}
