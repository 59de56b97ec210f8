//! The heap as natives see it.

use vo_ffi::{Heap, RawEntry, RawSlice, RustValue, Slot, TypeId, raise_trap};

use super::objects::{owned_bytes, string_bytes};
use super::slices::slice_parts;
use super::{HeapError, VmHeap};

/// Natives have no way to handle these; their wrapper makes a trap of it.
#[cold]
fn give_up(heap: &VmHeap, error: HeapError) -> ! {
    raise_trap(error.trap(heap.types()))
}

/// The result of an operation; without one, the native ends.
macro_rules! expect {
    ($heap:expr, $operation:expr) => {
        match $operation {
            Ok(value) => value,
            Err(error) => give_up($heap, error),
        }
    };
}

// SAFETY: (1) objects do not move and stay until a collection does not reach them, and collections follow
// `RootSource::may_collect`; (2) objects are laid out by the table's layouts, see `super`; (3) `alloc_now`
// hands out cells that nobody else has, zeroed; (4) `drop_dead_rust` drops what a collection did not reach. The blocks below pass values on whose types the trait's
// callers vouch for.
unsafe impl Heap for VmHeap {
    unsafe fn string(&self, string: Slot) -> (*const u8, usize) {
        // SAFETY: the caller gives a string of this heap.
        let bytes = unsafe { string_bytes(string) };
        (bytes.as_ptr(), bytes.len())
    }

    fn collections(&self) -> Option<u64> {
        Some(self.cycles)
    }

    unsafe fn c_string(&self, string: Slot) -> Option<(*const u8, usize)> {
        // SAFETY: the caller gives a string of this heap.
        unsafe { owned_bytes(string) }
    }

    unsafe fn slice(&self, slice: Slot) -> RawSlice {
        // SAFETY: the caller gives a slice of this heap.
        unsafe { slice_parts(slice) }
    }

    unsafe fn map_len(&self, map: Slot) -> usize {
        // SAFETY: the caller gives a map of this heap.
        unsafe { VmHeap::map_len(self, map) }
    }

    unsafe fn map_types(&self, map: Slot) -> Option<(TypeId, TypeId)> {
        // SAFETY: the caller gives a map of this heap; its cell is only read.
        unsafe { VmHeap::map_types(self, map) }
    }

    unsafe fn map_get(&self, map: Slot, key: [Slot; 2]) -> Option<[Slot; 2]> {
        // SAFETY: the caller gives a map of this heap and a key of its key type.
        expect!(self, unsafe { self.map_lookup(map, key) })
    }

    unsafe fn map_next(&self, map: Slot, cursor: usize) -> Option<RawEntry> {
        // SAFETY: the caller gives a map of this heap; any cursor is good.
        unsafe { self.map_next_before(map, cursor, usize::MAX) }
    }

    unsafe fn map_insert(&mut self, map: Slot, key: [Slot; 2], value: [Slot; 2]) {
        // SAFETY: the caller gives a map of this heap, with a key and a value of its types.
        expect!(self, unsafe { self.map_assign(map, key, value) });
    }

    fn new_string(&mut self, bytes: &[u8]) -> Slot {
        expect!(self, self.alloc_string(bytes))
    }

    fn new_slice(&mut self, elem: TypeId, len: usize) -> (Slot, *mut u8) {
        expect!(self, self.alloc_slice(elem, len, len))
    }

    fn new_map(&mut self, key: TypeId, value: TypeId) -> Slot {
        expect!(self, self.alloc_map(key, value))
    }

    fn new_object(&mut self, ty: TypeId) -> *mut u8 {
        expect!(self, self.alloc_object(ty))
    }

    fn new_rust(&mut self, ty: TypeId, value: RustValue) -> *mut u8 {
        expect!(self, self.alloc_rust(ty, value))
    }
}
