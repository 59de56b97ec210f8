//! Objects other than slices and maps: images, strings, func objects, errors.

use vo_ffi::{Callee, RustValue, Slot, TypeId};

use super::layout::ShapeId;
use super::{FuncObject, HeapError, StringHeader, VmHeap};

/// Bytes of a string's header.
const HEADER: usize = size_of::<StringHeader>();

/// A string's bytes.
///
/// # Safety
/// `string` is a string's slot. The bytes are valid as long as the string is reachable: `'a` is the
/// caller's claim.
#[inline]
pub unsafe fn string_bytes<'a>(string: Slot) -> &'a [u8] {
    if string == Slot::ZERO {
        return &[];
    }
    // SAFETY: a string's slot that is not 0 points to a header, whose bytes never change.
    unsafe {
        let header = string.as_ptr::<StringHeader>().read();
        std::slice::from_raw_parts(header.data, header.len)
    }
}

/// Where a string's bytes are, if it owns them: then a NUL follows them.
///
/// # Safety
/// `string` is a string's slot.
pub(super) unsafe fn owned_bytes(string: Slot) -> Option<(*const u8, usize)> {
    if string == Slot::ZERO {
        return Some((c"".as_ptr().cast(), 0));
    }
    let header = string.as_ptr::<StringHeader>();
    // SAFETY: a string's slot that is not 0 points to a header. What lies behind a substring's header is another
    // cell, which begins with no string's bytes.
    unsafe { ((*header).data == header.add(1).cast()).then(|| ((*header).data, (*header).len)) }
}

/// How many bytes a string has.
///
/// # Safety
/// `string` is a string's slot.
#[inline]
pub unsafe fn string_len(string: Slot) -> usize {
    if string == Slot::ZERO {
        return 0;
    }
    // SAFETY: a string's slot that is not 0 points to a header.
    unsafe { (*string.as_ptr::<StringHeader>()).len }
}

impl VmHeap {
    /// A new zero value of type `ty`: its image, also for types that are no structs. This is `new(T)`, a
    /// boxed variable, a composite literal.
    #[inline]
    pub fn alloc_object(&mut self, ty: TypeId) -> Result<*mut u8, HeapError> {
        let row = self.layouts.row(ty);
        let (size, shape) = (row.size, row.shape);
        self.alloc(size, shape)
    }

    /// A new object of an opaque type: a word with the address of a Rust value, which is dropped when a collection does
    /// not reach the word.
    pub fn alloc_rust(&mut self, ty: TypeId, value: RustValue) -> Result<*mut u8, HeapError> {
        let row = *self.layouts.row(ty);
        self.safepoint(row.size.saturating_add(value.bytes()));
        let at = self.alloc_now(row.size, row.shape)?;
        self.count_allocated(value.bytes())?;
        // SAFETY: the object is new and a word.
        unsafe { at.cast::<*const ()>().write(value.address()) };
        self.rust_values.push((at, value));
        Ok(at)
    }

    /// A copy of a struct or an array.
    ///
    /// # Safety
    /// An image of type `ty` lies at `from` (null is the zero value); if it is in the heap, it is reachable.
    #[inline]
    pub unsafe fn alloc_copy(&mut self, ty: TypeId, from: *const u8) -> Result<*mut u8, HeapError> {
        self.safepoint(self.layouts.row(ty).size);
        // SAFETY: the caller vouches for the image.
        unsafe { self.copy_now(ty, from) }
    }

    /// A copy of an image. Never collects.
    ///
    /// # Safety
    /// An image of type `ty` lies at `from`; null is the zero value.
    pub(super) unsafe fn copy_now(&mut self, ty: TypeId, from: *const u8) -> Result<*mut u8, HeapError> {
        let row = *self.layouts.row(ty);
        let to = self.alloc_now(row.size, row.shape)?;
        if !from.is_null() {
            // SAFETY: the caller vouches for the source; the target is new and of the type's size.
            unsafe { std::ptr::copy_nonoverlapping(from, to, row.size) };
        }
        Ok(to)
    }

    /// A string that lives as long as the heap: a literal of the program.
    pub fn static_string(&mut self, bytes: &[u8]) -> Slot {
        if bytes.is_empty() {
            return Slot::ZERO;
        }
        let mut memory = vec![0u64; (HEADER + bytes.len() + 1).div_ceil(8)].into_boxed_slice();
        let at = memory.as_mut_ptr().cast::<u8>();
        // SAFETY: the box has room for the header, the bytes and a NUL, and is aligned for the header.
        unsafe { write_string(at, bytes.len()).copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
        self.literals.push(memory);
        Slot::from_ptr(at)
    }

    /// A new string with a copy of `bytes`, which may be another string's.
    #[inline]
    pub fn alloc_string(&mut self, bytes: &[u8]) -> Result<Slot, HeapError> {
        let (string, data) = self.alloc_string_of(bytes.len())?;
        // SAFETY: the string is new and has room for the bytes.
        unsafe { data.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
        Ok(string)
    }

    /// A new string of `len` bytes for the caller to write, and where they are. Until they are written
    /// they are arbitrary.
    pub fn alloc_string_of(&mut self, len: usize) -> Result<(Slot, *mut u8), HeapError> {
        self.safepoint(len);
        self.string_now(len)
    }

    /// A copy that nothing keeps alive yet. Never collects.
    pub(crate) fn string_without_collection(&mut self, bytes: &[u8]) -> Result<Slot, HeapError> {
        let (string, data) = self.string_now(bytes.len())?;
        // SAFETY: the string is new and has room for the bytes.
        unsafe { data.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
        Ok(string)
    }

    fn string_now(&mut self, len: usize) -> Result<(Slot, *mut u8), HeapError> {
        if len == 0 {
            return Ok((Slot::ZERO, std::ptr::without_provenance_mut(1)));
        }
        let size = len.checked_add(HEADER + 1).ok_or(HeapError::OutOfMemory)?;
        let at = self.alloc_bytes_now(size, ShapeId::LEAF)?;
        // SAFETY: the object is new and has room for the header, `len` bytes and a NUL.
        Ok((Slot::from_ptr(at), unsafe { write_string(at, len) }))
    }

    /// The strings one after the other. Where only one is not empty, that one.
    ///
    /// # Safety
    /// All are strings' slots, and reachable.
    pub unsafe fn alloc_concat(&mut self, strings: &[Slot]) -> Result<Slot, HeapError> {
        // SAFETY: the caller vouches for the strings.
        let len =
            strings.iter().try_fold(0usize, |sum, &string| sum.checked_add(unsafe { string_len(string) }));
        let len = len.ok_or(HeapError::OutOfMemory)?;
        // SAFETY: as above.
        if let Some(&whole) = strings.iter().find(|&&string| unsafe { string_len(string) } == len) {
            return Ok(whole);
        }
        let (result, mut to) = self.alloc_string_of(len)?;
        for &string in strings {
            // SAFETY: the new string has room for all of them, and is none of them.
            unsafe {
                let bytes = string_bytes(string);
                to.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
                to = to.add(bytes.len());
            }
        }
        Ok(result)
    }

    /// `string[start:end]`, which shares the bytes.
    ///
    /// # Safety
    /// `string` is a string's slot, reachable, and `start <= end <= len`.
    pub unsafe fn alloc_substring(
        &mut self,
        string: Slot,
        start: usize,
        end: usize,
    ) -> Result<Slot, HeapError> {
        // SAFETY: the caller vouches for the string.
        let bytes = unsafe { string_bytes(string) };
        if start == end {
            return Ok(Slot::ZERO);
        }
        if end - start == bytes.len() {
            return Ok(string);
        }
        let header = self.alloc(HEADER, ShapeId::HEADER)?.cast::<StringHeader>();
        // SAFETY: the object is new and of a header's size; the bytes are inside of the string.
        unsafe { header.write(StringHeader { data: bytes.as_ptr().add(start), len: end - start }) };
        Ok(Slot::from_ptr(header))
    }

    /// A func value.
    ///
    /// # Safety
    /// `callee` outlives the heap; the captures are references, and reachable.
    pub unsafe fn alloc_func(&mut self, callee: *const Callee, captures: &[Slot]) -> Result<Slot, HeapError> {
        let size = size_of::<FuncObject>() + size_of_val(captures);
        let object = self.alloc(size, ShapeId::FUNC)?.cast::<FuncObject>();
        // SAFETY: the object is new and has room for the callee and the captures.
        unsafe {
            (&raw mut (*object).callee).write(callee);
            FuncObject::captures(object).copy_from_nonoverlapping(captures.as_ptr(), captures.len());
        }
        Ok(Slot::from_ptr(object))
    }
}

/// Writes the header and the NUL of a string that owns `len` bytes; returns where the bytes go.
///
/// # Safety
/// `at` is aligned to 8 and writable for header, bytes and NUL.
unsafe fn write_string(at: *mut u8, len: usize) -> *mut u8 {
    // SAFETY: the caller vouches for the memory.
    unsafe {
        let data = at.add(HEADER);
        at.cast::<StringHeader>().write(StringHeader { data, len });
        data.add(len).write(0);
        data
    }
}
