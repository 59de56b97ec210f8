//! Allocation: a bump through runs of free cells, one run per size class.

use std::sync::Arc;
use std::time::Duration;

use hashbrown::DefaultHashBuilder;
use vo_ffi::TypeTable;

use super::layout::{LayoutTable, ShapeId};
use super::mark::Lists;
use super::space::{BLOCK, CLASS_OF, CLASS_SIZES, CLASSES, MAX_SMALL, Space, pointer};
use super::{HeapError, HeapStats, RootSource, Roots, VmHeap};

/// The bytes after which the first collection is due.
pub(super) const MIN_TRIGGER: usize = 8 << 20;

/// How many collections stress makes one for each allocation.
const STRESSED: u64 = 20_000;

/// How many bytes are allocated between collections after that.
const STRESS_GAP: usize = 4 << 10;

/// Free cells are zeroed in steps of this many bytes, so that they are in the cache when they are used.
const CHUNK: usize = 2048;

/// Where a size class allocates.
#[derive(Clone, Copy)]
pub(super) struct Run {
    /// The next cell.
    cursor: usize,
    /// Cells before this are zero and ready.
    ready: usize,
    /// Cells before this are free.
    end: usize,
    /// The next cell's tag.
    tag: *mut u32,
    block: Option<usize>,
}

impl Run {
    /// A run without cells.
    pub(super) const EMPTY: Run = Run { cursor: 0, ready: 0, end: 0, tag: std::ptr::null_mut(), block: None };
}

impl VmHeap {
    /// A heap for programs with these types. It does not collect before [`VmHeap::set_roots`].
    pub fn new(types: Arc<TypeTable>) -> std::io::Result<VmHeap> {
        Ok(VmHeap {
            space: Space::new()?,
            runs: [Run::EMPTY; CLASSES],
            epoch: 1,
            allocated: 0,
            trigger: MIN_TRIGGER,
            room: usize::MAX,
            live: 0,
            limit: usize::MAX,
            stress: false,
            trace: false,
            cycles: 0,
            longest_pause: Duration::ZERO,
            layouts: LayoutTable::new(&types),
            types,
            roots: None,
            markers: None,
            mark_lists: Lists::default(),
            maps: Vec::new(),
            rust_values: Vec::new(),
            hasher: DefaultHashBuilder::default(),
            literals: Vec::new(),
        })
    }

    /// Sets who knows the roots.
    ///
    /// # Safety
    /// `source` is valid until the heap is dropped or another source is set.
    pub unsafe fn set_roots<R: RootSource>(&mut self, source: *const R) {
        self.roots = Some(Roots {
            source: source.cast(),
            // SAFETY: `source` is a `*const R`, valid by this function's contract.
            may_collect: |source| unsafe { R::may_collect(source.cast()) },
            // SAFETY: as above.
            visit: |source, marker| unsafe { R::visit(source.cast(), marker) },
        });
    }

    /// With stress, every allocation collects: what a program forgot to root shows at once. After 20,000
    /// collections, so that long programs end, only those do that are 4 KiB apart.
    pub fn set_stress(&mut self, on: bool) {
        self.stress = on;
        self.set_trigger();
    }

    /// With a trace, every collection writes a line to stderr.
    pub fn set_trace(&mut self, on: bool) {
        self.trace = on;
    }

    /// The most bytes that live objects may take.
    pub fn set_limit(&mut self, bytes: usize) {
        self.limit = bytes;
        self.set_trigger();
    }

    /// Replaces the types by a table that has more; ids of the old one mean the same in the new one.
    pub fn set_types(&mut self, types: Arc<TypeTable>) {
        self.layouts.extend(&types);
        self.types = types;
    }

    /// The types that the heap was made for.
    pub fn types(&self) -> &Arc<TypeTable> {
        &self.types
    }

    /// How much is in use.
    pub fn stats(&self) -> HeapStats {
        HeapStats {
            live: self.live,
            allocated: self.allocated,
            blocks: self.space.blocks_in_use(),
            cycles: self.cycles,
            longest_pause: self.longest_pause,
        }
    }

    /// When the next collection is due. A heap that is full to its last 64th counts as full, since it
    /// would do nothing but collect.
    pub(super) fn set_trigger(&mut self) {
        let room = self.limit.saturating_sub(self.live);
        self.room = if room < self.limit / 64 { 0 } else { room };
        let due = MIN_TRIGGER.max(self.live).min(self.room);
        self.trigger = match self.stress {
            true if self.cycles < STRESSED => 0,
            true => due.min(STRESS_GAP),
            false => due,
        };
    }

    /// Whether a collection is due: it may have been put off while a native ran.
    #[inline]
    pub fn is_due(&self) -> bool {
        self.allocated >= self.trigger
    }

    /// Collects if it is due and allowed; called before an allocation of `bytes`.
    #[inline]
    pub(super) fn safepoint(&mut self, bytes: usize) {
        if self.allocated.saturating_add(bytes) >= self.trigger {
            self.collect();
        }
    }

    /// Counts memory outside of the range that belongs to an object.
    pub(super) fn count_allocated(&mut self, bytes: usize) -> Result<(), HeapError> {
        let allocated = self.allocated.saturating_add(bytes);
        if allocated > self.room {
            return Err(HeapError::OutOfMemory);
        }
        self.allocated = allocated;
        Ok(())
    }

    /// A zeroed object. May collect before.
    #[inline]
    pub(super) fn alloc(&mut self, size: usize, shape: ShapeId) -> Result<*mut u8, HeapError> {
        self.safepoint(size);
        self.alloc_now(size, shape)
    }

    /// A zeroed object. Never collects.
    #[inline]
    pub(super) fn alloc_now(&mut self, size: usize, shape: ShapeId) -> Result<*mut u8, HeapError> {
        if size > MAX_SMALL {
            return self.alloc_large(size, shape, 0);
        }
        let class = CLASS_OF[size.div_ceil(16)] as usize;
        if self.runs[class].cursor == self.runs[class].ready {
            self.refill(class, true)?;
        }
        Ok(self.take_ready(class, shape))
    }

    /// An object without references whose bytes are arbitrary, for the caller to write. Never collects.
    pub(super) fn alloc_bytes_now(&mut self, size: usize, shape: ShapeId) -> Result<*mut u8, HeapError> {
        if size > MAX_SMALL {
            return self.alloc_large(size, shape, usize::MAX);
        }
        let class = CLASS_OF[size.div_ceil(16)] as usize;
        if self.runs[class].cursor == self.runs[class].ready {
            // A large cell is made ready by itself, so that it is the one that is taken.
            self.refill(class, (CLASS_SIZES[class] as usize) < CHUNK)?;
        }
        Ok(self.take_ready(class, shape))
    }

    /// A small zeroed object, where one is ready and nothing has to be collected before.
    #[inline]
    pub(super) fn alloc_ready(&mut self, size: usize, shape: ShapeId) -> Option<*mut u8> {
        let class = CLASS_OF[size.div_ceil(16)] as usize;
        let is_ready = self.runs[class].cursor != self.runs[class].ready && !self.is_due();
        is_ready.then(|| self.take_ready(class, shape))
    }

    #[inline]
    fn take_ready(&mut self, class: usize, shape: ShapeId) -> *mut u8 {
        let run = &mut self.runs[class];
        let at = run.cursor;
        run.cursor = at + CLASS_SIZES[class] as usize;
        // SAFETY: the cells up to `ready` belong to this run, and `tag` moves along with `cursor`.
        unsafe {
            run.tag.write(shape.tag(self.epoch));
            run.tag = run.tag.add(1);
        }
        pointer(at)
    }

    /// An object of its own blocks, zero from `zero_from` on: the caller writes what is before. Never collects.
    #[cold]
    pub(super) fn alloc_large(
        &mut self,
        size: usize,
        shape: ShapeId,
        zero_from: usize,
    ) -> Result<*mut u8, HeapError> {
        let bytes = size.checked_next_multiple_of(BLOCK).ok_or(HeapError::OutOfMemory)?;
        self.count_allocated(bytes)?;
        let Some((at, tag)) = self.space.take_large(size, zero_from) else {
            self.allocated -= bytes;
            return Err(HeapError::OutOfMemory);
        };
        // SAFETY: the tag belongs to the blocks just taken.
        unsafe { tag.write(shape.tag(self.epoch)) };
        Ok(at)
    }

    /// Makes at least one more cell ready, of at least `CHUNK` bytes just one.
    #[cold]
    fn refill(&mut self, class: usize, zeroed: bool) -> Result<(), HeapError> {
        let size = CLASS_SIZES[class] as usize;
        if self.allocated + size > self.room {
            return Err(HeapError::OutOfMemory);
        }
        if self.runs[class].ready == self.runs[class].end {
            self.next_run(class)?;
        }
        let run = &mut self.runs[class];
        let step = (CHUNK / size * size).max(size).min(run.end - run.ready);
        if zeroed {
            // SAFETY: the cells up to `end` are free and belong to this run.
            unsafe { pointer(run.ready).write_bytes(0, step) };
        }
        run.ready += step;
        self.allocated += step;
        Ok(())
    }

    /// Goes to the next consecutive free cells of a class.
    fn next_run(&mut self, class: usize) -> Result<(), HeapError> {
        let run = self.runs[class];
        let mut here = run.block.map(|block| (block, self.space.cell_index(block, run.end)));
        loop {
            let (block, from) = match here.take() {
                Some(place) => place,
                None => (self.space.take_cells(class).ok_or(HeapError::OutOfMemory)?, 0),
            };
            if let Some((first, end)) = self.space.free_cells(block, from, self.epoch) {
                let (at, tag) = self.space.cell(block, first);
                let end = at + (end - first) * CLASS_SIZES[class] as usize;
                self.runs[class] = Run { cursor: at, ready: at, end, tag, block: Some(block) };
                return Ok(());
            }
        }
    }
}
