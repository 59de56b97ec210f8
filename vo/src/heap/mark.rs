//! Collection: marking from the roots with a work list, then freeing whole blocks. Cells are not swept:
//! marking gives what it reaches the new epoch, and every other cell is free from then on.

use vo_ffi::{Slot, TypeId};

use super::VmHeap;
use super::alloc::{MIN_TRIGGER, Run};
use super::layout::{LayoutTable, Shape, ShapeId};
use super::map_table::MapTable;
use super::space::{CLASSES, Cell, Space, pointer};

/// Longer arrays are scanned in pieces of about this many bytes, so that the work list stays short.
const PIECE: usize = 4096;
/// How many cells are fetched ahead: memory is what marking waits for.
const AHEAD: usize = 16;

/// Memory to be scanned: images of `shape` from `at` to `end`; for a map, its cell and its first entry.
#[derive(Clone, Copy, Debug)]
pub(super) struct Work {
    at: usize,
    end: usize,
    shape: ShapeId,
}

/// What a slot of a frame holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum SlotKind {
    /// No reference.
    Scalar,
    /// A reference, or the address of an image.
    Reference,
    /// The type word of an interface; its data is in the next slot, whose own kind is not looked at.
    Dynamic,
}

/// Takes the roots of a collection.
pub struct Marker<'heap> {
    space: &'heap mut Space,
    layouts: &'heap LayoutTable,
    stack: &'heap mut Vec<Work>,
    old: u8,
    new: u8,
    live: usize,
    /// Cells on their way into the cache, to be marked when their turn comes.
    ahead: [Option<Cell>; AHEAD],
    turn: usize,
}

impl Marker<'_> {
    /// Marks the object around an address. Other addresses are ignored.
    #[inline]
    pub fn reference(&mut self, address: usize) {
        let Some(cell) = self.space.find(address) else { return };
        prefetch(cell.tag.as_ptr().cast());
        prefetch(pointer(cell.at));
        self.turn = (self.turn + 1) % AHEAD;
        if let Some(cell) = self.ahead[self.turn].replace(cell) {
            self.mark(cell);
        }
    }

    /// Marks what an interface holds.
    #[inline]
    pub fn dynamic(&mut self, type_word: u64, data: Slot) {
        if self.layouts.dynamic_row(type_word).is_some_and(|row| row.is_reference()) {
            self.reference(data.bits() as usize);
        }
    }

    /// Marks the slots of a frame. `kinds` has one entry per slot.
    pub fn slots(&mut self, slots: &[Slot], kinds: &[SlotKind]) {
        for (index, (slot, kind)) in slots.iter().zip(kinds).enumerate() {
            match kind {
                SlotKind::Scalar => {}
                SlotKind::Reference => self.reference(slot.bits() as usize),
                SlotKind::Dynamic => {
                    self.dynamic(slot.bits(), slots.get(index + 1).copied().unwrap_or_default());
                }
            }
        }
    }

    /// Marks what a value of type `ty` refers to that lies at `at`, in memory that is not the heap's.
    ///
    /// # Safety
    /// `at` is readable for the type's size, and aligned to 8 if the type has references.
    pub unsafe fn image(&mut self, ty: TypeId, at: *const u8) {
        let row = self.layouts.row(ty);
        if row.shape != ShapeId::LEAF {
            let at = at.expose_provenance();
            self.stack.push(Work { at, end: at + row.size, shape: row.shape });
            self.drain();
        }
    }

    /// Marks everything that can be reached from what was found so far.
    fn drain(&mut self) {
        loop {
            while let Some(work) = self.stack.pop() {
                self.scan(work);
            }
            // The newest first: in a long list it is the only one.
            for back in 0..AHEAD {
                let cell = self.ahead[(self.turn + AHEAD - back) % AHEAD].take();
                if let Some(cell) = cell {
                    self.mark(cell);
                }
                if !self.stack.is_empty() {
                    break;
                }
            }
            if self.stack.is_empty() {
                return;
            }
        }
    }

    #[inline]
    fn mark(&mut self, cell: Cell) {
        // SAFETY: `find` gave the tag of a cell.
        let tag = unsafe { cell.tag.as_ptr().read() };
        // Cells of another epoch are marked already, or free: then the address is a stale one.
        if tag as u8 != self.old {
            return;
        }
        // SAFETY: as above; during a collection nobody else uses the tags.
        unsafe { cell.tag.as_ptr().write(tag & !0xff | self.new as u32) };
        self.space.count_live(cell.block);
        self.live += cell.size;
        let shape = ShapeId::of_tag(tag);
        if shape == ShapeId::MAP {
            self.stack.push(Work { at: cell.at, end: 0, shape });
        } else if shape != ShapeId::LEAF {
            self.stack.push(Work { at: cell.at, end: cell.at + cell.size, shape });
        }
    }

    fn scan(&mut self, work: Work) {
        match work.shape {
            ShapeId::LEAF => {}
            ShapeId::HEADER => self.reference(word(work.at)),
            ShapeId::FUNC => {
                for at in (work.at + 8..work.end).step_by(8) {
                    self.reference(word(at));
                }
            }
            ShapeId::MAP => self.scan_map(work),
            id => {
                let layouts = self.layouts;
                self.scan_images(work, layouts.shape(id));
            }
        }
    }

    fn scan_images(&mut self, mut work: Work, shape: &Shape) {
        let step = (PIECE / shape.stride).max(1) * shape.stride;
        if work.end - work.at > step {
            self.stack.push(Work { at: work.at + step, ..work });
            work.end = work.at + step;
        }
        while work.end - work.at >= shape.stride {
            for offset in &shape.references {
                self.reference(word(work.at + offset));
            }
            for offset in &shape.dynamics {
                let at = work.at + offset;
                self.dynamic(word(at) as u64, Slot::from_bits(word(at + 8) as u64));
            }
            for part in &shape.parts {
                let at = work.at + part.offset;
                self.stack.push(Work { at, end: at + part.bytes, shape: part.shape });
            }
            work.at += shape.stride;
        }
    }

    fn scan_map(&mut self, work: Work) {
        // SAFETY: the cell of a live map points to its table, which nobody uses during a collection.
        let table: &MapTable = unsafe { &**pointer(work.at).cast::<*mut MapTable>() };
        if work.end == 0 {
            self.live += table.bytes();
        }
        let end = table.positions().min(work.end + PIECE / 32);
        if end < table.positions() {
            self.stack.push(Work { end, ..work });
        }
        let key_row = *self.layouts.row(table.key);
        let value_row = *self.layouts.row(table.value);
        for position in (work.end..end).filter(|&position| table.is_live(position)) {
            self.map_value(&key_row, table.key_at(position));
            self.map_value(&value_row, table.value_at(position));
        }
    }

    fn map_value(&mut self, row: &super::layout::TypeRow, slots: [Slot; 2]) {
        if row.is_reference() {
            self.reference(slots[0].bits() as usize);
        } else if row.form == super::layout::Form::Interface {
            self.dynamic(slots[0].bits(), slots[1]);
        }
    }
}

/// Asks for a cache line that will be used soon.
#[cfg(target_arch = "x86_64")]
#[inline]
fn prefetch(at: *const u8) {
    use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
    // SAFETY: a hint reads nothing, and every x86-64 has the instruction.
    unsafe { _mm_prefetch::<_MM_HINT_T0>(at.cast()) }
}

/// There is no stable hint for this architecture.
#[cfg(not(target_arch = "x86_64"))]
#[inline]
fn prefetch(_at: *const u8) {}

/// Reads a word that is being scanned.
#[inline]
fn word(at: usize) -> usize {
    // SAFETY: scanned memory is an object's or an image's, aligned to 8, and shapes stay inside of it.
    unsafe { pointer(at).cast::<usize>().read() }
}

impl VmHeap {
    /// Collects now, if the source of the roots allows it.
    #[cold]
    pub fn collect(&mut self) {
        let Some(roots) = self.roots else { return };
        // SAFETY: `set_roots` was promised a source that is valid as long as it is set.
        if !unsafe { (roots.may_collect)(roots.source) } {
            return;
        }
        let (old, new) = (self.epoch, self.epoch + 1);
        self.space.begin_cycle();
        let mut marker = Marker {
            space: &mut self.space,
            layouts: &self.layouts,
            stack: &mut self.mark_stack,
            old,
            new,
            live: 0,
            ahead: [None; AHEAD],
            turn: 0,
        };
        // SAFETY: as above.
        unsafe { (roots.visit)(roots.source, &mut marker) };
        marker.drain();
        self.live = marker.live;
        self.epoch = new;
        self.drop_dead_maps();
        self.space.end_cycle(MIN_TRIGGER.max(self.live));
        self.runs = [Run::EMPTY; CLASSES];
        self.allocated = 0;
        self.cycles += 1;
        if new == u8::MAX {
            self.space.renumber(new, 1);
            self.epoch = 1;
        }
        self.set_trigger();
    }

    fn drop_dead_maps(&mut self) {
        let (space, epoch) = (&self.space, self.epoch);
        self.maps.retain(|&map| {
            // SAFETY: the cell of every map in the list stays a map's until it is removed here.
            let alive =
                space.find(map.addr()).is_some_and(|cell| unsafe { *cell.tag.as_ptr() } as u8 == epoch);
            if !alive {
                // SAFETY: the table was made by `Box::into_raw`, and no live map owns it.
                drop(unsafe { Box::from_raw(*map) });
            }
            alive
        });
    }
}

impl Drop for VmHeap {
    fn drop(&mut self) {
        for &map in &self.maps {
            // SAFETY: each map in the list owns its table, which was made by `Box::into_raw`.
            drop(unsafe { Box::from_raw(*map) });
        }
    }
}
