//! The heap of the reference VM: precise mark and sweep, nothing moves.
//!
//! # Layouts
//! What a slot holds, and what its reference points to. The machine, the compiler and natives rely on this.
//!
//! | type | slot | memory behind it |
//! |---|---|---|
//! | string | 0 for "", else address of a [`StringHeader`] | a string that owns its bytes has them, and a NUL, in the same object; a substring is a header that points into another string; one that grew, into a buffer |
//! | `[]T` | 0 for nil, else address of an immutable [`RawSlice`](vo_ffi::RawSlice) | `data` points into an array of `T`, an object of its own |
//! | map | 0 for nil, else address of a cell | the cell owns a table on the Rust side |
//! | func | 0 for nil, else address of a [`FuncObject`] | captures are references: addresses of boxed variables |
//! | pointer | address | an image, an element, a field; may lie outside of the heap; of an opaque type, a word with the address of a Rust value |
//! | struct, `[N]T` | address of its image | C's layout; references take 8 bytes, interfaces 16 |
//! | interface | type word ([`TypeId`] number, 0 for nil), data | the value's slot; for a struct or an array the address of a copy that nobody changes |
//!
//! Addresses outside of the heap's range are legal everywhere and ignored by the collector. Zero bytes are
//! the zero value of every type.
//!
//! # Collection
//! Every method named `alloc_…`, and every one that says so, may collect before it allocates. References
//! among its arguments must then be reachable from the roots. [`RootSource::may_collect`] can refuse.
//!
//! # Operations of [`VmHeap`]
//! ```text
//! new(types: Arc<TypeTable>) -> io::Result<VmHeap>          set_roots(*const impl RootSource)   collect()   stats()
//! set_stress(bool)   set_limit(bytes)   set_trace(bool)   set_markers(count)
//! alloc_rust(ty, RustValue) -> Result<*mut u8>
//! alloc_object(ty) -> Result<*mut u8>                       alloc_copy(ty, from: *const u8) -> Result<*mut u8>
//! load(ty, at) -> [Slot; 2]   store(ty, at, [Slot; 2])      equal(ty, [Slot; 2], [Slot; 2]) -> Result<bool>
//! static_string(bytes) -> Slot   alloc_string(bytes) -> Result<Slot>   string_bytes(Slot) -> &[u8] (free function)
//! alloc_concat(&[Slot]) -> Result<Slot>                     alloc_grown(&[Slot]) -> Result<Slot>  (for s += t)
//! alloc_substring(string, start, end) -> Result<Slot>
//! alloc_slice(elem, len, cap) -> Result<(Slot, *mut u8)>    alloc_slice_header(data, len, cap) -> Result<Slot>
//! slice_parts(Slot) -> RawSlice (free function)             alloc_reslice(elem, slice, start, end, max) -> Result<Slot>
//! alloc_append(elem, slice, [Slot; 2]) -> Result<Slot>      alloc_append_all(elem, slice, from: *const u8, n) -> Result<Slot>
//! copy_elements(elem, to: Slot, from: *const u8, n) -> usize
//! alloc_func(*const Callee, captures: &[Slot]) -> Result<Slot>
//! alloc_map(key, value) -> Result<Slot>   map_len(map)      map_lookup(map, key) -> Result<Option<[Slot; 2]>>
//! map_assign(map, key, value) -> Result<()>                 map_slot(map, key) -> Result<*mut Slot>  (inserts zero; for m[k]++)
//! map_delete(map, key) -> Result<()>   map_clear(map)       map_end(map) -> usize, map_next_before(map, cursor, end) -> Option<RawEntry>
//! ```
//! `Result` is with [`HeapError`]; keys and values are `[Slot; 2]`, the second 0 where the type takes one.

mod ahead;
mod alloc;
mod collect;
mod core_heap;
mod growing;
mod layout;
mod limit;
mod map;
mod map_table;
mod mark;
mod objects;
mod pool;
mod slices;
mod space;
#[cfg(test)]
mod tests;
mod values;

use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use hashbrown::DefaultHashBuilder;
use vo_ffi::{Callee, RustValue, Slot, Trap, TrapKind, TypeId, TypeTable};

pub(crate) use limit::RunningLimit;
pub use limit::{memory_limit, parse_bytes};
pub use map::NO_VALUE;
pub use mark::{Marker, SlotKind};
pub use objects::{string_bytes, string_len};
pub use slices::slice_parts;

use alloc::Run;
use layout::LayoutTable;
use map_table::MapTable;
use mark::Lists;
use space::{CLASSES, Space};

/// What a string's slot points to.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct StringHeader {
    /// The first byte.
    pub data: *const u8,
    /// How many bytes; never 0.
    pub len: usize,
}

/// What a func value's slot points to. The captures follow it.
#[derive(Debug)]
#[repr(C)]
pub struct FuncObject {
    /// What to call. It outlives the heap.
    pub callee: *const Callee,
    captures: [Slot; 0],
}

impl FuncObject {
    /// Where the captured references of a func object start.
    #[inline]
    pub fn captures(object: *mut FuncObject) -> *mut Slot {
        object.wrapping_add(1).cast()
    }
}

/// Why an operation of the heap failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeapError {
    /// The limit is reached, or the system has no more memory.
    OutOfMemory,
    /// An entry was put into a nil map.
    NilMap,
    /// A map key has a dynamic type without `==`.
    Unhashable(TypeId),
    /// Two interfaces hold the same type, and it has no `==`.
    Uncomparable(TypeId),
}

impl HeapError {
    /// The trap that ends what was tried.
    #[cold]
    pub fn trap(self, types: &TypeTable) -> Trap {
        let kind = match self {
            HeapError::OutOfMemory => TrapKind::OutOfMemory,
            _ => TrapKind::Panic,
        };
        Trap::of_kind(kind, self.message(types))
    }

    /// The message of the panic, in Go's words.
    #[cold]
    pub fn message(self, types: &TypeTable) -> String {
        match self {
            HeapError::OutOfMemory => "out of memory".into(),
            HeapError::NilMap => "assignment to entry in nil map".into(),
            HeapError::Unhashable(ty) => format!("runtime error: hash of unhashable type {}", types.name(ty)),
            HeapError::Uncomparable(ty) => {
                format!("runtime error: comparing uncomparable type {}", types.name(ty))
            }
        }
    }
}

/// Who knows the roots. The methods take a raw pointer, so that a machine that is being changed while it
/// allocates need not lend itself out.
///
/// # Safety
/// `visit` gives the marker every reference from which the program can go on, and neither method uses
/// the heap.
pub unsafe trait RootSource {
    /// Whether all references in use are where `visit` sees them.
    ///
    /// # Safety
    /// `this` is the pointer given to [`VmHeap::set_roots`].
    unsafe fn may_collect(this: *const Self) -> bool;

    /// Marks all roots.
    ///
    /// # Safety
    /// As for [`RootSource::may_collect`].
    unsafe fn visit(this: *const Self, marker: &mut Marker<'_>);
}

/// A [`RootSource`] with its type erased.
#[derive(Clone, Copy)]
struct Roots {
    source: *const (),
    may_collect: unsafe fn(*const ()) -> bool,
    visit: unsafe fn(*const (), &mut Marker<'_>),
}

/// What a heap can tell of itself; sizes are in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HeapStats {
    /// What the last collection found alive.
    pub live: usize,
    /// What was allocated since, in whole chunks.
    pub allocated: usize,
    /// Blocks in use.
    pub blocks: usize,
    /// How many collections there were.
    pub cycles: u64,
    /// The longest time that a collection took.
    pub longest_pause: Duration,
}

/// The heap of one VM.
pub struct VmHeap {
    space: Space,
    runs: [Run; CLASSES],
    /// The layout part of an object's tag is above this; cells with any other epoch are free.
    epoch: u8,
    /// Bytes taken since the last collection, map tables included.
    allocated: usize,
    /// A collection is due when `allocated` reaches this.
    trigger: usize,
    /// How far `allocated` may go before memory counts as exhausted.
    room: usize,
    live: usize,
    limit: usize,
    stress: bool,
    /// Each collection is told on stderr.
    trace: bool,
    cycles: u64,
    longest_pause: Duration,
    layouts: LayoutTable,
    types: Arc<TypeTable>,
    roots: Option<Roots>,
    /// How many threads mark; `None` by the heap's size.
    markers: Option<usize>,
    mark_lists: Lists,
    /// The cells of all maps, to drop the tables of the dead ones.
    maps: Vec<*mut *mut MapTable>,
    /// The objects of opaque types, and what they own.
    rust_values: Vec<(*mut u8, RustValue)>,
    hasher: DefaultHashBuilder,
    /// Headers and bytes of the program's literals.
    literals: Vec<Box<[u64]>>,
}

impl VmHeap {
    /// The addresses that objects may have.
    pub fn range(&self) -> Range<usize> {
        self.space.range()
    }

    /// The memory of the object around an address: at least its size.
    pub fn object_around(&self, address: usize) -> Option<Range<usize>> {
        let cell = self.space.find(address)?;
        Some(cell.at..cell.at + cell.size)
    }
}

impl fmt::Debug for VmHeap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VmHeap").field("stats", &self.stats()).finish_non_exhaustive()
    }
}
