//! Heaps that behave as others than `ArenaHeap` may.

use std::sync::Arc;

use vo_ffi_core::{ArenaHeap, Heap, RawEntry, RawSlice, RustValue, Slot, TypeId, TypeTable};

/// A heap that never knows whether a NUL follows a string, and whose strings are followed by something else.
pub(crate) struct Unterminated(ArenaHeap);

impl Unterminated {
    pub(crate) fn new(types: Arc<TypeTable>) -> Unterminated {
        Unterminated(ArenaHeap::new(types))
    }
}

/// A heap that panics when it allocates a string, as one does that is full.
pub(crate) struct Full(ArenaHeap);

impl Full {
    pub(crate) fn new(types: Arc<TypeTable>) -> Full {
        Full(ArenaHeap::new(types))
    }
}

macro_rules! delegate {
    ($heap:ty, $new_string:expr) => {
        // SAFETY: all memory is the inner heap's, which keeps the promises.
        unsafe impl Heap for $heap {
            unsafe fn string(&self, string: Slot) -> (*const u8, usize) {
                // SAFETY: passed on.
                unsafe { self.0.string(string) }
            }
            unsafe fn slice(&self, slice: Slot) -> RawSlice {
                // SAFETY: passed on.
                unsafe { self.0.slice(slice) }
            }
            unsafe fn map_len(&self, map: Slot) -> usize {
                // SAFETY: passed on.
                unsafe { self.0.map_len(map) }
            }
            unsafe fn map_types(&self, map: Slot) -> Option<(TypeId, TypeId)> {
                // SAFETY: passed on.
                unsafe { self.0.map_types(map) }
            }
            unsafe fn map_get(&self, map: Slot, key: [Slot; 2]) -> Option<[Slot; 2]> {
                // SAFETY: passed on.
                unsafe { self.0.map_get(map, key) }
            }
            unsafe fn map_next(&self, map: Slot, cursor: usize) -> Option<RawEntry> {
                // SAFETY: passed on.
                unsafe { self.0.map_next(map, cursor) }
            }
            unsafe fn map_insert(&mut self, map: Slot, key: [Slot; 2], value: [Slot; 2]) {
                // SAFETY: passed on.
                unsafe { self.0.map_insert(map, key, value) }
            }
            fn new_string(&mut self, bytes: &[u8]) -> Slot {
                let make: fn(&mut ArenaHeap, &[u8]) -> Slot = $new_string;
                make(&mut self.0, bytes)
            }
            fn new_slice(&mut self, elem: TypeId, len: usize) -> (Slot, *mut u8) {
                self.0.new_slice(elem, len)
            }
            fn new_map(&mut self, key: TypeId, value: TypeId) -> Slot {
                self.0.new_map(key, value)
            }
            fn new_object(&mut self, ty: TypeId) -> *mut u8 {
                self.0.new_object(ty)
            }
            fn new_rust(&mut self, ty: TypeId, value: RustValue) -> *mut u8 {
                self.0.new_rust(ty, value)
            }
        }
    };
}

delegate!(Unterminated, |heap, bytes| {
    let longer = [bytes, b"#more"].concat();
    let string = heap.new_string(&longer);
    // SAFETY: a string of an `ArenaHeap` is the address of (data, length); this one is new and longer.
    unsafe { string.as_ptr::<(*const u8, usize)>().cast::<usize>().add(1).write(bytes.len()) };
    string
});
delegate!(Full, |_, _| panic!("out of memory"));
