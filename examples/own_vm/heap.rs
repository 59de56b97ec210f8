use std::collections::BTreeMap;
use std::ptr::NonNull;
use std::sync::Arc;

use vo_ffi::{Heap, RawEntry, RawSlice, RustValue, Slot, TypeId, TypeKind, TypeTable};

use super::machine::Machine;

/// A heap that frees what nothing refers to: mark and sweep, and each object where it was made.
///
/// | value | its slot |
/// |---|---|
/// | string | the address of its length, with the bytes behind it |
/// | slice | the address of a `RawSlice`, whose elements are an object of their own |
/// | map | the address of a word, beside which Rust keeps the entries |
/// | pointer, struct, array | the address of its image |
pub(crate) struct Collected {
    types: Arc<TypeTable>,
    /// By the address of their first word.
    objects: BTreeMap<usize, Object>,
    /// How many bytes were made since the last collection.
    fresh: usize,
    /// How many may be made before the next.
    pace: usize,
}

struct Object {
    words: Words,
    inside: Inside,
    marked: bool,
}

/// What belongs to an object beside its words.
enum Inside {
    Nothing,
    Map { key: TypeId, value: TypeId, entries: Vec<Entry> },
    Rust { _owned: RustValue },
}

/// A key and its value, of two slots each.
type Entry = [[Slot; 2]; 2];

/// Zeroed memory of its own.
struct Words(NonNull<[u64]>);

impl Words {
    fn new(bytes: usize) -> Words {
        let words = bytes.div_ceil(8).max(1);
        Words(NonNull::from(Box::leak(vec![0; words].into_boxed_slice())))
    }

    fn start(&self) -> *mut u64 {
        self.0.as_ptr().cast()
    }

    fn holds(&self, address: usize) -> bool {
        address < self.start().addr() + 8 * self.0.len()
    }
}

impl Drop for Words {
    fn drop(&mut self) {
        // SAFETY: `new` took it from a box.
        drop(unsafe { Box::from_raw(self.0.as_ptr()) });
    }
}

impl Collected {
    /// An empty heap, that collects after so many new bytes.
    pub(crate) fn new(types: Arc<TypeTable>, pace: usize) -> Collected {
        Collected { types, objects: BTreeMap::new(), fresh: 0, pace }
    }

    /// How many objects there are.
    pub(crate) fn count(&self) -> usize {
        self.objects.len()
    }

    fn make(&mut self, bytes: usize, inside: Inside) -> *mut u8 {
        let words = Words::new(bytes);
        let start = words.start();
        self.fresh += 8 * words.0.len();
        if let Inside::Rust { _owned } = &inside {
            self.fresh += _owned.bytes();
        }
        self.objects.insert(start.expose_provenance(), Object { words, inside, marked: false });
        start.cast()
    }

    /// Whether it is time.
    pub(crate) fn is_due(&self) -> bool {
        self.fresh > self.pace
    }

    /// Frees all that these do not lead to.
    pub(crate) fn collect(&mut self, roots: impl Iterator<Item = Slot>) {
        let mut open: Vec<Slot> = roots.collect();
        while let Some(slot) = open.pop() {
            let address = slot.bits() as usize;
            let Some((_, object)) = self.objects.range_mut(..=address).next_back() else { continue };
            if object.marked || !object.words.holds(address) {
                continue;
            }
            object.marked = true;
            let words = object.words.0.len();
            // SAFETY: the words are the object's, and nothing writes them meanwhile.
            open.extend((0..words).map(|at| Slot::from_bits(unsafe { object.words.start().add(at).read() })));
            if let Inside::Map { entries, .. } = &object.inside {
                open.extend(entries.iter().flatten().flatten());
            }
        }
        // What a Rust value does when it is dropped must not meet this heap half swept.
        let all = std::mem::take(&mut self.objects).into_iter();
        let (alive, dead): (BTreeMap<_, _>, BTreeMap<_, _>) = all.partition(|(_, object)| object.marked);
        self.objects = alive;
        self.objects.values_mut().for_each(|object| object.marked = false);
        self.fresh = 0;
        drop(dead);
    }

    /// # Safety
    /// `string` is a string of this heap.
    unsafe fn text(&self, string: Slot) -> &[u8] {
        if string == Slot::ZERO {
            return &[];
        }
        // SAFETY: a string is the address of its length, behind which the bytes are.
        unsafe { std::slice::from_raw_parts(string.as_ptr::<u8>().add(8), string.as_ptr::<usize>().read()) }
    }

    /// # Safety
    /// Both are values of type `ty` of this heap.
    unsafe fn is_same(&self, ty: TypeId, a: [Slot; 2], b: [Slot; 2]) -> bool {
        match self.types.kind(ty) {
            // SAFETY: passed on.
            TypeKind::String => unsafe { self.text(a[0]) == self.text(b[0]) },
            TypeKind::Interface(_) if a[0] == b[0] && a[0] != Slot::ZERO => {
                let ty = TypeId::from_number(a[0].bits() as u32);
                // SAFETY: the type word of an interface says of which type its data is.
                unsafe { self.is_same(ty, [a[1], Slot::ZERO], [b[1], Slot::ZERO]) }
            }
            // Keys that are structs, arrays or floats would want more.
            _ => a == b,
        }
    }

    fn map(&self, map: Slot) -> Option<(TypeId, TypeId, &[Entry])> {
        match &self.objects.get(&(map.bits() as usize))?.inside {
            Inside::Map { key, value, entries } => Some((*key, *value, entries)),
            _ => None,
        }
    }

    /// # Safety
    /// `key` is a key of the map.
    unsafe fn place(&self, map: Slot, key: [Slot; 2]) -> Option<usize> {
        let (ty, _, entries) = self.map(map)?;
        // SAFETY: the entries have keys of this type, and so is `key`.
        entries.iter().position(|[other, _]| unsafe { self.is_same(ty, *other, key) })
    }
}

// SAFETY: (1) objects do not move, and `collect` alone frees some, those that no root leads to; (2) what is made has the
// size that its layout asks for, at an address that 8 divides; (3) `Words` are zeroed, and new; (4) a Rust value is dropped
// with its object.
unsafe impl Heap for Collected {
    unsafe fn string(&self, string: Slot) -> (*const u8, usize) {
        // SAFETY: passed on.
        let text = unsafe { self.text(string) };
        (text.as_ptr(), text.len())
    }

    unsafe fn slice(&self, slice: Slot) -> RawSlice {
        match slice {
            Slot::ZERO => RawSlice { data: NonNull::<u64>::dangling().as_ptr().cast(), len: 0, cap: 0 },
            // SAFETY: a slice is the address of its parts.
            _ => unsafe { slice.as_ptr::<RawSlice>().read() },
        }
    }

    unsafe fn map_len(&self, map: Slot) -> usize {
        self.map(map).map_or(0, |(_, _, entries)| entries.len())
    }

    unsafe fn map_types(&self, map: Slot) -> Option<(TypeId, TypeId)> {
        self.map(map).map(|(key, value, _)| (key, value))
    }

    unsafe fn map_get(&self, map: Slot, key: [Slot; 2]) -> Option<[Slot; 2]> {
        // SAFETY: passed on.
        let at = unsafe { self.place(map, key)? };
        self.map(map).map(|(_, _, entries)| entries[at][1])
    }

    unsafe fn map_next(&self, map: Slot, cursor: usize) -> Option<RawEntry> {
        let [key, value] = *self.map(map)?.2.get(cursor)?;
        Some(RawEntry { next: cursor + 1, key, value })
    }

    unsafe fn map_insert(&mut self, map: Slot, key: [Slot; 2], value: [Slot; 2]) {
        // SAFETY: passed on.
        let at = unsafe { self.place(map, key) };
        let object = self.objects.get_mut(&(map.bits() as usize));
        let Some(Object { inside: Inside::Map { entries, .. }, .. }) = object else { return };
        match at {
            Some(at) => entries[at][1] = value,
            None => entries.push([key, value]),
        }
    }

    fn new_string(&mut self, bytes: &[u8]) -> Slot {
        if bytes.is_empty() {
            return Slot::ZERO;
        }
        let at = self.make(8 + bytes.len(), Inside::Nothing);
        // SAFETY: the new words have room for the length and the bytes.
        unsafe {
            at.cast::<usize>().write(bytes.len());
            at.add(8).copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
        }
        Slot::from_ptr(at)
    }

    fn new_slice(&mut self, elem: TypeId, len: usize) -> (Slot, *mut u8) {
        let size = self.types.layout(elem).size;
        let bytes = size.checked_mul(len).unwrap_or_else(|| panic!("a slice of {len} elements"));
        let data = self.make(bytes, Inside::Nothing);
        let at = self.make(size_of::<RawSlice>(), Inside::Nothing);
        // SAFETY: the new words have room for the parts.
        unsafe { at.cast::<RawSlice>().write(RawSlice { data, len, cap: len }) };
        (Slot::from_ptr(at), data)
    }

    fn new_map(&mut self, key: TypeId, value: TypeId) -> Slot {
        Slot::from_ptr(self.make(8, Inside::Map { key, value, entries: Vec::new() }))
    }

    fn new_object(&mut self, ty: TypeId) -> *mut u8 {
        self.make(self.types.layout(ty).size, Inside::Nothing)
    }

    fn new_rust(&mut self, _ty: TypeId, value: RustValue) -> *mut u8 {
        let address = value.address();
        let at = self.make(8, Inside::Rust { _owned: value });
        // SAFETY: the new word has room for the address.
        unsafe { at.cast::<*const ()>().write(address) };
        at
    }
}

/// What the machine does between two instructions.
pub(crate) fn safe_point(machine: &mut Machine) {
    let heap = machine.heap().cast::<Collected>();
    // SAFETY: the heap of this machine is a `Collected`, and no native runs, or one waits for this function.
    let heap = unsafe { &mut *heap.as_ptr() };
    if !heap.is_due() || machine.context().paused > 0 {
        return;
    }
    let mut roots = machine.stack().to_vec();
    let context = machine.context();
    roots.extend(context.handed_out());
    roots.extend(context.roots().map(|[_, data]| data));
    heap.collect(roots.into_iter());
}
