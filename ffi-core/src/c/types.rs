//! C's types as data. A [`CType`] is a number in a [`CTypes`] table; two numbers are equal where the types are the
//! same in C, so structs with equal fields and other tags differ.

use std::collections::HashMap;

use crate::c::{CScalar, Convention};
use crate::scalar::{Class, Scalar};

/// A type of C, in its [`CTypes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CType(u32);

/// A struct or union, in its [`CTypes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RecordId(u32);

/// An enum, in its [`CTypes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EnumId(u32);

/// What a type is.
///
/// Qualifiers are kept where they matter to a caller: on what a pointer points to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum CKind {
    /// `void`
    Void,
    /// A number, a character or a truth value.
    Scalar(CScalar),
    /// `_Complex` of a floating scalar: real and imaginary part.
    Complex(CScalar),
    /// An enum.
    Enum(EnumId),
    /// A pointer to an object or a function.
    Pointer {
        /// What it points to.
        to: CType,
        /// Whether that is `const`.
        constant: bool,
    },
    /// An array; without a length, as the last member of a struct, it takes no room.
    Array {
        /// Its elements.
        of: CType,
        /// How many; `None` for `[]`.
        len: Option<u64>,
    },
    /// A struct or union.
    Record(RecordId),
    /// A function.
    Func(FuncSig),
    /// The same type with another alignment, as a typedef or member with `aligned` has it.
    Aligned {
        /// The type without it.
        of: CType,
        /// In bytes, a power of two.
        align: u32,
    },
}

/// The type of a function.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FuncSig {
    /// Its parameters; arrays and functions have become pointers.
    pub params: Vec<CType>,
    /// Whether more arguments may follow: `...`.
    pub variadic: bool,
    /// What it returns.
    pub result: CType,
    /// The calling convention, where the declaration names one (`ms_abi`, `sysv_abi`); else the machine's.
    pub convention: Option<Convention>,
}

/// A struct or union.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Record {
    /// The name behind `struct` or `union`, or the typedef's that names it alone.
    pub tag: Option<String>,
    /// Whether the tag is a typedef's name, which stands without `struct`.
    pub named_by_typedef: bool,
    /// Whether it is a union.
    pub union: bool,
    /// Its members; `None` while it is incomplete.
    pub members: Option<Vec<Member>>,
    /// Whether it is `packed`.
    pub packed: bool,
    /// `#pragma pack(n)`, as it was in force at the end of the definition: no member is aligned more.
    pub pack: Option<u32>,
    /// `aligned(n)`: the least alignment of the whole.
    pub align: Option<u32>,
}

/// A member of a struct or union.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its name; `None` for an anonymous struct or union, and for an unnamed bit-field.
    pub name: Option<String>,
    /// Its type.
    pub ty: CType,
    /// The width of a bit-field.
    pub bits: Option<u32>,
    /// Whether this member is `packed`.
    pub packed: bool,
    /// `aligned(n)` or `_Alignas(n)` on this member.
    pub align: Option<u32>,
}

/// An enum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnumType {
    /// The name behind `enum`, or the typedef's that names it alone.
    pub tag: Option<String>,
    /// Whether the tag is a typedef's name, which stands without `enum`.
    pub named_by_typedef: bool,
    /// The integer that it is represented by.
    pub underlying: CScalar,
    /// Its constants, in order; `None` while it is incomplete.
    pub constants: Option<Vec<(String, i128)>>,
}

/// The types of some declarations.
///
/// ```
/// use vo_ffi_core::c::{CKind, CScalar, CType, CTypes, Member, Record, Target};
///
/// let mut types = CTypes::new();
/// // struct node { struct node *next; char text[20]; };
/// let node = types.declare_record(Record { tag: Some("node".into()), ..Record::default() });
/// let next = types.pointer_to(types.record_type(node));
/// let text = types.array_of(CType::scalar(CScalar::Char), Some(20));
/// types.record_mut(node).members = Some(vec![Member::new("next", next), Member::new("text", text)]);
///
/// assert_eq!(types.name(next), "struct node *");
/// let layout = types.layout(types.record_type(node), &Target::LINUX_X64)?;
/// assert_eq!((layout.size, layout.align), (32, 8));
/// # Ok::<(), vo_ffi_core::c::LayoutError>(())
/// ```
#[derive(Clone, Debug)]
pub struct CTypes {
    kinds: Vec<CKind>,
    ids: HashMap<CKind, CType>,
    records: Vec<Record>,
    record_types: Vec<CType>,
    enums: Vec<EnumType>,
    enum_types: Vec<CType>,
}

impl CType {
    /// `void`
    pub const VOID: CType = CType(0);

    /// `void *`
    pub const POINTER: CType = CType(1 + CScalar::ALL.len() as u32);

    /// A scalar, which has the same number in every table.
    pub const fn scalar(scalar: CScalar) -> CType {
        CType(1 + scalar as u32)
    }

    /// The type of C with the bytes of a scalar of Vo.
    ///
    /// ```
    /// use vo_ffi_core::Scalar;
    /// use vo_ffi_core::c::{CScalar, CType};
    /// assert_eq!(CType::of(Scalar::Uint16), CType::scalar(CScalar::UnsignedShort));
    /// ```
    pub const fn of(scalar: Scalar) -> CType {
        use CScalar::*;
        CType::scalar(match (scalar.class(), scalar.size()) {
            (Class::Bool, _) => Bool,
            (Class::Signed, 1) => SignedChar,
            (Class::Signed, 2) => Short,
            (Class::Signed, 4) => Int,
            (Class::Signed, _) => LongLong,
            (Class::Unsigned, 1) => UnsignedChar,
            (Class::Unsigned, 2) => UnsignedShort,
            (Class::Unsigned, 4) => UnsignedInt,
            (Class::Unsigned, _) => UnsignedLongLong,
            (Class::Float, 4) => Float,
            (Class::Float, _) => Double,
        })
    }
}

impl Member {
    /// An ordinary member.
    pub fn new(name: impl Into<String>, ty: CType) -> Member {
        Member { name: Some(name.into()), ty, bits: None, packed: false, align: None }
    }

    /// A bit-field.
    pub fn bits(name: impl Into<String>, ty: CType, bits: u32) -> Member {
        Member { bits: Some(bits), ..Member::new(name, ty) }
    }

    /// A struct or union without a name, whose members are seen from outside.
    pub fn anonymous(ty: CType) -> Member {
        Member { name: None, ..Member::new("", ty) }
    }
}

impl Default for CTypes {
    fn default() -> CTypes {
        CTypes::new()
    }
}

impl CTypes {
    /// A table of the scalars, `void` and `void *`.
    pub fn new() -> CTypes {
        let mut types = CTypes {
            kinds: Vec::new(),
            ids: HashMap::new(),
            records: Vec::new(),
            record_types: Vec::new(),
            enums: Vec::new(),
            enum_types: Vec::new(),
        };
        types.intern(CKind::Void);
        for scalar in CScalar::ALL {
            types.intern(CKind::Scalar(scalar));
        }
        types.pointer_to(CType::VOID);
        types
    }

    /// What a type is.
    pub fn kind(&self, ty: CType) -> &CKind {
        &self.kinds[ty.0 as usize]
    }

    /// What a type is, apart from an alignment that it was given.
    pub fn unaligned_kind(&self, ty: CType) -> &CKind {
        match self.kind(ty) {
            CKind::Aligned { of, .. } => self.unaligned_kind(*of),
            kind => kind,
        }
    }

    /// The type of this kind.
    pub fn intern(&mut self, kind: CKind) -> CType {
        if let Some(&ty) = self.ids.get(&kind) {
            return ty;
        }
        let ty = CType(self.kinds.len() as u32);
        self.ids.insert(kind.clone(), ty);
        self.kinds.push(kind);
        ty
    }

    /// `T *`
    pub fn pointer_to(&mut self, to: CType) -> CType {
        self.intern(CKind::Pointer { to, constant: false })
    }

    /// `const T *`
    pub fn pointer_to_const(&mut self, to: CType) -> CType {
        self.intern(CKind::Pointer { to, constant: true })
    }

    /// `T [len]`
    pub fn array_of(&mut self, of: CType, len: Option<u64>) -> CType {
        self.intern(CKind::Array { of, len })
    }

    /// A function.
    pub fn func(&mut self, sig: FuncSig) -> CType {
        self.intern(CKind::Func(sig))
    }

    /// The same type with another alignment.
    pub fn aligned(&mut self, of: CType, align: u32) -> CType {
        self.intern(CKind::Aligned { of, align })
    }

    /// A new struct or union, different from all others. Its members may be set later.
    pub fn declare_record(&mut self, record: Record) -> RecordId {
        let id = RecordId(self.records.len() as u32);
        self.records.push(record);
        let ty = self.intern(CKind::Record(id));
        self.record_types.push(ty);
        id
    }

    /// A struct or union.
    pub fn record(&self, id: RecordId) -> &Record {
        &self.records[id.0 as usize]
    }

    /// A struct or union, to complete it.
    pub fn record_mut(&mut self, id: RecordId) -> &mut Record {
        &mut self.records[id.0 as usize]
    }

    /// The type of a struct or union.
    pub fn record_type(&self, id: RecordId) -> CType {
        self.record_types[id.0 as usize]
    }

    /// A new enum, different from all others.
    pub fn declare_enum(&mut self, enumeration: EnumType) -> EnumId {
        let id = EnumId(self.enums.len() as u32);
        self.enums.push(enumeration);
        let ty = self.intern(CKind::Enum(id));
        self.enum_types.push(ty);
        id
    }

    /// An enum.
    pub fn enumeration(&self, id: EnumId) -> &EnumType {
        &self.enums[id.0 as usize]
    }

    /// An enum, to complete it.
    pub fn enumeration_mut(&mut self, id: EnumId) -> &mut EnumType {
        &mut self.enums[id.0 as usize]
    }

    /// The type of an enum.
    pub fn enum_type(&self, id: EnumId) -> CType {
        self.enum_types[id.0 as usize]
    }

    /// The scalar that represents a value: of a scalar itself, and of an enum.
    pub fn as_scalar(&self, ty: CType) -> Option<CScalar> {
        match self.unaligned_kind(ty) {
            CKind::Scalar(scalar) => Some(*scalar),
            CKind::Enum(id) => Some(self.enumeration(*id).underlying),
            _ => None,
        }
    }

    /// The type of a function, or of what a pointer to a function points to.
    pub fn as_func(&self, ty: CType) -> Option<&FuncSig> {
        match self.unaligned_kind(ty) {
            CKind::Func(sig) => Some(sig),
            CKind::Pointer { to, .. } => match self.unaligned_kind(*to) {
                CKind::Func(sig) => Some(sig),
                _ => None,
            },
            _ => None,
        }
    }

    /// The struct or union that a type is.
    pub fn as_record(&self, ty: CType) -> Option<&Record> {
        match self.unaligned_kind(ty) {
            CKind::Record(id) => Some(self.record(*id)),
            _ => None,
        }
    }
}
