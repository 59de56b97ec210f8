//! Strings.

use std::borrow::Cow;
use std::fmt;
use std::str::Utf8Error;

use crate::ctx::Access;
use crate::slot::Slot;
use crate::unwind::raise;

/// A string of the VM. As in Go its bytes are usually UTF-8, but need not be.
///
/// ```
/// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
/// # vm::run(|ctx| {
/// let text = ctx.new_string(b"caf\xc3\xa9");
/// assert_eq!((text.as_str(), text.len(), text.is_empty()), ("café", 5, false));
/// assert_eq!(text.as_bytes()[4], 0xa9);
/// assert_eq!(format!("[{text:>6}]"), "[  café]");
/// # });
/// ```
#[derive(Clone, Copy)]
pub struct VoString<'call> {
    slot: Slot,
    bytes: &'call [u8],
}

impl<'call> VoString<'call> {
    /// # Safety
    /// `slot` is a string of the VM that stays alive for `'call`.
    #[inline]
    pub(crate) unsafe fn from_slot(access: Access<'call>, slot: Slot) -> VoString<'call> {
        // SAFETY: the caller vouches for the string.
        let (data, len) = access.with_heap(|heap| unsafe { heap.string(slot) });
        // SAFETY: strings are immutable, and this one lives for 'call; `Heap` gives its address and length.
        let bytes = if len == 0 { &[] } else { unsafe { std::slice::from_raw_parts(data, len) } };
        VoString { slot, bytes }
    }

    pub(crate) fn slot(&self) -> Slot {
        self.slot
    }

    /// The text.
    ///
    /// ```
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # let message = vm::trap(|ctx| {
    /// let latin1 = ctx.new_string(b"caf\xe9");
    /// latin1.as_str(); // ends the native
    /// # });
    /// // The script sees:
    /// assert_eq!(message, "string is not valid UTF-8 from byte 3");
    /// ```
    ///
    /// # Panics
    /// Where the bytes are not UTF-8; the script sees a trap. [`as_bytes`](VoString::as_bytes) and
    /// [`to_str_lossy`](VoString::to_str_lossy) never panic.
    pub fn as_str(&self) -> &'call str {
        match self.to_str() {
            Ok(text) => text,
            Err(error) => raise(format!("string is not valid UTF-8 from byte {}", error.valid_up_to())),
        }
    }

    /// The text, where the bytes are UTF-8.
    #[inline]
    pub(crate) fn to_str(self) -> Result<&'call str, Utf8Error> {
        // Most texts are short and ASCII, which is found out faster.
        if self.bytes.is_ascii() {
            // SAFETY: ASCII is UTF-8.
            return Ok(unsafe { std::str::from_utf8_unchecked(self.bytes) });
        }
        std::str::from_utf8(self.bytes)
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &'call [u8] {
        self.bytes
    }

    /// The text, with U+FFFD in place of what is not UTF-8.
    ///
    /// ```
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::run(|ctx| {
    /// let latin1 = ctx.new_string(b"caf\xe9");
    /// assert_eq!(latin1.to_str_lossy(), "caf\u{fffd}");
    /// # });
    /// ```
    pub fn to_str_lossy(&self) -> Cow<'call, str> {
        String::from_utf8_lossy(self.bytes)
    }

    /// The length in bytes.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether it is "".
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }
}

impl fmt::Debug for VoString<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.to_str_lossy())
    }
}

impl fmt::Display for VoString<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.to_str_lossy())
    }
}
