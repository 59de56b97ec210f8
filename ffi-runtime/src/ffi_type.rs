//! C's types, as an embedder names them.

mod other;

use std::fmt;
use std::sync::Arc;

use vo_ffi_core::c::{CErrors, CKind, CLayout, CScalar, CType, CTypes, Declarations, LayoutError, Target};

pub use other::OtherType;

/// A type of C, as far as calls go. Names of the same bytes are one type here: `int`, an `enum` of it and `int32_t`
/// are [`FfiType::I32`], all pointers but `char *` are [`FfiType::Pointer`].
///
/// ```
/// use vo_ffi_runtime::FfiType;
///
/// assert_eq!((FfiType::I16.size(), FfiType::I16.align()), (2, 2));
/// assert_eq!(FfiType::parse("unsigned long")?, FfiType::U64);
/// assert_eq!(FfiType::parse("const char *")?, FfiType::String);
/// let point = FfiType::parse("struct { double x, y; }")?;
/// assert_eq!((point.size(), point.align()), (16, 8));
/// # Ok::<(), vo_ffi_runtime::FunctionError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FfiType {
    /// `void`, of a function without a result
    Void,
    /// `_Bool`
    Bool,
    /// `int8_t`, `signed char`
    I8,
    /// `int16_t`, `short`
    I16,
    /// `int32_t`, `int`
    I32,
    /// `int64_t`, `long long`
    I64,
    /// `uint8_t`, `unsigned char`
    U8,
    /// `uint16_t`, `unsigned short`
    U16,
    /// `uint32_t`, `unsigned`
    U32,
    /// `uint64_t`, `unsigned long long`
    U64,
    /// `float`
    F32,
    /// `double`
    F64,
    /// `void *`, and every other pointer
    Pointer,
    /// `char *`, a text that ends in a NUL; a [`FfiType::Pointer`] may stand for it, and it for one
    String,
    /// `__int128`
    I128,
    /// `unsigned __int128`
    U128,
    /// `long double`
    LongDouble,
    /// `_Complex float`
    ComplexF32,
    /// `_Complex double`
    ComplexF64,
    /// `_Complex long double`
    ComplexLongDouble,
    /// A struct, a union, an array, or a type with an alignment of its own
    Other(OtherType),
}

/// What is known of a type that is only a name.
struct Row {
    ty: FfiType,
    name: &'static str,
    c: Basic,
}

/// A type as C has it.
#[derive(Clone, Copy)]
enum Basic {
    Void,
    Scalar(CScalar),
    Pointer,
    Text,
    Complex(CScalar),
}

const fn row(ty: FfiType, name: &'static str, c: Basic) -> Row {
    Row { ty, name, c }
}

/// In the order of their numbers in C; see `vo_ffi.h`.
static ROWS: [Row; 20] = [
    row(FfiType::Void, "void", Basic::Void),
    row(FfiType::Bool, "bool", Basic::Scalar(CScalar::Bool)),
    row(FfiType::I8, "i8", Basic::Scalar(CScalar::SignedChar)),
    row(FfiType::I16, "i16", Basic::Scalar(CScalar::Short)),
    row(FfiType::I32, "i32", Basic::Scalar(CScalar::Int)),
    row(FfiType::I64, "i64", Basic::Scalar(CScalar::LongLong)),
    row(FfiType::U8, "u8", Basic::Scalar(CScalar::UnsignedChar)),
    row(FfiType::U16, "u16", Basic::Scalar(CScalar::UnsignedShort)),
    row(FfiType::U32, "u32", Basic::Scalar(CScalar::UnsignedInt)),
    row(FfiType::U64, "u64", Basic::Scalar(CScalar::UnsignedLongLong)),
    row(FfiType::F32, "f32", Basic::Scalar(CScalar::Float)),
    row(FfiType::F64, "f64", Basic::Scalar(CScalar::Double)),
    row(FfiType::Pointer, "pointer", Basic::Pointer),
    row(FfiType::String, "string", Basic::Text),
    row(FfiType::I128, "i128", Basic::Scalar(CScalar::Int128)),
    row(FfiType::U128, "u128", Basic::Scalar(CScalar::UnsignedInt128)),
    row(FfiType::LongDouble, "long double", Basic::Scalar(CScalar::LongDouble)),
    row(FfiType::ComplexF32, "complex f32", Basic::Complex(CScalar::Float)),
    row(FfiType::ComplexF64, "complex f64", Basic::Complex(CScalar::Double)),
    row(FfiType::ComplexLongDouble, "complex long double", Basic::Complex(CScalar::LongDouble)),
];

impl FfiType {
    /// The type that a text of C names, on this machine: `struct { double x, y; }`, `unsigned long`, `int[4]`.
    ///
    /// # Errors
    /// [`FunctionError::Text`](crate::FunctionError::Text) with everything that is wrong with the text;
    /// [`FunctionError::NoSize`](crate::FunctionError::NoSize).
    pub fn parse(text: &str) -> Result<FfiType, crate::FunctionError> {
        let mut declarations = Declarations::new(Target::HOST);
        let ty = declarations
            .parse_type(text)
            .map_err(|errors: CErrors| crate::FunctionError::text(text, errors))?;
        FfiType::of(&Arc::new(declarations.types), ty).map_err(crate::FunctionError::NoSize)
    }

    /// The type of a C type.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use vo_ffi_core::c::{Declarations, Target};
    /// use vo_ffi_runtime::FfiType;
    ///
    /// let text = "struct point { double x, y; }; enum colour { RED };";
    /// let declarations = Declarations::parse(text, Target::HOST)?;
    /// let point = declarations.type_named("struct point").expect("it is declared");
    /// let colour = declarations.type_named("enum colour").expect("it is declared");
    /// let types = Arc::new(declarations.types);
    /// assert_eq!(FfiType::of(&types, point)?.to_string(), "struct point");
    /// assert_eq!(FfiType::of(&types, colour)?, FfiType::U32);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Why it has no size; `void` is a type of results.
    pub fn of(types: &Arc<CTypes>, ty: CType) -> Result<FfiType, LayoutError> {
        if let Some(scalar) = types.as_scalar(ty) {
            // An enum that is only named is represented by an `unsigned`, and has no size yet.
            types.layout(ty, Target::HOST)?;
            return Ok(FfiType::of_scalar(scalar));
        }
        Ok(match types.kind(ty) {
            CKind::Void => FfiType::Void,
            CKind::Complex(CScalar::Float) => FfiType::ComplexF32,
            CKind::Complex(CScalar::Double) => FfiType::ComplexF64,
            CKind::Complex(_) => FfiType::ComplexLongDouble,
            CKind::Pointer { to, .. } => match types.as_scalar(*to) {
                Some(CScalar::Char) => FfiType::String,
                _ => FfiType::Pointer,
            },
            CKind::Aligned { of, .. } if matches!(types.unaligned_kind(*of), CKind::Pointer { .. }) => {
                FfiType::of(types, *of)?
            }
            _ => FfiType::Other(OtherType::new(types, ty)?),
        })
    }

    /// `long` is `long long` or `int`, and `char` one of its signs.
    fn of_scalar(scalar: CScalar) -> FfiType {
        let facts = |scalar: CScalar| {
            (scalar.class(Target::HOST), scalar.size(Target::HOST), scalar == CScalar::LongDouble)
        };
        let same = ROWS.iter().find(|row| match row.c {
            Basic::Scalar(other) => facts(other) == facts(scalar),
            _ => false,
        });
        same.map_or(FfiType::Void, |row| row.ty.clone())
    }

    /// The type of this number; see [`FfiType::number`].
    pub(crate) fn numbered(number: usize) -> Option<FfiType> {
        ROWS.get(number).map(|row| row.ty.clone())
    }

    /// Its number in `vo_ffi.h`; types that are more than a name share the last one.
    #[inline]
    pub(crate) fn number(&self) -> usize {
        match self {
            FfiType::Void => 0,
            FfiType::Bool => 1,
            FfiType::I8 => 2,
            FfiType::I16 => 3,
            FfiType::I32 => 4,
            FfiType::I64 => 5,
            FfiType::U8 => 6,
            FfiType::U16 => 7,
            FfiType::U32 => 8,
            FfiType::U64 => 9,
            FfiType::F32 => 10,
            FfiType::F64 => 11,
            FfiType::Pointer => 12,
            FfiType::String => 13,
            FfiType::I128 => 14,
            FfiType::U128 => 15,
            FfiType::LongDouble => 16,
            FfiType::ComplexF32 => 17,
            FfiType::ComplexF64 => 18,
            FfiType::ComplexLongDouble => 19,
            FfiType::Other(_) => 20,
        }
    }

    /// The C type in a table, which gets it where it lacks it.
    pub fn c_type(&self, types: &mut CTypes) -> CType {
        match self {
            FfiType::Other(other) => types.import(other.types(), &[other.c_type()])[0],
            _ => match ROWS[self.number()].c {
                Basic::Void => CType::VOID,
                Basic::Scalar(scalar) => CType::scalar(scalar),
                Basic::Pointer => CType::POINTER,
                Basic::Text => types.pointer_to(CType::scalar(CScalar::Char)),
                Basic::Complex(part) => types.intern(CKind::Complex(part)),
            },
        }
    }

    /// Its size in bytes, 0 for `void`.
    pub fn size(&self) -> usize {
        self.layout().size as usize
    }

    /// Its alignment in bytes.
    pub fn align(&self) -> usize {
        self.layout().align as usize
    }

    fn layout(&self) -> CLayout {
        let (size, align) = match self {
            FfiType::Other(other) => return other.layout(),
            _ => match ROWS[self.number()].c {
                Basic::Void => (0, 1),
                Basic::Scalar(scalar) => (scalar.size(Target::HOST), scalar.size(Target::HOST)),
                Basic::Pointer | Basic::Text => (Target::HOST.pointer.into(), Target::HOST.pointer.into()),
                Basic::Complex(part) => (2 * part.size(Target::HOST), part.size(Target::HOST)),
            },
        };
        CLayout { size: size as u64, align: align as u64 }
    }

    /// Whether an [`FfiValue`](crate::FfiValue) of this type is the address of its bytes, as it does not fit or is no
    /// scalar.
    ///
    /// ```
    /// use vo_ffi_runtime::FfiType;
    /// assert!(!FfiType::F64.is_image());
    /// assert!(FfiType::I128.is_image());
    /// assert!(FfiType::parse("struct { char c; }")?.is_image());
    /// # Ok::<(), vo_ffi_runtime::FunctionError>(())
    /// ```
    #[inline]
    pub fn is_image(&self) -> bool {
        match self {
            FfiType::I128 | FfiType::U128 => true,
            FfiType::LongDouble => CScalar::LongDouble.size(Target::HOST) > 8,
            FfiType::ComplexF32 | FfiType::ComplexF64 | FfiType::ComplexLongDouble | FfiType::Other(_) => {
                true
            }
            _ => false,
        }
    }

    /// A member of a struct or union, also of an anonymous one in it, or an element of an array, which its index names:
    /// its offset in bytes, and its type.
    ///
    /// ```
    /// use vo_ffi_runtime::FfiType;
    /// let line = FfiType::parse("struct { struct { float x, y; } from, to; short tags[3]; }")?;
    /// let (offset, to) = line.member("to").expect("a member");
    /// assert_eq!((offset, to.member("y")), (8, Some((4, FfiType::F32))));
    /// let (offset, tags) = line.member("tags").expect("a member");
    /// assert_eq!((offset, tags.member("2")), (16, Some((4, FfiType::I16))));
    /// # Ok::<(), vo_ffi_runtime::FunctionError>(())
    /// ```
    ///
    /// Bit-fields have no address, and are no members here.
    pub fn member(&self, name: &str) -> Option<(usize, FfiType)> {
        match self {
            FfiType::Other(other) => other.member(name),
            _ => None,
        }
    }

    /// Whether an argument of a type may be passed for this one.
    #[inline]
    pub(crate) fn takes(&self, found: &FfiType) -> bool {
        self == found || (self.is_address() && found.is_address())
    }

    #[inline]
    fn is_address(&self) -> bool {
        matches!(self, FfiType::Pointer | FfiType::String)
    }
}

impl fmt::Display for FfiType {
    /// `f64`; of a struct its name in C.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FfiType::Other(other) => other.fmt(f),
            _ => f.write_str(ROWS[self.number()].name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_stands_at_its_own_number() {
        for (number, row) in ROWS.iter().enumerate() {
            assert_eq!(row.ty.number(), number, "{}", row.name);
        }
    }
}
