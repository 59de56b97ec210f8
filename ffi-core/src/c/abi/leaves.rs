//! What a type consists of in the end: scalars at offsets, which is all that conventions look at.

use crate::c::{CKind, CScalar, CType, CTypes, LayoutError, Target};

/// A scalar, or a bit-field, inside a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Leaf {
    /// Its first bit.
    pub(super) bit_offset: u64,
    /// What it is.
    pub(super) kind: LeafKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LeafKind {
    /// An integer or a pointer of so many bytes.
    Int(u8),
    /// A floating scalar of so many bytes.
    Float(u8),
    /// x87's `long double`, or another of 16 bytes.
    LongDouble,
    /// A bit-field of so many bits.
    Bits(u32),
}

impl Leaf {
    /// Whether it lies where its type wants it. Bit-fields lie well anywhere.
    pub(super) fn is_aligned(&self) -> bool {
        let bytes = match self.kind {
            LeafKind::Int(bytes) | LeafKind::Float(bytes) => bytes,
            LeafKind::LongDouble => 16,
            LeafKind::Bits(_) => return true,
        };
        self.bit_offset.is_multiple_of(u64::from(bytes) * 8)
    }
}

/// The leaves of a type, in order. It must be a small one: an array has those of all its elements.
pub(super) fn leaves(types: &CTypes, target: &Target, ty: CType) -> Result<Vec<Leaf>, LayoutError> {
    let mut walk = Walk { types, target, leaves: Vec::new() };
    walk.add(ty, 0)?;
    Ok(walk.leaves)
}

struct Walk<'t> {
    types: &'t CTypes,
    target: &'t Target,
    leaves: Vec<Leaf>,
}

impl Walk<'_> {
    fn add(&mut self, ty: CType, at: u64) -> Result<(), LayoutError> {
        match self.types.unaligned_kind(ty) {
            CKind::Scalar(scalar) => self.scalar(*scalar, at),
            CKind::Enum(id) => self.scalar(self.types.enumeration(*id).underlying, at),
            CKind::Complex(part) => {
                self.scalar(*part, at);
                self.scalar(*part, at + part.size(self.target) as u64 * 8);
            }
            CKind::Pointer { .. } => self.leaf(at, LeafKind::Int(self.target.pointer)),
            CKind::Array { of, len: Some(len) } => {
                let size = self.types.layout(*of, self.target)?.size;
                // Elements without bytes have no leaves, however many they are.
                for index in 0..if size == 0 { 0 } else { *len } {
                    self.add(*of, at + index * size * 8)?;
                }
            }
            CKind::Record(id) => {
                let layout = self.types.record_layout(ty, self.target)?;
                let members = self.types.record(*id).members.iter().flatten();
                for (member, placed) in members.zip(&layout.members) {
                    match placed.bits {
                        Some(0) => {}
                        Some(bits) => self.leaf(at + placed.bit_offset, LeafKind::Bits(bits)),
                        None => self.add(member.ty, at + placed.bit_offset)?,
                    }
                }
            }
            CKind::Void | CKind::Func(_) | CKind::Array { len: None, .. } | CKind::Aligned { .. } => {}
        }
        Ok(())
    }

    fn scalar(&mut self, scalar: CScalar, at: u64) {
        let kind = match scalar.size(self.target) as u8 {
            16 if scalar.is_float() => LeafKind::LongDouble,
            bytes if scalar.is_float() => LeafKind::Float(bytes),
            bytes => LeafKind::Int(bytes),
        };
        self.leaf(at, kind);
    }

    fn leaf(&mut self, bit_offset: u64, kind: LeafKind) {
        self.leaves.push(Leaf { bit_offset, kind });
    }
}
