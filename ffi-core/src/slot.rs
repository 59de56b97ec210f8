//! The 8-byte slot, the unit of every frame.
//!
//! | Vo type | in its slot |
//! |---|---|
//! | bool | 0 or 1 |
//! | signed integers | sign-extended to 64 bits |
//! | unsigned integers | zero-extended to 64 bits |
//! | float64 | its bits |
//! | float32 | its bits in the low half, the high half 0 |
//! | string, slice, map, func, pointer | a reference, 0 for the zero value |
//! | struct, array | the address of its image |
//! | any, error, interfaces | two slots: the type word, then the data |

use std::fmt;

/// One 8-byte cell of a frame.
///
/// ```
/// use vo_ffi_core::Slot;
///
/// assert_eq!(Slot::from_i64(-1).bits(), u64::MAX);
/// assert_eq!(Slot::from_f32(1.5).bits(), 0x3fc0_0000);
/// assert_eq!(Slot::from_bits(0x3fc0_0000).as_f32(), 1.5);
/// assert_eq!((Slot::from_f64(0.5).as_f64(), Slot::from_bool(true).as_bool()), (0.5, true));
/// assert_eq!((Slot::ZERO.as_i64(), Slot::ZERO.as_ptr::<u8>().is_null()), (0, true));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Default)]
#[repr(transparent)]
pub struct Slot(u64);

impl Slot {
    /// Zero: nil, false, 0, 0.0 and the empty string.
    pub const ZERO: Slot = Slot(0);

    /// The slot with exactly these bits.
    #[inline]
    pub const fn from_bits(bits: u64) -> Slot {
        Slot(bits)
    }

    /// The slot's bits.
    #[inline]
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// A signed integer, already extended to 64 bits.
    #[inline]
    pub const fn from_i64(value: i64) -> Slot {
        Slot(value as u64)
    }

    /// The bits as a signed integer.
    #[inline]
    pub const fn as_i64(self) -> i64 {
        self.0 as i64
    }

    /// A float64.
    #[inline]
    pub const fn from_f64(value: f64) -> Slot {
        Slot(value.to_bits())
    }

    /// The bits as a float64.
    #[inline]
    pub const fn as_f64(self) -> f64 {
        f64::from_bits(self.0)
    }

    /// A float32, in the low half.
    #[inline]
    pub const fn from_f32(value: f32) -> Slot {
        Slot(value.to_bits() as u64)
    }

    /// The low half as a float32.
    #[inline]
    pub const fn as_f32(self) -> f32 {
        f32::from_bits(self.0 as u32)
    }

    /// A bool, as 0 or 1.
    #[inline]
    pub const fn from_bool(value: bool) -> Slot {
        Slot(value as u64)
    }

    /// Whether the slot is not zero.
    #[inline]
    pub const fn as_bool(self) -> bool {
        self.0 != 0
    }

    /// A reference: an address in the VM's heap, or 0.
    ///
    /// Its provenance is exposed, so that [`Slot::as_ptr`] gives a pointer that may be used as this one.
    ///
    /// ```
    /// # use vo_ffi_core::Slot;
    /// let number = Box::new(7_i64);
    /// let slot = Slot::from_ptr(&raw const *number);
    /// // SAFETY: the box lives.
    /// assert_eq!(unsafe { *slot.as_ptr::<i64>() }, 7);
    /// ```
    #[inline]
    pub fn from_ptr<T>(address: *const T) -> Slot {
        Slot(address.expose_provenance() as u64)
    }

    /// The slot as an address.
    #[inline]
    pub fn as_ptr<T>(self) -> *mut T {
        std::ptr::with_exposed_provenance_mut(self.0 as usize)
    }
}

impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Slot({:#x})", self.0)
    }
}
