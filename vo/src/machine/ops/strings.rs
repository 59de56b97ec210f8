//! Strings.

use std::str;

use vo_ffi::Slot;

use super::slices::{Bounds, bounds};
use crate::heap::{StringHeader, string_bytes};
use crate::machine::thread::{Done, Step};

/// What decoding gives for bytes that are not UTF-8.
pub(super) const REPLACEMENT: u32 = 0xfffd;

/// Whether two strings are equal.
///
/// # Safety
/// Both are strings.
pub(in crate::machine) unsafe fn equal(x: Slot, y: Slot) -> bool {
    // SAFETY: the caller vouches for both.
    x == y || unsafe { string_bytes(x) == string_bytes(y) }
}

/// `CmpStr`
///
/// # Safety
/// As for [`Step`].
pub(in crate::machine) unsafe fn compare(step: Step) -> Done {
    // SAFETY: as for Step.
    unsafe {
        let order = string_bytes(step.get(step.insn.b)).cmp(string_bytes(step.get(step.insn.c)));
        step.set(step.insn.a, Slot::from_i64(order as i64));
    }
    Ok(())
}

/// `Concat`
///
/// # Safety
/// As for [`Step`].
pub(in crate::machine) unsafe fn concat(step: Step) -> Done {
    // SAFETY: as for Step; allocating writes no registers.
    unsafe {
        let strings = step.run(step.insn.b, step.insn.c as usize);
        let whole = match step.insn.x {
            0 => step.heap().alloc_concat(strings),
            _ => step.heap().alloc_grown(strings),
        };
        let whole = whole.map_err(|error| step.heap_error(error))?;
        step.set(step.insn.a, whole);
    }
    Ok(())
}

/// `SliceStr`
///
/// # Safety
/// As for [`Step`].
pub(in crate::machine) unsafe fn slice(step: Step) -> Done {
    // SAFETY: as for Step; `bounds` has checked the range.
    unsafe {
        let string = step.get(step.insn.b);
        let len = string_bytes(string).len();
        let Bounds { low, high, .. } = bounds(step, step.insn.x, len, len, "length")?;
        let part = step.heap().alloc_substring(string, low, high).map_err(|error| step.heap_error(error))?;
        step.set(step.insn.a, part);
    }
    Ok(())
}

/// The rune that starts at byte `at`, and its length.
///
/// # Safety
/// `string` is a string of more than `at` bytes.
pub(in crate::machine) unsafe fn decode_rune(string: *const StringHeader, at: usize) -> (i64, usize) {
    // SAFETY: the header describes its bytes.
    let bytes = unsafe { std::slice::from_raw_parts((*string).data.add(at), (*string).len - at) };
    let (rune, len) = decode(bytes);
    (rune as i64, len)
}

/// The first rune of some bytes, and its length; U+FFFD and 1 where they are not UTF-8.
pub(super) fn decode(bytes: &[u8]) -> (u32, usize) {
    let head = &bytes[..bytes.len().min(4)];
    let valid = match str::from_utf8(head) {
        Ok(text) => text,
        Err(error) => str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default(),
    };
    valid.chars().next().map_or((REPLACEMENT, 1), |rune| (rune as u32, rune.len_utf8()))
}
