//! Strings that grow: `s += …` in a loop writes behind what is there, where there is room, so that a text of n bytes
//! takes time for n bytes, not for n².
//!
//! The bytes of such strings are in a buffer, an object that begins with how many of its bytes are in use; the strings
//! are headers over it. Only what is behind the bytes in use is written, so no string ever changes.

use vo_ffi::Slot;

use super::layout::ShapeId;
use super::objects::{string_bytes, string_len};
use super::{HeapError, StringHeader, VmHeap};

/// Shorter strings are copied.
const LONG: usize = 128;
/// Bytes in front of a buffer's text.
const USED: usize = size_of::<usize>();

impl VmHeap {
    /// As [`VmHeap::alloc_concat`], where the result is likely to take the place of the first string, and to grow again.
    ///
    /// # Safety
    /// All are strings' slots, and reachable.
    pub unsafe fn alloc_grown(&mut self, strings: &[Slot]) -> Result<Slot, HeapError> {
        // SAFETY: the caller vouches for the strings.
        let len = strings.iter().map(|&string| unsafe { string_len(string) }).fold(0, usize::saturating_add);
        let (first, rest) =
            strings.split_first().map_or((Slot::ZERO, strings), |(&first, rest)| (first, rest));
        // SAFETY: as above.
        let old = unsafe { string_len(first) };
        if old < LONG || old == len || len > isize::MAX as usize / 4 {
            // SAFETY: as above.
            return unsafe { self.alloc_concat(strings) };
        }
        // SAFETY: the first string is one; the buffer has room for `len` bytes, of which nobody knows those behind `old`.
        unsafe {
            let room = self.room_behind(first, len);
            self.safepoint(if room.is_some() { 0 } else { 2 * len });
            let buffer = match room {
                Some(buffer) => buffer,
                None => self.buffer_now(first, len)?,
            };
            let header = self.alloc_now(size_of::<StringHeader>(), ShapeId::HEADER)?.cast::<StringHeader>();
            let data = buffer.add(USED);
            let mut end = data.add(old);
            for &string in rest {
                let bytes = string_bytes(string);
                end.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
                end = end.add(bytes.len());
            }
            buffer.cast::<usize>().write(len);
            header.write(StringHeader { data, len });
            Ok(Slot::from_ptr(header))
        }
    }

    /// The buffer of a string that is the longest in it, where it has room for `len` bytes.
    ///
    /// # Safety
    /// `string` is a string's slot and not 0.
    unsafe fn room_behind(&self, string: Slot, len: usize) -> Option<*mut u8> {
        // SAFETY: the caller vouches for the string; a cell has a tag, and a buffer begins with a number.
        unsafe {
            let header = *string.as_ptr::<StringHeader>();
            let cell = self.space.find(header.data.addr())?;
            let buffer = header.data.cast_mut().wrapping_sub(USED);
            let is_buffer =
                ShapeId::of_tag(cell.tag.as_ptr().read()) == ShapeId::BUFFER && buffer.addr() == cell.at;
            let fits = is_buffer && buffer.cast::<usize>().read() == header.len && USED + len <= cell.size;
            fits.then_some(buffer)
        }
    }

    /// A new buffer with a string's bytes, and room for twice `len`. Never collects.
    ///
    /// # Safety
    /// `string` is a string's slot, of at most `len` bytes.
    unsafe fn buffer_now(&mut self, string: Slot, len: usize) -> Result<*mut u8, HeapError> {
        // Where memory is short, there need not be any room.
        let generous = self.alloc_bytes_now(USED + 2 * len, ShapeId::BUFFER);
        let buffer = generous.or_else(|_| self.alloc_bytes_now(USED + len, ShapeId::BUFFER))?;
        // SAFETY: the buffer is new, and has room for the string.
        unsafe {
            let bytes = string_bytes(string);
            buffer.cast::<usize>().write(bytes.len());
            buffer.add(USED).copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
        }
        Ok(buffer)
    }
}
