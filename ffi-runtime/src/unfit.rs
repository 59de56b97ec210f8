//! Values that C cannot take: what is looked at before a call, and what is said of them.

use vo_ffi_core::{Callee, Class, Scalar, Slot};

/// Why a value does not become what C takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unfit {
    /// A string with a NUL at this byte, where C would see it end.
    Nul(usize),
    /// A string that is no UTF-8 from this byte on.
    NoText(usize),
    /// NULL, where C takes none.
    Null {
        /// Whether it is a slice, which may only be empty.
        empty: bool,
    },
    /// An integer that is none of C's type.
    Integer(i128, Scalar),
    /// A function pointer that is called and is NULL.
    NoFunction,
}

impl Unfit {
    /// An integer in its slot that is none of another type.
    #[cold]
    pub fn integer(slot: Slot, from: Scalar, to: Scalar) -> Unfit {
        let signed = from.class() == Class::Signed;
        Unfit::Integer(if signed { slot.as_i64().into() } else { slot.bits().into() }, to)
    }

    /// What is wrong, of the argument with this index of a function.
    #[cold]
    pub fn describe(&self, callee: &Callee, index: usize) -> String {
        let name = callee.param_names.get(index).filter(|name| !matches!(name.as_str(), "" | "_"));
        let name = name.map(|name| format!(" `{name}`")).unwrap_or_default();
        let place = format!("{}: argument {}{name}", callee.name, index + 1);
        match *self {
            Unfit::Nul(at) => {
                format!("{place}: the string has a NUL at byte {at}, where C would take it to end")
            }
            Unfit::NoText(at) => {
                format!("{place}: the string is not UTF-8 at byte {at}, and C takes wide characters")
            }
            Unfit::Null { empty } => {
                let what = if empty { "is an empty slice, NULL in C" } else { "is nil" };
                let function = callee.name.rsplit('.').next().unwrap_or_default();
                format!("{place} {what}, and C's `{function}` takes no NULL")
            }
            Unfit::NoFunction => format!("{}: the function pointer is nil", callee.name),
            Unfit::Integer(value, to) => {
                let (least, most) = to.range().unwrap_or_default();
                format!("{place}: {value} does not fit: C takes {least} to {most} ({} bits)", 8 * to.size())
            }
        }
    }
}

/// Whether an integer in its slot is one of another type too.
///
/// ```
/// use vo_ffi_core::{Scalar, Slot};
/// use vo_ffi_runtime::integer_fits;
/// assert!(integer_fits(Slot::from_i64(-1), Scalar::Int, Scalar::Int8));
/// assert!(!integer_fits(Slot::from_i64(-1), Scalar::Int, Scalar::Uint64));
/// assert!(!integer_fits(Slot::from_i64(128), Scalar::Int, Scalar::Int8));
/// ```
#[inline(always)]
pub fn integer_fits(slot: Slot, from: Scalar, to: Scalar) -> bool {
    // Equal bits are not enough where the one has a sign and the other none.
    let other_sign = from.class() != to.class() && slot.as_i64() < 0;
    to.class().extend(to.size() as u8, slot.bits()) == slot && !other_sign
}

/// Where the first NUL is among so many bytes. Texts are mostly short: eight bytes at a time are looked at.
///
/// ```
/// use vo_ffi_runtime::nul_before;
/// // SAFETY: a NUL follows both.
/// let found = unsafe { (nul_before(c"text".as_ptr().cast(), 4), nul_before(b"a text\0of two\0".as_ptr(), 13)) };
/// assert_eq!(found, (None, Some(6)));
/// ```
///
/// # Safety
/// The bytes are readable, and a NUL behind them.
#[inline]
pub unsafe fn nul_before(data: *const u8, len: usize) -> Option<usize> {
    const LOW: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    if len > 32 {
        // SAFETY: the caller vouches for a NUL at the end at the latest.
        let before = unsafe { std::ffi::CStr::from_ptr(data.cast()) }.count_bytes();
        return (before < len).then_some(before);
    }
    // Not zero where a byte of the word is.
    let nuls = |at: usize| {
        // SAFETY: the word is inside of the string.
        let word = unsafe { data.add(at).cast::<u64>().read_unaligned() };
        word.wrapping_sub(LOW) & !word & HIGH
    };
    let found = match len {
        // SAFETY: the bytes are inside of the string.
        0..8 => (0..len).any(|at| unsafe { *data.add(at) == 0 }),
        // Words from both ends, which may overlap.
        8..=16 => nuls(0) | nuls(len - 8) != 0,
        _ => nuls(0) | nuls(8) | nuls(len - 16) | nuls(len - 8) != 0,
    };
    // SAFETY: as above.
    found.then(|| (0..len).find(|&at| unsafe { *data.add(at) } == 0)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nul_is_found_wherever_it_is() {
        for len in 0..70 {
            let mut text = vec![b'x'; len + 1];
            text[len] = 0;
            // SAFETY: a NUL follows the bytes.
            assert_eq!(unsafe { nul_before(text.as_ptr(), len) }, None, "{len}");
            for at in 0..len {
                text[at] = 0;
                // SAFETY: as above.
                assert_eq!(unsafe { nul_before(text.as_ptr(), len) }, Some(at), "{at} of {len}");
                text[at] = 0x80;
            }
        }
    }
}
