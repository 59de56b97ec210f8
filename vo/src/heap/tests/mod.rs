//! The heap under a root source that is a list of slots.

mod c_structs;
mod graphs;
mod maps;
mod objects;
mod values;

use std::cell::{Cell, RefCell};
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use vo_ffi::{Field, Slot, TypeId, TypeKind, TypeTable};

use super::{Marker, RootSource, SlotKind, VmHeap};

/// The roots of a test.
#[derive(Default)]
struct Frame {
    slots: RefCell<Vec<Slot>>,
    kinds: RefCell<Vec<SlotKind>>,
    paused: Cell<bool>,
}

// SAFETY: the tests push what they go on to use.
unsafe impl RootSource for Frame {
    unsafe fn may_collect(this: *const Frame) -> bool {
        // SAFETY: a fixture's frame lives as long as its heap.
        !unsafe { &*this }.paused.get()
    }

    unsafe fn visit(this: *const Frame, marker: &mut Marker<'_>) {
        // SAFETY: as above.
        let frame = unsafe { &*this };
        marker.slots(&frame.slots.borrow(), &frame.kinds.borrow());
    }
}

/// A heap with roots.
struct Fixture {
    heap: VmHeap,
    frame: Box<Frame>,
}

impl Fixture {
    fn new(types: TypeTable) -> Fixture {
        let mut heap = VmHeap::new(Arc::new(types)).unwrap();
        let frame = Box::<Frame>::default();
        // SAFETY: the frame is boxed and dropped with the heap.
        unsafe { heap.set_roots(&raw const *frame) };
        Fixture { heap, frame }
    }

    fn stressed(types: TypeTable) -> Fixture {
        let mut fixture = Fixture::new(types);
        fixture.set_stress(true);
        fixture
    }

    /// Roots a value until `drop_roots`.
    fn root(&self, slot: Slot) -> Slot {
        self.frame.slots.borrow_mut().push(slot);
        self.frame.kinds.borrow_mut().push(SlotKind::Reference);
        slot
    }

    fn root_dynamic(&self, value: [Slot; 2]) -> [Slot; 2] {
        self.frame.slots.borrow_mut().extend(value);
        self.frame.kinds.borrow_mut().extend([SlotKind::Dynamic, SlotKind::Scalar]);
        value
    }

    fn drop_roots(&self) {
        self.frame.slots.borrow_mut().clear();
        self.frame.kinds.borrow_mut().clear();
    }

    /// What a full collection finds alive.
    fn live(&mut self) -> usize {
        self.collect();
        self.stats().live
    }

    fn string(&mut self, text: &str) -> Slot {
        self.alloc_string(text.as_bytes()).unwrap()
    }
}

impl Deref for Fixture {
    type Target = VmHeap;
    fn deref(&self) -> &VmHeap {
        &self.heap
    }
}

impl DerefMut for Fixture {
    fn deref_mut(&mut self) -> &mut VmHeap {
        &mut self.heap
    }
}

fn text(string: Slot) -> String {
    // SAFETY: the tests call this with strings only.
    String::from_utf8(unsafe { super::string_bytes(string) }.to_vec()).unwrap()
}

fn one(slot: Slot) -> [Slot; 2] {
    [slot, Slot::ZERO]
}

fn int(value: i64) -> [Slot; 2] {
    one(Slot::from_i64(value))
}

fn dynamic(ty: TypeId, data: Slot) -> [Slot; 2] {
    [Slot::from_bits(ty.number() as u64), data]
}

fn struct_of(types: &mut TypeTable, fields: &[TypeId]) -> TypeId {
    let field = |(index, &ty): (usize, &TypeId)| Field { name: format!("f{index}"), ty, embedded: false };
    types.intern(TypeKind::Struct(fields.iter().enumerate().map(field).collect()))
}

/// A fixed sequence of numbers that look random (xorshift64*).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % bound
    }
}
