//! A heap that frees everything at once: enough for a VM without a collector, and for tests.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use crate::heap::{Heap, RawEntry, RawSlice};
use crate::rust_object::RustValue;
use crate::slot::Slot;
use crate::types::{TypeId, TypeKind, TypeTable};

/// A heap whose objects live until it is dropped.
///
/// A string slot is the address of (data, length), a slice slot that of (data, length, capacity), a map
/// slot a number; all three are 0 for the zero value. Strings are followed by a NUL.
///
/// ```
/// use std::sync::Arc;
/// use vo_ffi_core::{ArenaHeap, Heap, Slot, TypeTable};
///
/// let mut heap = ArenaHeap::new(Arc::new(TypeTable::new()));
/// let text = heap.new_string(b"abc");
/// // SAFETY: both are strings of this heap.
/// unsafe {
///     let (data, len) = heap.string(text);
///     assert_eq!(std::slice::from_raw_parts(data, len), b"abc");
///     assert_eq!(heap.string(Slot::ZERO).1, 0);
/// }
/// ```
pub struct ArenaHeap {
    types: Arc<TypeTable>,
    chunks: Vec<Box<[u64]>>,
    used: usize,
    maps: Vec<ArenaMap>,
    rust_values: Vec<RustValue>,
    /// Called before whatever a VM's heap would allocate.
    watcher: Option<Box<dyn FnMut()>>,
}

impl fmt::Debug for ArenaHeap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ArenaHeap").field("chunks", &self.chunks.len()).finish_non_exhaustive()
    }
}

#[derive(Debug)]
struct ArenaMap {
    key: TypeId,
    value: TypeId,
    entries: Vec<([Slot; 2], [Slot; 2])>,
    by_key: HashMap<Vec<u8>, usize>,
}

const CHUNK_WORDS: usize = 8 * 1024;

impl ArenaHeap {
    /// An empty heap for values of these types.
    pub fn new(types: Arc<TypeTable>) -> ArenaHeap {
        ArenaHeap {
            types,
            chunks: Vec::new(),
            used: 0,
            maps: Vec::new(),
            rust_values: Vec::new(),
            watcher: None,
        }
    }

    /// Calls `watcher` before each allocation of a string, slice, map or object: for tests, which look at what is going on, or
    /// panic as a heap does that is full.
    ///
    /// ```
    /// # use std::{cell::Cell, rc::Rc, sync::Arc};
    /// # use vo_ffi_core::{ArenaHeap, Heap, TypeId, TypeTable};
    /// let mut heap = ArenaHeap::new(Arc::new(TypeTable::new()));
    /// let allocations = Rc::new(Cell::new(0));
    /// let count = allocations.clone();
    /// heap.watch(move || count.set(count.get() + 1));
    /// heap.new_string(b"abc");
    /// heap.new_slice(TypeId::INT, 3);
    /// assert_eq!(allocations.get(), 2);
    /// ```
    pub fn watch(&mut self, watcher: impl FnMut() + 'static) {
        self.watcher = Some(Box::new(watcher));
    }

    fn tell_watcher(&mut self) {
        if let Some(watcher) = &mut self.watcher {
            watcher();
        }
    }

    /// Zeroed memory of this many bytes, aligned to 8.
    fn allocate(&mut self, bytes: usize) -> *mut u8 {
        let words = bytes.div_ceil(8).max(1);
        let fits = self.chunks.last().is_some_and(|chunk| self.used + words <= chunk.len());
        if !fits {
            self.chunks.push(vec![0; words.max(CHUNK_WORDS)].into_boxed_slice());
            self.used = 0;
        }
        let at = self.used;
        self.used += words;
        match self.chunks.last_mut() {
            // SAFETY: the chunk has at least `at + words` words.
            Some(chunk) => unsafe { chunk.as_mut_ptr().add(at).cast() },
            None => std::ptr::null_mut(),
        }
    }

    fn map(&self, map: Slot) -> Option<&ArenaMap> {
        self.maps.get((map.bits() as usize).checked_sub(1)?)
    }

    /// A key as bytes that are equal exactly where the keys are.
    ///
    /// # Safety
    /// `key` is a value of type `ty` of this heap.
    unsafe fn key_bytes(&self, ty: TypeId, key: [Slot; 2]) -> Vec<u8> {
        let (ty, slot) = match self.types.kind(ty) {
            TypeKind::Interface(_) => (TypeId::from_number(key[0].bits() as u32), key[1]),
            _ => (ty, key[0]),
        };
        let mut bytes = ty.number().to_le_bytes().to_vec();
        match self.types.kind(ty) {
            TypeKind::String => {
                // SAFETY: the caller vouches for the key.
                let (data, len) = unsafe { self.string(slot) };
                if len > 0 {
                    // SAFETY: a string of this heap has `len` bytes at `data`.
                    bytes.extend_from_slice(unsafe { std::slice::from_raw_parts(data, len) });
                }
            }
            _ => bytes.extend_from_slice(&slot.bits().to_le_bytes()),
        }
        bytes
    }
}

// SAFETY: chunks are boxed and never freed or moved before the heap, new memory is zeroed and cut from a
// chunk once, layouts are the type table's, and Rust values are dropped with the heap.
unsafe impl Heap for ArenaHeap {
    unsafe fn string(&self, string: Slot) -> (*const u8, usize) {
        if string == Slot::ZERO {
            return (std::ptr::NonNull::dangling().as_ptr(), 0);
        }
        // SAFETY: the caller gives a string of this heap, and each is the address of such a pair.
        unsafe { string.as_ptr::<(*const u8, usize)>().read() }
    }

    fn collections(&self) -> Option<u64> {
        Some(0)
    }

    unsafe fn c_string(&self, string: Slot) -> Option<(*const u8, usize)> {
        // Every string but "" is whole, with its own NUL.
        // SAFETY: the caller gives a string.
        (string != Slot::ZERO).then(|| unsafe { self.string(string) })
    }

    unsafe fn slice(&self, slice: Slot) -> RawSlice {
        if slice == Slot::ZERO {
            return RawSlice { data: std::ptr::NonNull::<u64>::dangling().as_ptr().cast(), len: 0, cap: 0 };
        }
        // SAFETY: the caller gives a slice of this heap, and each is the address of a header.
        unsafe { slice.as_ptr::<RawSlice>().read() }
    }

    unsafe fn map_len(&self, map: Slot) -> usize {
        self.map(map).map_or(0, |map| map.entries.len())
    }

    unsafe fn map_types(&self, map: Slot) -> Option<(TypeId, TypeId)> {
        self.map(map).map(|map| (map.key, map.value))
    }

    unsafe fn map_get(&self, map: Slot, key: [Slot; 2]) -> Option<[Slot; 2]> {
        let map = self.map(map)?;
        // SAFETY: the caller gives a key of the map's type.
        let at = *map.by_key.get(&unsafe { self.key_bytes(map.key, key) })?;
        Some(map.entries[at].1)
    }

    unsafe fn map_next(&self, map: Slot, cursor: usize) -> Option<RawEntry> {
        let &(key, value) = self.map(map)?.entries.get(cursor)?;
        Some(RawEntry { next: cursor + 1, key, value })
    }

    unsafe fn map_insert(&mut self, map: Slot, key: [Slot; 2], value: [Slot; 2]) {
        let Some(key_ty) = self.map(map).map(|map| map.key) else { return };
        // SAFETY: the caller gives a key of the map's type.
        let bytes = unsafe { self.key_bytes(key_ty, key) };
        let map = &mut self.maps[map.bits() as usize - 1];
        let at = *map.by_key.entry(bytes).or_insert(map.entries.len());
        match map.entries.get_mut(at) {
            Some(entry) => entry.1 = value,
            None => map.entries.push((key, value)),
        }
    }

    fn new_string(&mut self, bytes: &[u8]) -> Slot {
        self.tell_watcher();
        if bytes.is_empty() {
            return Slot::ZERO;
        }
        let header = self.allocate(16 + bytes.len() + 1);
        // SAFETY: the new memory holds the pair, the bytes, and a NUL that is there already.
        unsafe {
            let data = header.add(16);
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), data, bytes.len());
            header.cast::<(*const u8, usize)>().write((data, bytes.len()));
        }
        Slot::from_ptr(header)
    }

    fn new_slice(&mut self, elem: TypeId, len: usize) -> (Slot, *mut u8) {
        self.tell_watcher();
        let size = self.types.layout(elem).size;
        let header = self.allocate(size_of::<RawSlice>());
        let data =
            self.allocate(size.checked_mul(len).unwrap_or_else(|| panic!("a slice of {len} elements")));
        // SAFETY: `header` is new memory of the size of a `RawSlice`.
        unsafe { header.cast::<RawSlice>().write(RawSlice { data, len, cap: len }) };
        (Slot::from_ptr(header), data)
    }

    fn new_map(&mut self, key: TypeId, value: TypeId) -> Slot {
        self.tell_watcher();
        self.maps.push(ArenaMap { key, value, entries: Vec::new(), by_key: HashMap::new() });
        Slot::from_bits(self.maps.len() as u64)
    }

    fn new_object(&mut self, ty: TypeId) -> *mut u8 {
        self.tell_watcher();
        self.allocate(self.types.layout(ty).size)
    }

    fn new_rust(&mut self, _: TypeId, value: RustValue) -> *mut u8 {
        self.tell_watcher();
        let at = self.allocate(size_of::<*const ()>());
        // SAFETY: the new memory has room for the word.
        unsafe { at.cast::<*const ()>().write(value.address()) };
        self.rust_values.push(value);
        at
    }
}
