//! What is written as JSON is read as the same value, for random types.

use std::collections::HashMap;

use vo_ffi::c::{CKind, CScalar, CType, CTypes, Declarations, Target};

use super::read::Reader;
use super::write;

#[path = "../../../../ffi-core/tests/c_layout/random.rs"]
mod random;

use random::{Generator, Random};

#[test]
fn values_of_random_types_are_read_as_they_were_written() {
    let mut compared = 0;
    for seed in 0..8 {
        let generated = Generator::generate(seed, 200, Target::HOST);
        let mut declarations = Declarations::new(Target::HOST);
        declarations.types = generated.types;
        let types = &declarations.types;
        let mut random = Random(seed);
        for &ty in generated.records.iter().filter(|&&ty| !has_union(types, ty)) {
            let size = types.layout(ty, Target::HOST).expect("a size").size as usize;
            let (mut image, mut mask) = (vec![0; size], vec![0; size]);
            fill(types, ty, 0, &mut random, &mut image, &mut mask);
            let mut json = String::new();
            // SAFETY: the image is of the type, and has no texts.
            unsafe { write::value(&mut json, types, ty, &image) };
            let given = serde_json::from_str(&json).unwrap_or_else(|error| panic!("{error}: {json}"));
            let mut again = vec![0; size];
            let named = HashMap::new();
            let read = Reader::new(&declarations, &named).value(ty, &given, &mut again);
            assert_eq!(read, Ok(()), "{json}");
            let same = (0..size).all(|index| (image[index] ^ again[index]) & mask[index] == 0);
            assert!(same, "{json}\n{}\n{image:x?}\n{again:x?}", types.definitions(&[ty]));
            compared += 1;
        }
    }
    assert!(compared > 500, "only {compared}");
}

fn has_union(types: &CTypes, ty: CType) -> bool {
    match types.unaligned_kind(ty) {
        CKind::Array { of, .. } => has_union(types, *of),
        CKind::Record(id) => {
            let record = types.record(*id);
            record.union || record.members.iter().flatten().any(|member| has_union(types, member.ty))
        }
        _ => false,
    }
}

/// A random value; the mask gets the bits that are not padding.
fn fill(types: &CTypes, ty: CType, at: usize, random: &mut Random, image: &mut [u8], mask: &mut [u8]) {
    let size = types.layout(ty, Target::HOST).map_or(0, |layout| layout.size as usize);
    match types.unaligned_kind(ty) {
        CKind::Record(id) => {
            let layout = types.record_layout(ty, Target::HOST).expect("a layout");
            for (member, placed) in types.record(*id).members.iter().flatten().zip(&layout.members) {
                match (placed.bits, &member.name) {
                    (None, _) => {
                        fill(types, member.ty, at + placed.offset() as usize, random, image, mask);
                    }
                    (Some(bits), Some(_)) => {
                        for bit in placed.bit_offset..placed.bit_offset + u64::from(bits) {
                            let (byte, bit) = (at + (bit / 8) as usize, bit % 8);
                            image[byte] |= (random.below(2) as u8) << bit;
                            mask[byte] |= 1 << bit;
                        }
                    }
                    (Some(_), None) => {}
                }
            }
        }
        CKind::Array { of, len } => {
            let step = types.layout(*of, Target::HOST).map_or(0, |layout| layout.size as usize);
            for index in 0..len.unwrap_or(0) as usize {
                fill(types, *of, at + index * step, random, image, mask);
            }
        }
        CKind::Complex(part) => {
            let step = part.size(Target::HOST);
            fill(types, CType::scalar(*part), at, random, image, mask);
            fill(types, CType::scalar(*part), at + step, random, image, mask);
        }
        CKind::Pointer { to, .. } if write::is_char(types, *to) => mask[at..at + size].fill(0xff),
        _ => {
            let scalar = types.as_scalar(ty);
            let bytes = match scalar {
                Some(CScalar::Bool) => vec![random.below(2) as u8],
                Some(CScalar::Float) => (random.next() as i32 as f32 * 1.1).to_le_bytes().to_vec(),
                Some(CScalar::Double) => (random.next() as i64 as f64 * 1e-30).to_le_bytes().to_vec(),
                Some(CScalar::LongDouble) => {
                    // x87: a mantissa of 64 bits, then sign and exponent.
                    let mantissa = (random.next() | 1 << 63).to_le_bytes();
                    [&mantissa[..], &[random.next() as u8, 0x3f]].concat()
                }
                _ => (0..size).map(|_| random.next() as u8).collect(),
            };
            image[at..at + bytes.len()].copy_from_slice(&bytes);
            mask[at..at + bytes.len()].fill(0xff);
        }
    }
}
