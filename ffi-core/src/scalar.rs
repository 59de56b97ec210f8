//! The one table of scalar types; every other fact about a scalar derives from it.

/// A scalar type of Vo. `byte` is [`Scalar::Uint8`], `rune` is [`Scalar::Int32`].
///
/// ```
/// # use vo_ffi_core::{Class, Scalar, Slot};
/// let rune = Scalar::Int32;
/// assert_eq!((rune.name(), rune.size(), rune.class()), ("int32", 4, Class::Signed));
/// assert!(rune.is_integer() && !rune.is_float());
/// assert_eq!(rune.range(), Some((-2_147_483_648, 2_147_483_647)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Scalar {
    /// `bool`
    Bool,
    /// `int`, 64 bits
    Int,
    /// `int8`
    Int8,
    /// `int16`
    Int16,
    /// `int32`, `rune`
    Int32,
    /// `int64`
    Int64,
    /// `uint`, 64 bits
    Uint,
    /// `uint8`, `byte`
    Uint8,
    /// `uint16`
    Uint16,
    /// `uint32`
    Uint32,
    /// `uint64`
    Uint64,
    /// `uintptr`, the size of an address
    Uintptr,
    /// `float32`
    Float32,
    /// `float64`
    Float64,
}

/// How a scalar is converted: everything else follows from its size.
///
/// ```
/// # use vo_ffi_core::{Class, Scalar, Slot};
/// /// What `%d` prints of an integer in its slot.
/// fn decimal(scalar: Scalar, slot: Slot) -> Option<String> {
///     match scalar.class() {
///         Class::Signed => Some(slot.as_i64().to_string()),
///         Class::Unsigned => Some(slot.bits().to_string()),
///         Class::Bool | Class::Float => None,
///     }
/// }
/// assert_eq!(decimal(Scalar::Int8, Slot::from_i64(-1)).as_deref(), Some("-1"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// 0 or 1.
    Bool,
    /// Sign-extended in a slot.
    Signed,
    /// Zero-extended in a slot.
    Unsigned,
    /// IEEE 754.
    Float,
}

impl Class {
    /// The slot form of a value of so many bytes, 1 to 8, in the low bytes of a word. The upper bytes may hold anything.
    ///
    /// ```
    /// # use vo_ffi_core::Class;
    /// assert_eq!(Class::Signed.extend(1, 0x1234_56ff).as_i64(), -1);
    /// assert_eq!(Class::Bool.extend(1, 0x0080).bits(), 1);
    /// ```
    #[inline]
    pub fn extend(self, bytes: u8, word: u64) -> crate::Slot {
        use crate::Slot;
        let unused = 64 - u32::from(bytes) * 8;
        match self {
            Class::Bool => Slot::from_bool(word as u8 != 0),
            Class::Signed => Slot::from_i64((word << unused) as i64 >> unused),
            Class::Unsigned | Class::Float => Slot::from_bits(word << unused >> unused),
        }
    }
}

/// A row of the table.
///
/// ```
/// # use vo_ffi_core::Scalar;
/// let row = Scalar::Uint16.row();
/// assert_eq!((row.name, row.c_name, row.size), ("uint16", "uint16_t", 2));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct ScalarRow {
    /// The scalar itself.
    pub scalar: Scalar,
    /// Its name in Vo.
    pub name: &'static str,
    /// A C type of the same representation.
    pub c_name: &'static str,
    /// Its size in bytes, which is its alignment too.
    pub size: usize,
    /// Its conversion class.
    pub class: Class,
}

const fn row(
    scalar: Scalar,
    name: &'static str,
    c_name: &'static str,
    size: usize,
    class: Class,
) -> ScalarRow {
    ScalarRow { scalar, name, c_name, size, class }
}

/// All scalars, in the order of [`Scalar`].
///
/// ```
/// # use vo_ffi_core::SCALARS;
/// let uint8 = SCALARS.iter().find(|row| row.name == "uint8").expect("a scalar of Vo");
/// assert_eq!(uint8.c_name, "uint8_t");
/// ```
pub const SCALARS: [ScalarRow; 14] = [
    row(Scalar::Bool, "bool", "bool", 1, Class::Bool),
    row(Scalar::Int, "int", "int64_t", 8, Class::Signed),
    row(Scalar::Int8, "int8", "int8_t", 1, Class::Signed),
    row(Scalar::Int16, "int16", "int16_t", 2, Class::Signed),
    row(Scalar::Int32, "int32", "int32_t", 4, Class::Signed),
    row(Scalar::Int64, "int64", "int64_t", 8, Class::Signed),
    row(Scalar::Uint, "uint", "uint64_t", 8, Class::Unsigned),
    row(Scalar::Uint8, "uint8", "uint8_t", 1, Class::Unsigned),
    row(Scalar::Uint16, "uint16", "uint16_t", 2, Class::Unsigned),
    row(Scalar::Uint32, "uint32", "uint32_t", 4, Class::Unsigned),
    row(Scalar::Uint64, "uint64", "uint64_t", 8, Class::Unsigned),
    row(Scalar::Uintptr, "uintptr", "uintptr_t", 8, Class::Unsigned),
    row(Scalar::Float32, "float32", "float", 4, Class::Float),
    row(Scalar::Float64, "float64", "double", 8, Class::Float),
];

impl Scalar {
    /// This scalar's row of [`SCALARS`].
    #[inline]
    pub const fn row(self) -> &'static ScalarRow {
        &SCALARS[self as usize]
    }

    /// Its name in Vo.
    pub const fn name(self) -> &'static str {
        self.row().name
    }

    /// Its size and alignment in bytes.
    #[inline]
    pub const fn size(self) -> usize {
        self.row().size
    }

    /// Its conversion class.
    #[inline]
    pub const fn class(self) -> Class {
        self.row().class
    }

    /// Whether it is an integer.
    pub const fn is_integer(self) -> bool {
        matches!(self.class(), Class::Signed | Class::Unsigned)
    }

    /// Whether it is a float.
    pub const fn is_float(self) -> bool {
        matches!(self.class(), Class::Float)
    }

    /// The smallest and the largest value of an integer or a bool; `None` for floats.
    ///
    /// ```
    /// # use vo_ffi_core::Scalar;
    /// assert_eq!(Scalar::Uint8.range(), Some((0, 255)));
    /// assert_eq!((Scalar::Bool.range(), Scalar::Float32.range()), (Some((0, 1)), None));
    /// ```
    pub const fn range(self) -> Option<(i128, i128)> {
        let bits = self.size() as u32 * 8;
        match self.class() {
            Class::Bool => Some((0, 1)),
            Class::Signed => Some((-(1 << (bits - 1)), (1 << (bits - 1)) - 1)),
            Class::Unsigned => Some((0, (1 << bits) - 1)),
            Class::Float => None,
        }
    }

    /// Reads a scalar from memory into its slot form.
    ///
    /// ```
    /// # use vo_ffi_core::Scalar;
    /// let numbers = [-1_i16, 2];
    /// // SAFETY: both are int16s.
    /// let slot = unsafe { Scalar::Int16.load(numbers.as_ptr().cast()) };
    /// assert_eq!(slot.as_i64(), -1);
    /// ```
    ///
    /// # Safety
    /// `at` is readable for [`Scalar::size`] bytes; it need not be aligned.
    #[inline]
    pub unsafe fn load(self, at: *const u8) -> crate::Slot {
        use crate::Slot;
        // SAFETY: the caller vouches for `size` readable bytes, and each arm reads exactly that many.
        unsafe {
            match (self.class(), self.size()) {
                (Class::Signed, 1) => Slot::from_i64(at.cast::<i8>().read() as i64),
                (Class::Signed, 2) => Slot::from_i64(at.cast::<i16>().read_unaligned() as i64),
                (Class::Signed, 4) => Slot::from_i64(at.cast::<i32>().read_unaligned() as i64),
                (_, 1) => Slot::from_bits(at.read() as u64),
                (_, 2) => Slot::from_bits(at.cast::<u16>().read_unaligned() as u64),
                (_, 4) => Slot::from_bits(at.cast::<u32>().read_unaligned() as u64),
                _ => Slot::from_bits(at.cast::<u64>().read_unaligned()),
            }
        }
    }

    /// Writes the low bytes of a slot to memory.
    ///
    /// ```
    /// # use vo_ffi_core::{Scalar, Slot};
    /// let mut numbers = [0_i16; 2];
    /// // SAFETY: there is room for an int16.
    /// unsafe { Scalar::Int16.store((&raw mut numbers[1]).cast(), Slot::from_i64(-7)) };
    /// assert_eq!(numbers, [0, -7]);
    /// ```
    ///
    /// # Safety
    /// `at` is writable for [`Scalar::size`] bytes; it need not be aligned.
    #[inline]
    pub unsafe fn store(self, at: *mut u8, slot: crate::Slot) {
        let bits = slot.bits();
        // SAFETY: the caller vouches for `size` writable bytes, and each arm writes exactly that many.
        unsafe {
            match self.size() {
                1 => at.write(bits as u8),
                2 => at.cast::<u16>().write_unaligned(bits as u16),
                4 => at.cast::<u32>().write_unaligned(bits as u32),
                _ => at.cast::<u64>().write_unaligned(bits),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_stands_at_its_own_index() {
        for (index, row) in SCALARS.iter().enumerate() {
            assert_eq!(row.scalar as usize, index, "{}", row.name);
        }
    }
}
