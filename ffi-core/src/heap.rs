//! What a VM's heap must offer, so that natives can read and make values in it.

mod arena;

pub use arena::ArenaHeap;

use crate::rust_object::RustValue;
use crate::slot::Slot;
use crate::types::TypeId;

/// The elements behind a slice value. They have C's layout: element `i` is at `data + i * size`.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct RawSlice {
    /// The first element; dangling but aligned where `len` is 0.
    pub data: *mut u8,
    /// How many elements.
    pub len: usize,
    /// How many fit before the slice must grow.
    pub cap: usize,
}

/// An entry of a map. A key or value of one slot leaves the second at 0.
#[derive(Clone, Copy, Debug)]
pub struct RawEntry {
    /// The cursor of the entry after this one.
    pub next: usize,
    /// The key's slots.
    pub key: [Slot; 2],
    /// The value's slots.
    pub value: [Slot; 2],
}

/// A VM's heap, as natives see it.
///
/// Methods that allocate may panic where memory is exhausted; the native's wrapper makes a trap of it.
/// None of them collects while [`CallContext::paused`](crate::CallContext::paused) is not 0.
///
/// # Safety
/// An implementation promises:
/// 1. addresses that it gives stay valid, and their contents in place, while the value is reachable from
///    a root or collection is paused;
/// 2. images, slice elements and strings have the layouts of [`TypeTable::layout`](crate::TypeTable::layout);
/// 3. memory that it hands out as new is zeroed, writable and belongs to nobody else;
/// 4. a [`RustValue`] lives as long as condition 1 asks for its object.
pub unsafe trait Heap {
    /// A string's bytes; they need not be UTF-8.
    ///
    /// # Safety
    /// `string` is a string of this heap.
    unsafe fn string(&self, string: Slot) -> (*const u8, usize);

    /// A string's bytes where the heap knows that a NUL follows them, so that C can read them as they are;
    /// `None` where it does not know.
    ///
    /// # Safety
    /// `_string` is a string of this heap.
    unsafe fn c_string(&self, _string: Slot) -> Option<*const u8> {
        None
    }

    /// A slice's elements; `len` and `cap` are 0 for nil.
    ///
    /// # Safety
    /// `slice` is a slice of this heap.
    unsafe fn slice(&self, slice: Slot) -> RawSlice;

    /// How many entries a map has; 0 for nil.
    ///
    /// # Safety
    /// `map` is a map of this heap.
    unsafe fn map_len(&self, map: Slot) -> usize;

    /// The types of a map's keys and values; `None` for nil.
    ///
    /// # Safety
    /// `map` is a map of this heap.
    unsafe fn map_types(&self, map: Slot) -> Option<(TypeId, TypeId)>;

    /// The value under a key of the map's key type.
    ///
    /// # Safety
    /// `map` is a map of this heap, `key` of its key type.
    unsafe fn map_get(&self, map: Slot, key: [Slot; 2]) -> Option<[Slot; 2]>;

    /// The first entry at or after `cursor`; 0 starts, [`RawEntry::next`] goes on.
    ///
    /// # Safety
    /// `map` is a map of this heap.
    unsafe fn map_next(&self, map: Slot, cursor: usize) -> Option<RawEntry>;

    /// Puts an entry into a map that is not nil.
    ///
    /// # Safety
    /// `map` is a map of this heap that is not nil, `key` and `value` of its types.
    unsafe fn map_insert(&mut self, map: Slot, key: [Slot; 2], value: [Slot; 2]);

    /// A new string with a copy of `bytes`.
    fn new_string(&mut self, bytes: &[u8]) -> Slot;

    /// A new slice of `len` zero elements, and where they are.
    fn new_slice(&mut self, elem: TypeId, len: usize) -> (Slot, *mut u8);

    /// A new empty map.
    fn new_map(&mut self, key: TypeId, value: TypeId) -> Slot;

    /// A new zero value of a type on the heap: the address of its image, which is a `*ty`.
    fn new_object(&mut self, ty: TypeId) -> *mut u8;

    /// A new object of a [`TypeKind::Opaque`](crate::TypeKind::Opaque) type: the address of a word that holds
    /// [`RustValue::address`], which is a `*ty`. The heap drops `value` when it has found that nothing reaches the word.
    fn new_rust(&mut self, ty: TypeId, value: RustValue) -> *mut u8;
}

/// An `error` with this text: a new [`TypeId::ERROR_STRING_PTR`].
///
/// The caller has paused collection, or holds the result before the next allocation.
pub fn new_error(heap: &mut dyn Heap, text: &str) -> [Slot; 2] {
    let text = heap.new_string(text.as_bytes());
    let image = heap.new_object(TypeId::ERROR_STRING);
    // SAFETY: an `errors.errorString` is a struct of one string, at offset 0, and this one is new.
    unsafe { image.cast::<Slot>().write(text) };
    [Slot::from_bits(TypeId::ERROR_STRING_PTR.number().into()), Slot::from_ptr(image)]
}
