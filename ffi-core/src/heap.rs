//! What a VM's heap must offer, so that natives can read and make values in it.

mod arena;

pub use arena::ArenaHeap;

use crate::rust_object::RustValue;
use crate::slot::Slot;
use crate::types::TypeId;

/// The elements behind a slice value. They have C's layout: element `i` is at `data + i * size`.
///
/// ```
/// # use std::sync::Arc;
/// # use vo_ffi_core::{ArenaHeap, Heap, RawSlice, Slot, TypeId, TypeTable};
/// # let mut heap = ArenaHeap::new(Arc::new(TypeTable::new()));
/// let (floats, data) = heap.new_slice(TypeId::FLOAT64, 2);
/// // SAFETY: the slice is of this heap, and a float64 is an `f64` where it lies.
/// unsafe {
///     data.cast::<f64>().add(1).write(0.5);
///     let RawSlice { data, len, cap } = heap.slice(floats);
///     assert_eq!((len, cap), (2, 2));
///     assert_eq!(std::slice::from_raw_parts(data.cast::<f64>(), len), [0.0, 0.5]);
///     assert_eq!(heap.slice(Slot::ZERO).len, 0);
/// }
/// ```
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
///
/// ```
/// # use std::sync::Arc;
/// # use vo_ffi_core::{ArenaHeap, Heap, Slot, TypeId, TypeTable};
/// # let mut heap = ArenaHeap::new(Arc::new(TypeTable::new()));
/// let squares = heap.new_map(TypeId::INT, TypeId::INT);
/// let int = |value| [Slot::from_i64(value), Slot::ZERO];
/// let (mut sum, mut cursor) = (0, 0);
/// // SAFETY: the map is of this heap, and has keys and values of these types.
/// unsafe {
///     heap.map_insert(squares, int(2), int(4));
///     heap.map_insert(squares, int(3), int(9));
///     while let Some(entry) = heap.map_next(squares, cursor) {
///         (sum, cursor) = (sum + entry.value[0].as_i64(), entry.next);
///     }
/// }
/// assert_eq!(sum, 13);
/// ```
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
/// ```
/// # use std::sync::Arc;
/// use vo_ffi_core::{ArenaHeap, Heap, Slot, TypeId, TypeTable};
///
/// /// What of a heap natives use most: they read a value, and make another.
/// fn upper_case(heap: &mut dyn Heap, text: Slot) -> Slot {
///     // SAFETY: the caller gives a string of this heap, which does not move.
///     let bytes = unsafe {
///         let (data, len) = heap.string(text);
///         std::slice::from_raw_parts(data, len)
///     };
///     heap.new_string(&bytes.to_ascii_uppercase())
/// }
///
/// let mut heap = ArenaHeap::new(Arc::new(TypeTable::new()));
/// let text = heap.new_string(b"abc");
/// let upper = upper_case(&mut heap, text);
/// // SAFETY: the result is a string of this heap.
/// let upper = unsafe {
///     let (data, len) = heap.string(upper);
///     std::slice::from_raw_parts(data, len)
/// };
/// assert_eq!(upper, b"ABC");
/// ```
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

    /// How often the heap has freed what nothing leads to; `None` where it does not know. While the number stays, an
    /// address is that of the same object: so what was made for an object can be found by its address.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use vo_ffi_core::{ArenaHeap, Heap, TypeTable};
    /// // An ArenaHeap frees nothing as long as it lives.
    /// assert_eq!(ArenaHeap::new(Arc::new(TypeTable::new())).collections(), Some(0));
    /// ```
    fn collections(&self) -> Option<u64> {
        None
    }

    /// A string's bytes, and how many, where the heap knows that a NUL follows them, so that C can read them as they are;
    /// `None` where it does not know.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use vo_ffi_core::{ArenaHeap, Heap, Slot, TypeTable};
    /// # let mut heap = ArenaHeap::new(Arc::new(TypeTable::new()));
    /// let text = heap.new_string(b"abc");
    /// // SAFETY: the string is of this heap, and a NUL follows its bytes.
    /// unsafe {
    ///     let (text, len) = heap.c_string(text).expect("an ArenaHeap puts a NUL behind each string");
    ///     assert_eq!((std::ffi::CStr::from_ptr(text.cast()), len), (c"abc", 3));
    ///     assert!(heap.c_string(Slot::ZERO).is_none());
    /// }
    /// ```
    ///
    /// # Safety
    /// `_string` is a string of this heap.
    unsafe fn c_string(&self, _string: Slot) -> Option<(*const u8, usize)> {
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
    /// ```
    /// # use std::sync::Arc;
    /// # use vo_ffi_core::{ArenaHeap, Heap, Slot, TypeId, TypeTable};
    /// # let mut heap = ArenaHeap::new(Arc::new(TypeTable::new()));
    /// let ages = heap.new_map(TypeId::STRING, TypeId::INT);
    /// let name = [heap.new_string(b"Ann"), Slot::ZERO];
    /// // Another string of the same bytes is the same key.
    /// let same = [heap.new_string(b"Ann"), Slot::ZERO];
    /// // SAFETY: the map is of this heap, and has keys and values of these types.
    /// unsafe {
    ///     heap.map_insert(ages, name, [Slot::from_i64(7), Slot::ZERO]);
    ///     assert_eq!(heap.map_get(ages, same), Some([Slot::from_i64(7), Slot::ZERO]));
    ///     assert_eq!((heap.map_len(ages), heap.map_types(ages)), (1, Some((TypeId::STRING, TypeId::INT))));
    /// }
    /// ```
    ///
    /// # Safety
    /// `map` is a map of this heap, `key` of its key type.
    unsafe fn map_get(&self, map: Slot, key: [Slot; 2]) -> Option<[Slot; 2]>;

    /// The first entry at or after `cursor`; 0 starts, [`RawEntry::next`] goes on.
    ///
    /// [`RawEntry`] has an example.
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
    ///
    /// [`RawSlice`] has an example.
    fn new_slice(&mut self, elem: TypeId, len: usize) -> (Slot, *mut u8);

    /// A new empty map.
    fn new_map(&mut self, key: TypeId, value: TypeId) -> Slot;

    /// A new zero value of a type on the heap: the address of its image, which is a `*ty`.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use vo_ffi_core::{ArenaHeap, Heap, Slot, TypeId, TypeTable};
    /// # let mut heap = ArenaHeap::new(Arc::new(TypeTable::new()));
    /// let number = heap.new_object(TypeId::INT).cast::<i64>();
    /// // SAFETY: an image of an int is an `i64`, and this one is new.
    /// unsafe {
    ///     assert_eq!(number.read(), 0);
    ///     number.write(7);
    /// }
    /// let pointer = Slot::from_ptr(number); // a `*int` that points to 7
    /// # assert_eq!(pointer.as_ptr(), number);
    /// ```
    fn new_object(&mut self, ty: TypeId) -> *mut u8;

    /// A new object of a [`TypeKind::Opaque`](crate::TypeKind::Opaque) type: the address of a word that holds
    /// [`RustValue::address`], which is a `*ty`. The heap drops `value` when it has found that nothing reaches the word.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use vo_ffi_core::{ArenaHeap, Heap, RustValue, TypeTable};
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # use vm::Counter;
    /// let mut types = TypeTable::new();
    /// let counter = types.new_opaque("main.Counter");
    /// let mut heap = ArenaHeap::new(Arc::new(types));
    /// let value = RustValue::new(Counter(7));
    /// let address = value.address();
    /// let pointer = heap.new_rust(counter, value).cast::<*const ()>();
    /// // SAFETY: the object is such a word.
    /// assert_eq!(unsafe { pointer.read() }, address);
    /// ```
    fn new_rust(&mut self, ty: TypeId, value: RustValue) -> *mut u8;
}

/// An `error` with this text: a new [`TypeId::ERROR_STRING_PTR`].
///
/// The caller has paused collection, or holds the result before the next allocation.
///
/// ```
/// # use std::sync::Arc;
/// # use vo_ffi_core::{ArenaHeap, Heap, Slot, TypeId, TypeTable, new_error};
/// # let mut heap = ArenaHeap::new(Arc::new(TypeTable::new()));
/// let [word, data] = new_error(&mut heap, "no such file");
/// assert_eq!(TypeId::from_number(word.bits() as u32), TypeId::ERROR_STRING_PTR);
/// // SAFETY: the data is a pointer to a struct of one string.
/// let (_, len) = unsafe { heap.string(*data.as_ptr::<Slot>()) };
/// assert_eq!(len, 12);
/// ```
pub fn new_error(heap: &mut dyn Heap, text: &str) -> [Slot; 2] {
    let text = heap.new_string(text.as_bytes());
    let image = heap.new_object(TypeId::ERROR_STRING);
    // SAFETY: an `errors.errorString` is a struct of one string, at offset 0, and this one is new.
    unsafe { image.cast::<Slot>().write(text) };
    [Slot::from_bits(TypeId::ERROR_STRING_PTR.number().into()), Slot::from_ptr(image)]
}
