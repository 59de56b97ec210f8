//! What both of Arm's conventions ask of a type: whether it is made of equal floating scalars, and its natural alignment.
//! Source: AAPCS64, sections 5.9.5 and 6.8.2; gcc where it is silent.

use crate::c::abi::place::ByValue;
use crate::c::{CKind, CType, CTypes, LayoutError, Record, Target};

/// A homogeneous floating-point aggregate, or a complex number: one to four floating scalars of one size, without
/// padding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Homogeneous {
    /// The size of each.
    pub(super) bytes: u8,
    /// How many.
    pub(super) count: u8,
}

/// What a value consists of, if that is a few equal floating scalars.
pub(super) fn homogeneous(value: &ByValue<'_>) -> Result<Option<Homogeneous>, LayoutError> {
    // Four of 16 bytes are the largest.
    if value.bytes > 64 {
        return Ok(None);
    }
    let mut search = Search { types: value.types, target: value.target, bytes: None };
    let count = search.count(value.ty)?;
    Ok(match (search.bytes, count) {
        (Some(bytes), Some(count @ 1..=4)) => Some(Homogeneous { bytes: bytes as u8, count: count as u8 }),
        _ => None,
    })
}

struct Search<'t> {
    types: &'t CTypes,
    target: &'t Target,
    /// The size of the first scalar, which all must have.
    bytes: Option<u64>,
}

impl Search<'_> {
    /// How many scalars a type has; `None` where something else is in it, or padding.
    fn count(&mut self, ty: CType) -> Result<Option<u64>, LayoutError> {
        let count = match self.types.unaligned_kind(ty) {
            CKind::Scalar(scalar) if scalar.is_float() => self.scalars(1, scalar.size(self.target)),
            CKind::Complex(part) => self.scalars(2, part.size(self.target)),
            // gcc does not look into arrays without elements.
            CKind::Array { of, len: Some(len @ 1..) } => self.count(*of)?.map(|count| count * len),
            CKind::Record(id) => self.members(self.types.record(*id))?,
            _ => None,
        };
        let size = self.types.layout(ty, self.target).map(|layout| layout.size);
        Ok(match count {
            Some(count) if size? == count * self.bytes.unwrap_or(0) => Some(count),
            _ => None,
        })
    }

    fn scalars(&mut self, count: u64, bytes: usize) -> Option<u64> {
        let bytes = bytes as u64;
        (*self.bytes.get_or_insert(bytes) == bytes).then_some(count)
    }

    fn members(&mut self, record: &Record) -> Result<Option<u64>, LayoutError> {
        let mut all = 0;
        // gcc passes over bit-fields of width 0 in structs, not in unions.
        let passed_over = |bits| bits == Some(0) && !record.union;
        for member in record.members.iter().flatten().filter(|member| !passed_over(member.bits)) {
            if member.bits.is_some() {
                return Ok(None);
            }
            let Some(count) = self.count(member.ty)? else { return Ok(None) };
            all = if record.union { all.max(count) } else { all + count };
        }
        Ok(Some(all))
    }
}

/// The alignment that counts when a value is passed: of a record that of its members, whatever `aligned` says of the
/// whole. Packed bit-fields have none, as in gcc since version 13 and clang.
pub(super) fn natural_align(value: &ByValue<'_>) -> Result<u32, LayoutError> {
    let (types, target) = (value.types, value.target);
    let CKind::Record(id) = types.unaligned_kind(value.ty) else {
        return Ok(scalar_align(value));
    };
    let record = types.record(*id);
    let layout = types.record_layout(value.ty, target)?;
    let capped = |align: u64| record.pack.map_or(align, |pack| align.min(u64::from(pack)));
    let aligns = record.members.iter().flatten().zip(&layout.members).map(|(member, placed)| {
        let of_type = if member.packed || record.packed { 1 } else { placed.layout.align };
        let own = member.align.map_or(1, u64::from);
        match placed.bits {
            None => capped(of_type.max(own)),
            // These keep their type's alignment under packing.
            Some(0) => placed.layout.align.max(own),
            // And these under `#pragma pack`.
            Some(_) => of_type.max(capped(own)),
        }
    });
    Ok(aligns.max().unwrap_or(1) as u32)
}

/// The alignment of a 128-bit integer, a quad or a complex number, of which a typedef may have another.
fn scalar_align(value: &ByValue<'_>) -> u32 {
    if value.is_complex { value.bytes / 2 } else { value.bytes }
}
