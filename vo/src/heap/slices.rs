//! Slices: immutable headers over arrays, grown by Go's rule.

use vo_ffi::{RawSlice, Slot, TypeId};

use super::layout::{ShapeId, TypeRow};
use super::space::MAX_SMALL;
use super::{HeapError, VmHeap};

/// Where an empty slice without an array points: aligned for every element.
const DANGLING: usize = 16;

/// The elements behind a slice; for nil, none.
///
/// # Safety
/// `slice` is a slice's slot.
#[inline]
pub unsafe fn slice_parts(slice: Slot) -> RawSlice {
    if slice == Slot::ZERO {
        return RawSlice { data: std::ptr::without_provenance_mut(DANGLING), len: 0, cap: 0 };
    }
    // SAFETY: a slice's slot that is not 0 points to a header, which never changes.
    unsafe { slice.as_ptr::<RawSlice>().read() }
}

impl VmHeap {
    /// `make([]elem, len, cap)`: the slice, and where its zero elements are.
    pub fn alloc_slice(
        &mut self,
        elem: TypeId,
        len: usize,
        cap: usize,
    ) -> Result<(Slot, *mut u8), HeapError> {
        let row = *self.layouts.row(elem);
        let bytes = cap.checked_mul(row.size).ok_or(HeapError::OutOfMemory)?;
        self.safepoint(bytes);
        let data = self.elements_now(&row, cap)?;
        Ok((self.header_now(RawSlice { data, len, cap })?, data))
    }

    /// A slice over memory that exists: a part of an array. With `cap` 0 the address does not matter.
    ///
    /// # Safety
    /// `data` is valid for `cap` elements, and reachable if it is in the heap; `len <= cap`.
    #[inline]
    pub unsafe fn alloc_slice_header(
        &mut self,
        data: *mut u8,
        len: usize,
        cap: usize,
    ) -> Result<Slot, HeapError> {
        self.safepoint(size_of::<RawSlice>());
        self.header_now(RawSlice { data, len, cap })
    }

    /// `slice[start:end:max]`; nil stays nil.
    ///
    /// # Safety
    /// `slice` is a reachable slice of `elem`, and `start <= end <= max <= cap`.
    #[inline]
    pub unsafe fn alloc_reslice(
        &mut self,
        elem: TypeId,
        slice: Slot,
        start: usize,
        end: usize,
        max: usize,
    ) -> Result<Slot, HeapError> {
        if slice == Slot::ZERO {
            return Ok(slice);
        }
        // SAFETY: the caller vouches for the slice.
        let data = unsafe { slice_parts(slice) }.data;
        // An address behind the last element would belong to the next object.
        let offset = if start == max { 0 } else { start * self.layouts.row(elem).size };
        // SAFETY: the caller vouches for the bounds.
        unsafe { self.alloc_slice_header(data.wrapping_add(offset), end - start, max - start) }
    }

    /// `append(slice, value)`.
    ///
    /// # Safety
    /// `slice` is a slice of `elem` and `value` a value of it, both reachable.
    #[inline]
    pub unsafe fn alloc_append(
        &mut self,
        elem: TypeId,
        slice: Slot,
        value: [Slot; 2],
    ) -> Result<Slot, HeapError> {
        // SAFETY: the caller vouches for the slice and for the value.
        unsafe {
            let (result, end) = self.extend(elem, slice_parts(slice), 1)?;
            self.store(elem, end, value);
            Ok(result)
        }
    }

    /// `append(slice, value)` of an element that takes `width` bytes and one slot, where the array has room and nothing
    /// has to be collected; else `None`.
    ///
    /// # Safety
    /// `slice` is a slice; the other widths are 0 or 16.
    #[inline]
    pub unsafe fn append_now(&mut self, slice: Slot, value: Slot, width: u8) -> Option<Slot> {
        // SAFETY: a slice that is not nil points to its header, and its array has room for `cap` elements.
        unsafe {
            let RawSlice { data, len, cap } = *slice.as_ptr::<RawSlice>().as_ref()?;
            if len == cap || !matches!(width, 1 | 2 | 4 | 8) {
                return None;
            }
            let header = self.alloc_ready(size_of::<RawSlice>(), ShapeId::HEADER)?.cast::<RawSlice>();
            header.write(RawSlice { data, len: len + 1, cap });
            let end = data.add(len * width as usize);
            match width {
                1 => end.write(value.bits() as u8),
                2 => end.cast::<u16>().write_unaligned(value.bits() as u16),
                4 => end.cast::<u32>().write_unaligned(value.bits() as u32),
                _ => end.cast::<Slot>().write_unaligned(value),
            }
            Some(Slot::from_ptr(header))
        }
    }

    /// `append(slice, …)` with `count` elements from memory. Without elements, the slice itself.
    ///
    /// # Safety
    /// `slice` is a reachable slice of `elem`; `from` is valid for `count` elements, reachable if it is in
    /// the heap, and may be a part of the slice.
    pub unsafe fn alloc_append_all(
        &mut self,
        elem: TypeId,
        slice: Slot,
        from: *const u8,
        count: usize,
    ) -> Result<Slot, HeapError> {
        if count == 0 {
            return Ok(slice);
        }
        // SAFETY: the caller vouches for both; `extend` made room for `count` elements.
        unsafe {
            let (result, end) = self.extend(elem, slice_parts(slice), count)?;
            std::ptr::copy(from, end, count * self.layouts.row(elem).size);
            Ok(result)
        }
    }

    /// `copy(to, from)`: how many elements were copied.
    ///
    /// # Safety
    /// `to` is a slice of `elem`; `from` is valid for `count` elements, and may overlap.
    pub unsafe fn copy_elements(&self, elem: TypeId, to: Slot, from: *const u8, count: usize) -> usize {
        // SAFETY: the caller vouches for both ranges; no more than either is copied.
        unsafe {
            let to = slice_parts(to);
            let count = count.min(to.len);
            std::ptr::copy(from, to.data, count * self.layouts.row(elem).size);
            count
        }
    }

    /// The slice with `count` more elements, and where they are to be written: in the array, where it has
    /// room for them, else in a new one.
    ///
    /// # Safety
    /// `old` are the parts of a reachable slice of `elem`.
    #[inline]
    unsafe fn extend(
        &mut self,
        elem: TypeId,
        old: RawSlice,
        count: usize,
    ) -> Result<(Slot, *mut u8), HeapError> {
        let size = self.layouts.row(elem).size;
        if count > old.cap - old.len {
            // SAFETY: the caller vouches for the slice.
            return unsafe { self.grow(elem, old, count) };
        }
        self.safepoint(size_of::<RawSlice>());
        let result = self.header_now(RawSlice { len: old.len + count, ..old })?;
        Ok((result, old.data.wrapping_add(old.len * size)))
    }

    /// # Safety
    /// As for [`VmHeap::extend`].
    #[cold]
    unsafe fn grow(
        &mut self,
        elem: TypeId,
        old: RawSlice,
        count: usize,
    ) -> Result<(Slot, *mut u8), HeapError> {
        let row = *self.layouts.row(elem);
        let len = old.len.checked_add(count).ok_or(HeapError::OutOfMemory)?;
        let cap = grown_cap(&row, old.cap, len).ok_or(HeapError::OutOfMemory)?;
        self.safepoint(cap * row.size);
        let data = match cap * row.size {
            ..=MAX_SMALL => self.elements_now(&row, cap)?,
            bytes => self.alloc_large(bytes, row.shape, old.len * row.size)?,
        };
        // SAFETY: the new array is larger than the old one, and nothing else.
        unsafe { data.copy_from_nonoverlapping(old.data, old.len * row.size) };
        Ok((self.header_now(RawSlice { data, len, cap })?, data.wrapping_add(old.len * row.size)))
    }

    fn elements_now(&mut self, row: &TypeRow, cap: usize) -> Result<*mut u8, HeapError> {
        match cap.checked_mul(row.size).ok_or(HeapError::OutOfMemory)? {
            0 => Ok(std::ptr::without_provenance_mut(DANGLING)),
            bytes => self.alloc_now(bytes, row.shape),
        }
    }

    #[inline]
    fn header_now(&mut self, parts: RawSlice) -> Result<Slot, HeapError> {
        let header = self.alloc_now(size_of::<RawSlice>(), ShapeId::HEADER)?.cast::<RawSlice>();
        // SAFETY: the object is new and of a header's size.
        unsafe { header.write(parts) };
        Ok(Slot::from_ptr(header))
    }
}

/// The sizes that Go rounds a grown array up to (runtime/sizeclasses.go); `cap` shows them.
const GO_SIZES: [u16; 67] = [
    8, 16, 24, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 240, 256, 288, 320, 352, 384, 416,
    448, 480, 512, 576, 640, 704, 768, 896, 1024, 1152, 1280, 1408, 1536, 1792, 2048, 2304, 2688, 3072, 3200,
    3456, 4096, 4864, 5120, 5376, 6144, 6528, 6784, 6912, 8192, 9472, 9728, 10240, 10880, 12288, 13568,
    14336, 16384, 18432, 19072, 20480, 21760, 24576, 27264, 28672,
];
const GO_MAX_SMALL: usize = 32768;
const GO_PAGE: usize = 8192;
/// Larger arrays of references have a header of 8 bytes in Go.
const GO_HEADER_FROM: usize = 512;

/// The capacity of a slice that grows to `len` elements, as Go 1.22 chooses it (growslice in
/// runtime/slice.go). `None` where it has no size.
fn grown_cap(row: &TypeRow, old_cap: usize, len: usize) -> Option<usize> {
    const THRESHOLD: usize = 256;
    let mut cap = old_cap;
    if len > old_cap.checked_mul(2)? {
        cap = len;
    } else if old_cap < THRESHOLD {
        cap *= 2;
    } else {
        while cap < len {
            cap = cap.checked_add((cap + 3 * THRESHOLD) / 4)?;
        }
    }
    if row.size == 0 {
        return Some(len);
    }
    let bytes = cap.checked_mul(row.size)?;
    let has_header = row.shape != ShapeId::LEAF && bytes > GO_HEADER_FROM;
    let header = if has_header { 8 } else { 0 };
    let rounded = if bytes + header <= GO_MAX_SMALL - if has_header { 0 } else { 8 } {
        let size = GO_SIZES.iter().map(|&size| size as usize).find(|&size| size >= bytes + header);
        size.unwrap_or(GO_MAX_SMALL) - header
    } else {
        bytes.checked_next_multiple_of(GO_PAGE)?
    };
    Some(rounded / row.size)
}
