//! Marking: what can be reached gets the new epoch. Memory is what marking waits for, so that whatever it will look
//! at is fetched into the cache some steps ahead: first a cell's tag, then, where it was not marked yet, the cell.

use std::sync::atomic::{AtomicU32, Ordering};

use vo_ffi::{Slot, TypeId};

use super::ahead::{Ahead, prefetch};
use super::layout::{LayoutTable, Shape, ShapeId};
use super::map_table::MapTable;
use super::pool::Pool;
use super::space::{Cell, Space, pointer};

/// Longer arrays are scanned in pieces of about this many bytes, so that the work list stays short.
const PIECE: usize = 4096;
/// A marker with this much work gives some of it to another that has none.
const SHARED_FROM: usize = 8;

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

/// What marking leaves for the next time: lists that need not be made anew.
#[derive(Default)]
pub(super) struct Lists {
    stack: Vec<Work>,
    /// How many live cells were found in each block.
    pub(super) counts: Vec<u32>,
}

/// What a marker has found.
pub(super) struct Found {
    /// Bytes alive.
    pub(super) live: usize,
    pub(super) lists: Lists,
}

/// Takes the roots of a collection.
pub struct Marker<'heap> {
    space: &'heap Space,
    layouts: &'heap LayoutTable,
    old: u8,
    new: u8,
    live: usize,
    /// By block.
    counts: Vec<u32>,
    /// Cells whose tags are on their way into the cache.
    cells: Ahead<Cell>,
    /// Cells that are marked, on their way into the cache.
    marked: Ahead<Work>,
    stack: Vec<Work>,
}

// SAFETY: what markers share, nobody changes during a collection, but for the tags, which they access atomically.
unsafe impl Send for Marker<'_> {}

impl<'heap> Marker<'heap> {
    /// A marker that has found nothing yet.
    pub(super) fn new(
        space: &'heap Space,
        layouts: &'heap LayoutTable,
        [old, new]: [u8; 2],
        Lists { stack, mut counts }: Lists,
    ) -> Marker<'heap> {
        counts.clear();
        counts.resize(space.block_count(), 0);
        let (cells, marked) = (Ahead::new(), Ahead::new());
        Marker { space, layouts, old, new, live: 0, counts, cells, marked, stack }
    }

    /// Marks all that can be reached from what this marker and the others of the pool have found.
    pub(super) fn finish(mut self, pool: &Pool) -> Found {
        loop {
            self.drain(pool);
            if !pool.take(&mut self.stack) {
                return Found { live: self.live, lists: Lists { stack: self.stack, counts: self.counts } };
            }
        }
    }

    /// Marks the object around an address. Other addresses are ignored.
    #[inline]
    pub fn reference(&mut self, address: usize) {
        let Some(cell) = self.space.find(address) else { return };
        prefetch(cell.tag.as_ptr().cast());
        if let Some(cell) = self.cells.replace(cell) {
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
    /// `at` is readable for the type's size until the end of the collection.
    pub unsafe fn image(&mut self, ty: TypeId, at: *const u8) {
        let row = self.layouts.row(ty);
        if row.shape != ShapeId::LEAF {
            let at = at.expose_provenance();
            self.stack.push(Work { at, end: at + row.size, shape: row.shape });
        }
    }

    /// Scans until there is nothing left, and gives some of it away where others wait for it.
    fn drain(&mut self, pool: &Pool) {
        loop {
            while let Some(work) = self.stack.pop() {
                self.scan(work);
                if pool.is_hungry() && self.stack.len() >= SHARED_FROM {
                    pool.give(&mut self.stack);
                }
            }
            if let Some(cell) = self.cells.pop() {
                self.mark(cell);
            } else if let Some(work) = self.marked.pop() {
                self.stack.push(work);
            } else {
                return;
            }
        }
    }

    #[inline]
    fn mark(&mut self, cell: Cell) {
        // SAFETY: `find` gave the tag of a cell, and during a collection all access to tags is atomic.
        let tag = unsafe { AtomicU32::from_ptr(cell.tag.as_ptr()) };
        let old = tag.load(Ordering::Relaxed);
        // Cells of another epoch are marked already, or free: then the address is a stale one.
        if old as u8 != self.old {
            return;
        }
        // Where another marker does the same at once, the cell is scanned and counted twice, which does no harm.
        tag.store(old & !0xff | self.new as u32, Ordering::Relaxed);
        self.counts[cell.block] += 1;
        self.live += cell.size;
        let shape = ShapeId::of_tag(old);
        if shape == ShapeId::LEAF || shape == ShapeId::BUFFER {
            return;
        }
        prefetch(pointer(cell.at));
        let end = if shape == ShapeId::MAP { 0 } else { cell.at + cell.size };
        if let Some(work) = self.marked.replace(Work { at: cell.at, end, shape }) {
            self.stack.push(work);
        }
    }

    fn scan(&mut self, work: Work) {
        match work.shape {
            ShapeId::LEAF | ShapeId::BUFFER => {}
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

/// Reads a word that is being scanned.
#[inline]
fn word(at: usize) -> usize {
    // SAFETY: scanned memory is an object's or an image's, and shapes stay inside of it. In a packed struct a reference
    // lies anywhere.
    unsafe { pointer(at).cast::<usize>().read_unaligned() }
}
