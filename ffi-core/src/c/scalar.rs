//! The one table of C's scalar types.

use crate::c::{LongDouble, Target};
use crate::scalar::Class;

/// A scalar type of C. `signed`, `unsigned` and their orders are the parser's; `int32_t`, `size_t`, `wchar_t` and
/// their like are other names for these.
///
/// ```
/// use vo_ffi_core::c::{CScalar, Target};
///
/// let size = CScalar::UnsignedLong;
/// assert_eq!((size.name(), size.size(&Target::LINUX_X64)), ("unsigned long", 8));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum CScalar {
    /// `_Bool`
    Bool,
    /// `char`, of whatever sign
    Char,
    /// `signed char`
    SignedChar,
    /// `unsigned char`
    UnsignedChar,
    /// `short`
    Short,
    /// `unsigned short`
    UnsignedShort,
    /// `int`
    Int,
    /// `unsigned int`
    UnsignedInt,
    /// `long`
    Long,
    /// `unsigned long`
    UnsignedLong,
    /// `long long`
    LongLong,
    /// `unsigned long long`
    UnsignedLongLong,
    /// `__int128`
    Int128,
    /// `unsigned __int128`
    UnsignedInt128,
    /// `float`
    Float,
    /// `double`
    Double,
    /// `long double`
    LongDouble,
}

/// How many bytes a scalar has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Width {
    Bytes(u8),
    Long,
    LongDouble,
}

struct Row {
    scalar: CScalar,
    name: &'static str,
    class: Class,
    width: Width,
}

const fn row(scalar: CScalar, name: &'static str, class: Class, width: Width) -> Row {
    Row { scalar, name, class, width }
}

/// In the order of [`CScalar`]. The class of `char` is the target's.
const ROWS: [Row; 17] = [
    row(CScalar::Bool, "_Bool", Class::Bool, Width::Bytes(1)),
    row(CScalar::Char, "char", Class::Signed, Width::Bytes(1)),
    row(CScalar::SignedChar, "signed char", Class::Signed, Width::Bytes(1)),
    row(CScalar::UnsignedChar, "unsigned char", Class::Unsigned, Width::Bytes(1)),
    row(CScalar::Short, "short", Class::Signed, Width::Bytes(2)),
    row(CScalar::UnsignedShort, "unsigned short", Class::Unsigned, Width::Bytes(2)),
    row(CScalar::Int, "int", Class::Signed, Width::Bytes(4)),
    row(CScalar::UnsignedInt, "unsigned int", Class::Unsigned, Width::Bytes(4)),
    row(CScalar::Long, "long", Class::Signed, Width::Long),
    row(CScalar::UnsignedLong, "unsigned long", Class::Unsigned, Width::Long),
    row(CScalar::LongLong, "long long", Class::Signed, Width::Bytes(8)),
    row(CScalar::UnsignedLongLong, "unsigned long long", Class::Unsigned, Width::Bytes(8)),
    row(CScalar::Int128, "__int128", Class::Signed, Width::Bytes(16)),
    row(CScalar::UnsignedInt128, "unsigned __int128", Class::Unsigned, Width::Bytes(16)),
    row(CScalar::Float, "float", Class::Float, Width::Bytes(4)),
    row(CScalar::Double, "double", Class::Float, Width::Bytes(8)),
    row(CScalar::LongDouble, "long double", Class::Float, Width::LongDouble),
];

impl CScalar {
    /// All of them, in order.
    pub const ALL: [CScalar; 17] = {
        let mut all = [CScalar::Bool; 17];
        let mut index = 0;
        while index < 17 {
            all[index] = ROWS[index].scalar;
            index += 1;
        }
        all
    };

    const fn row(self) -> &'static Row {
        &ROWS[self as usize]
    }

    /// Its name in C.
    pub const fn name(self) -> &'static str {
        self.row().name
    }

    /// Its size in bytes, which is its alignment too on all targets.
    ///
    /// ```
    /// use vo_ffi_core::c::{CScalar, Target};
    /// assert_eq!(CScalar::LongDouble.size(&Target::LINUX_X64), 16);
    /// assert_eq!(CScalar::LongDouble.size(&Target::LINUX_ARM), 8);
    /// ```
    pub const fn size(self, target: &Target) -> usize {
        match (self.row().width, target.long_double) {
            (Width::Bytes(bytes), _) => bytes as usize,
            (Width::Long, _) => target.long as usize,
            (Width::LongDouble, LongDouble::Double) => 8,
            (Width::LongDouble, _) => 16,
        }
    }

    /// Its conversion class on a target, which decides about `char`.
    pub const fn class(self, target: &Target) -> Class {
        match self {
            CScalar::Char if !target.char_signed => Class::Unsigned,
            _ => self.row().class,
        }
    }

    /// Whether it is an integer, `char` included and `_Bool` not.
    pub const fn is_integer(self) -> bool {
        matches!(self.row().class, Class::Signed | Class::Unsigned)
    }

    /// Whether it is a floating type.
    pub const fn is_float(self) -> bool {
        matches!(self.row().class, Class::Float)
    }

    /// The smallest and the largest value of an integer or a `_Bool`; `None` for floats. 128-bit unsigned integers
    /// end at the largest `i128`.
    ///
    /// ```
    /// use vo_ffi_core::c::{CScalar, Target};
    /// assert_eq!(CScalar::Char.range(&Target::LINUX_X64), Some((-128, 127)));
    /// assert_eq!(CScalar::Char.range(&Target::LINUX_AARCH64), Some((0, 255)));
    /// ```
    pub const fn range(self, target: &Target) -> Option<(i128, i128)> {
        let bits = self.size(target) as u32 * 8;
        match self.class(target) {
            Class::Bool => Some((0, 1)),
            Class::Signed => Some((i128::MIN >> (128 - bits), i128::MAX >> (128 - bits))),
            Class::Unsigned if bits == 128 => Some((0, i128::MAX)),
            Class::Unsigned => Some((0, (1 << bits) - 1)),
            Class::Float => None,
        }
    }

    /// The integer of the same size and the other sign; other scalars are their own.
    ///
    /// ```
    /// use vo_ffi_core::c::CScalar;
    /// assert_eq!(CScalar::UnsignedLong.with_other_sign(), CScalar::Long);
    /// assert_eq!(CScalar::Double.with_other_sign(), CScalar::Double);
    /// ```
    pub const fn with_other_sign(self) -> CScalar {
        use CScalar::*;
        match self {
            SignedChar => UnsignedChar,
            Char | UnsignedChar => SignedChar,
            Short => UnsignedShort,
            UnsignedShort => Short,
            Int => UnsignedInt,
            UnsignedInt => Int,
            Long => UnsignedLong,
            UnsignedLong => Long,
            LongLong => UnsignedLongLong,
            UnsignedLongLong => LongLong,
            Int128 => UnsignedInt128,
            UnsignedInt128 => Int128,
            Bool | Float | Double | LongDouble => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_stands_at_its_own_index() {
        for (index, row) in ROWS.iter().enumerate() {
            assert_eq!(row.scalar as usize, index, "{}", row.name);
        }
    }
}
