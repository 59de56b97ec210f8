//! Sizes, alignments and offsets, as gcc computes them for a target.
//!
//! The rules are those of the System V psABIs (x86-64 3.1.2, AAPCS64 section 5) and Microsoft's, with gcc's `packed`,
//! `aligned` and `#pragma pack`. Where the documents are silent, gcc's `stor-layout.c` has the rule, and gcc itself is
//! the judge in the tests.

mod microsoft;
mod place;
mod position;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fmt;

use crate::c::{CKind, CType, CTypes, Record, RecordId, Target};
use place::Placer;

/// The size and the alignment of a type, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CLayout {
    /// Its size.
    pub size: u64,
    /// Its alignment, a power of two.
    pub align: u64,
}

/// Where the members of a struct or union are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordLayout {
    /// The whole.
    pub whole: CLayout,
    /// The members, in order.
    pub members: Vec<MemberLayout>,
}

/// Where a member is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemberLayout {
    /// Its first bit, from the start of the record.
    pub bit_offset: u64,
    /// The width of a bit-field in bits; `None` for other members.
    pub bits: Option<u32>,
    /// Its size and alignment; of a bit-field, those of its declared type.
    pub layout: CLayout,
}

impl MemberLayout {
    /// Its first byte; of a bit-field, the byte with its first bit.
    pub fn offset(&self) -> u64 {
        self.bit_offset / 8
    }

    /// How many bits it takes.
    pub fn width(&self) -> u64 {
        self.bits.map_or(self.layout.size * 8, u64::from)
    }
}

/// Why a type has no size.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LayoutError {
    /// `void`, a function, an array without a length, or a struct, union or enum that is only named.
    Incomplete {
        /// The type, as C writes it.
        ty: String,
    },
    /// A struct or union with itself as a member.
    Recursive {
        /// The type, as C writes it.
        ty: String,
    },
    /// An array whose elements would not all be aligned.
    Misaligned {
        /// The element, as C writes it.
        ty: String,
        /// Its size in bytes.
        size: u64,
        /// Its alignment in bytes.
        align: u64,
    },
    /// It is larger than half of the address space, which is C's limit, or nested too deeply.
    TooLarge {
        /// The type, as C writes it.
        ty: String,
    },
    /// The target's compiler has no such type.
    Unknown {
        /// The type, as C writes it.
        ty: String,
        /// The target's name.
        target: &'static str,
    },
}

impl fmt::Display for LayoutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LayoutError::Incomplete { ty } => write!(f, "`{ty}` has no size: it is incomplete"),
            LayoutError::Recursive { ty } => {
                write!(f, "`{ty}` contains itself; its member can be a pointer to it")
            }
            LayoutError::Misaligned { ty, size, align } => {
                write!(
                    f,
                    "an array of `{ty}` is impossible: its size {size} is no multiple of its alignment {align}"
                )
            }
            LayoutError::TooLarge { ty } => write!(f, "`{ty}` is too large"),
            LayoutError::Unknown { ty, target } => write!(f, "`{ty}` does not exist on {target}"),
        }
    }
}

impl std::error::Error for LayoutError {}

/// Deeper types are refused, before they fill the stack.
const MAX_DEPTH: u32 = 200;

impl CTypes {
    /// The size and the alignment of a type.
    ///
    /// ```
    /// use vo_ffi_core::c::{CScalar, CType, CTypes, Target};
    /// let mut types = CTypes::new();
    /// let array = types.array_of(CType::scalar(CScalar::Long), Some(3));
    /// assert_eq!(types.layout(array, &Target::LINUX_X64)?.size, 24);
    /// assert_eq!(types.layout(array, &Target::WASM32)?.size, 12);
    /// assert_eq!(types.layout(CType::VOID, &Target::WASM32).unwrap_err().to_string(), "`void` has no size: it is incomplete");
    /// # Ok::<(), vo_ffi_core::c::LayoutError>(())
    /// ```
    ///
    /// # Errors
    /// Why it has none.
    pub fn layout(&self, ty: CType, target: &Target) -> Result<CLayout, LayoutError> {
        Sizer::new(self, target).layout(ty, MAX_DEPTH)
    }

    /// Where the members of a struct or union are; a type that is none has no members.
    ///
    /// ```
    /// use vo_ffi_core::c::{CScalar, CType, CTypes, Member, Record, Target};
    /// let mut types = CTypes::new();
    /// // struct { char kind; unsigned a : 3, b : 7; }
    /// let unsigned = CType::scalar(CScalar::UnsignedInt);
    /// let members = vec![
    ///     Member::new("kind", CType::scalar(CScalar::Char)),
    ///     Member::bits("a", unsigned, 3),
    ///     Member::bits("b", unsigned, 7),
    /// ];
    /// let record = types.declare_record(Record { members: Some(members), ..Record::default() });
    /// let layout = types.record_layout(types.record_type(record), &Target::LINUX_X64)?;
    /// let bits: Vec<u64> = layout.members.iter().map(|member| member.bit_offset).collect();
    /// assert_eq!(bits, [0, 8, 11]);
    /// # Ok::<(), vo_ffi_core::c::LayoutError>(())
    /// ```
    ///
    /// # Errors
    /// Why it has no layout.
    pub fn record_layout(&self, ty: CType, target: &Target) -> Result<RecordLayout, LayoutError> {
        let mut sizer = Sizer::new(self, target);
        let whole = sizer.layout(ty, MAX_DEPTH)?;
        let members = match self.as_record(ty) {
            Some(record) => sizer.members(ty, record, MAX_DEPTH)?.members,
            None => Vec::new(),
        };
        Ok(RecordLayout { whole, members })
    }
}

struct Sizer<'t> {
    types: &'t CTypes,
    target: &'t Target,
    /// The records that are known, and with `None` those that are being looked at: types that share their members
    /// may have more paths than there is time for.
    records: HashMap<RecordId, Option<CLayout>>,
}

impl<'t> Sizer<'t> {
    fn new(types: &'t CTypes, target: &'t Target) -> Sizer<'t> {
        Sizer { types, target, records: HashMap::new() }
    }

    fn layout(&mut self, ty: CType, depth: u32) -> Result<CLayout, LayoutError> {
        let Some(depth) = depth.checked_sub(1) else { return Err(self.too_large(ty)) };
        let pointer = u64::from(self.target.pointer);
        match self.types.kind(ty) {
            CKind::Void | CKind::Func(_) | CKind::Array { len: None, .. } => Err(self.incomplete(ty)),
            CKind::Scalar(scalar) => {
                let size = scalar.size(self.target) as u64;
                if size == 16 && scalar.is_integer() && !self.target.int128 {
                    let ty = scalar.name().to_string();
                    return Err(LayoutError::Unknown { ty, target: self.target.name });
                }
                Ok(CLayout { size, align: size })
            }
            CKind::Complex(part) => {
                let part = part.size(self.target) as u64;
                Ok(CLayout { size: 2 * part, align: part })
            }
            CKind::Enum(id) => {
                let enumeration = self.types.enumeration(*id);
                if enumeration.constants.is_none() {
                    return Err(self.incomplete(ty));
                }
                self.layout(CType::scalar(enumeration.underlying), depth)
            }
            CKind::Pointer { .. } => Ok(CLayout { size: pointer, align: pointer }),
            CKind::Array { of, len: Some(len) } => self.array(ty, *of, *len, depth),
            CKind::Record(id) => self.record(ty, *id, depth),
            CKind::Aligned { of, align } => {
                Ok(CLayout { align: u64::from(*align), ..self.layout(*of, depth)? })
            }
        }
    }

    fn array(&mut self, ty: CType, of: CType, len: u64, depth: u32) -> Result<CLayout, LayoutError> {
        let CLayout { size, align } = self.layout(of, depth)?;
        if !size.is_multiple_of(align) {
            return Err(LayoutError::Misaligned { ty: self.types.name(of), size, align });
        }
        let whole = size.checked_mul(len).filter(|&size| self.fits(size));
        Ok(CLayout { size: whole.ok_or_else(|| self.too_large(ty))?, align })
    }

    fn record(&mut self, ty: CType, id: RecordId, depth: u32) -> Result<CLayout, LayoutError> {
        match self.records.get(&id) {
            Some(Some(known)) => return Ok(*known),
            Some(None) => return Err(LayoutError::Recursive { ty: self.types.name(ty) }),
            None => self.records.insert(id, None),
        };
        let whole = self.members(ty, self.types.record(id), depth)?.whole;
        self.records.insert(id, Some(whole));
        Ok(whole)
    }

    fn members(&mut self, ty: CType, record: &Record, depth: u32) -> Result<RecordLayout, LayoutError> {
        let Some(members) = &record.members else { return Err(self.incomplete(ty)) };
        let mut placer = Placer::new(record, self.target);
        let mut placed = Vec::with_capacity(members.len());
        for (index, member) in members.iter().enumerate() {
            let layout = self.member(member.ty, depth)?;
            placed.push(placer.place(member, layout, index + 1 == members.len()));
            if !self.fits(placer.bytes()) {
                return Err(self.too_large(ty));
            }
        }
        Ok(RecordLayout { whole: placer.finish(), members: placed })
    }

    /// A member's layout: an array without a length takes no room.
    fn member(&mut self, ty: CType, depth: u32) -> Result<CLayout, LayoutError> {
        match self.types.kind(ty) {
            CKind::Array { of, len: None } => self.array(ty, *of, 0, depth),
            _ => self.layout(ty, depth),
        }
    }

    fn fits(&self, size: u64) -> bool {
        size < 1 << (u32::from(self.target.pointer) * 8 - 1).min(48)
    }

    fn incomplete(&self, ty: CType) -> LayoutError {
        LayoutError::Incomplete { ty: self.types.name(ty) }
    }

    fn too_large(&self, ty: CType) -> LayoutError {
        LayoutError::TooLarge { ty: self.types.name(ty) }
    }
}
