//! Sizes, alignments and offsets, as gcc computes them for a target.
//!
//! The rules are those of the System V psABIs (x86-64 3.1.2, AAPCS64 section 5) with gcc's `packed`, `aligned` and
//! `#pragma pack`; gcc itself is the judge in the tests.

use std::fmt;

use crate::c::{BitFields, CKind, CType, CTypes, Member, Record, Target};

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
    /// It is larger than half of the address space, which is C's limit.
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
        Sizer { types: self, target }.layout(ty, MAX_DEPTH)
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
        let sizer = Sizer { types: self, target };
        match self.unaligned_kind(ty) {
            CKind::Record(id) => sizer.record(ty, self.record(*id), MAX_DEPTH),
            _ => Ok(RecordLayout { whole: sizer.layout(ty, MAX_DEPTH)?, members: Vec::new() }),
        }
    }
}

struct Sizer<'t> {
    types: &'t CTypes,
    target: &'t Target,
}

impl Sizer<'_> {
    fn layout(&self, ty: CType, depth: u32) -> Result<CLayout, LayoutError> {
        let Some(depth) = depth.checked_sub(1) else { return Err(self.too_large(ty)) };
        let pointer = u64::from(self.target.pointer);
        match self.types.kind(ty) {
            CKind::Void | CKind::Func(_) => Err(self.incomplete(ty)),
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
                let size = enumeration.underlying.size(self.target) as u64;
                Ok(CLayout { size, align: size })
            }
            CKind::Pointer { .. } => Ok(CLayout { size: pointer, align: pointer }),
            CKind::Array { len: None, .. } => Err(self.incomplete(ty)),
            CKind::Array { of, len: Some(len) } => {
                let element = self.layout(*of, depth)?;
                let size = element.size.checked_mul(*len).filter(|&size| self.fits(size));
                Ok(CLayout { size: size.ok_or_else(|| self.too_large(ty))?, align: element.align })
            }
            CKind::Record(id) => Ok(self.record(ty, self.types.record(*id), depth)?.whole),
            CKind::Aligned { of, align } => {
                Ok(CLayout { align: u64::from(*align), ..self.layout(*of, depth)? })
            }
        }
    }

    fn record(&self, ty: CType, record: &Record, depth: u32) -> Result<RecordLayout, LayoutError> {
        let Some(members) = &record.members else { return Err(self.incomplete(ty)) };
        let mut placer = Placer::new(record, self.target.bit_fields);
        let mut placed = Vec::with_capacity(members.len());
        for member in members {
            let layout = self.member(member.ty, depth)?;
            placed.push(placer.place(member, layout));
            if !self.fits(placer.end / 8) {
                return Err(self.too_large(ty));
            }
        }
        Ok(RecordLayout { whole: placer.finish(), members: placed })
    }

    /// A member's layout: an array without a length takes no room.
    fn member(&self, ty: CType, depth: u32) -> Result<CLayout, LayoutError> {
        match self.types.kind(ty) {
            CKind::Array { of, len: None } => Ok(CLayout { size: 0, ..self.layout(*of, depth)? }),
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

/// Places the members of one record, one after the other. Positions are in bits.
struct Placer<'r> {
    record: &'r Record,
    rule: BitFields,
    /// The end of the last member; of a union, the largest end.
    end: u64,
    /// The alignment of the whole so far, in bytes.
    align: u64,
}

impl<'r> Placer<'r> {
    fn new(record: &'r Record, rule: BitFields) -> Placer<'r> {
        Placer { record, rule, end: 0, align: record.align.map_or(1, u64::from) }
    }

    fn place(&mut self, member: &Member, layout: CLayout) -> MemberLayout {
        let start = if self.record.union { 0 } else { self.end };
        let bit_offset = match member.bits {
            None => start.next_multiple_of(self.align_of(member, layout) * 8),
            Some(bits) => self.place_bits(member, layout, bits, start),
        };
        let placed = MemberLayout { bit_offset, bits: member.bits, layout };
        self.end = self.end.max(bit_offset + placed.width());
        placed
    }

    /// The alignment of an ordinary member, which counts for the whole too.
    fn align_of(&mut self, member: &Member, layout: CLayout) -> u64 {
        let packed = member.packed || self.record.packed;
        let natural = if packed { 1 } else { layout.align };
        let align = self.capped(natural.max(member.align.map_or(1, u64::from)));
        self.align = self.align.max(align);
        align
    }

    fn place_bits(&mut self, member: &Member, layout: CLayout, bits: u32, start: u64) -> u64 {
        let packed = member.packed || self.record.packed;
        let own = member.align.map_or(1, u64::from);
        if bits == 0 {
            // It ends the unit, whatever packing is in force.
            if self.rule == BitFields::Aapcs {
                self.align = self.align.max(layout.align);
            }
            return start.next_multiple_of(layout.align.max(own) * 8);
        }
        let type_align = if packed { 1 } else { layout.align };
        if member.name.is_some() || self.rule == BitFields::Aapcs {
            self.align = self.align.max(self.capped(type_align)).max(self.capped(own));
        }
        let start = match self.capped(own) {
            1 => start,
            align => start.next_multiple_of(align * 8),
        };
        let unit = layout.align * 8;
        let spans = (start % unit + u64::from(bits)).div_ceil(unit) > (layout.size * 8) / unit;
        if spans && !packed && self.record.pack.is_none() { start.next_multiple_of(unit) } else { start }
    }

    fn capped(&self, align: u64) -> u64 {
        self.record.pack.map_or(align, |pack| align.min(u64::from(pack)))
    }

    fn finish(self) -> CLayout {
        CLayout { size: self.end.div_ceil(8).next_multiple_of(self.align), align: self.align }
    }
}
