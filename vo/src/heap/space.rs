//! The heap's address range: blocks of 64 KiB, each cut into cells of one size or part of a large object.
//!
//! Objects have no headers. Each cell has a tag of 32 bits (shape, epoch) in a table: at the start of
//! its block for small cells, in a side region for cells from 2 KiB up, where a header would waste a cell.

use std::io;
use std::ops::Range;
use std::ptr::NonNull;

use memmap2::{MmapOptions, MmapRaw};

/// Bytes of a block.
pub(super) const BLOCK: usize = 1 << BLOCK_BITS;
const BLOCK_BITS: u32 = 16;
/// Bytes of the largest cell; larger objects get blocks of their own.
pub(super) const MAX_SMALL: usize = BLOCK / 2;
/// How many sizes of cells there are.
pub(super) const CLASSES: usize = 38;
/// The size of each class's cells.
pub(super) const CLASS_SIZES: [u32; CLASSES] = [
    16, 32, 48, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 640, 768, 896, 1024, 1280,
    1536, 1792, 2048, 2336, 2720, 3264, 4096, 4672, 5456, 6544, 8192, 9360, 10912, 13104, 16384, 21840,
    32768,
];
/// The class for a size, at the size in units of 16 bytes, rounded up.
pub(super) static CLASS_OF: [u8; MAX_SMALL / 16 + 1] = class_of();
/// Cells of this size and above have their tags in the side region.
const SIDE_FROM: usize = 2048;
/// Bytes of the side region for each block.
const SIDE: usize = BLOCK / SIDE_FROM * size_of::<u32>();
/// The sizes to try for the range, largest first.
const RANGES: [usize; 5] = [64 << 30, 16 << 30, 4 << 30, 1 << 30, 256 << 20];

const fn class_of() -> [u8; MAX_SMALL / 16 + 1] {
    let mut table = [0; MAX_SMALL / 16 + 1];
    let (mut units, mut class) = (0, 0);
    while units < table.len() {
        if units * 16 > CLASS_SIZES[class as usize] as usize {
            class += 1;
        }
        table[units] = class;
        units += 1;
    }
    table
}

/// What a block is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Use {
    Free,
    /// Cells of this class.
    Cells(u8),
    /// The first block of a large object of this many blocks.
    Large(u32),
    /// A later block of the large object that starts at this block.
    Rest(u32),
}

/// A row of the block table.
#[derive(Clone, Copy, Debug)]
struct Block {
    /// Where the tags are.
    tags: *mut u32,
    /// Bytes of a cell.
    size: usize,
    /// 2³² / size, rounded up: cell numbers without a division. 0 for a large object.
    magic: u32,
    /// Where the first cell is, from the block's start.
    first: u32,
    /// How many cells there are; 0 for a free block.
    count: u32,
    /// How many of them the last marking found alive.
    live: u32,
    used: Use,
    /// Whether its memory may hold something else than zeros.
    dirty: bool,
}

/// A cell that some address lies in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell {
    /// Its address.
    pub(super) at: usize,
    /// Its size.
    pub(super) size: usize,
    /// Its tag.
    pub(super) tag: NonNull<u32>,
    /// The number of its block.
    pub(super) block: usize,
}

/// Consecutive free blocks.
#[derive(Clone, Copy, Debug)]
struct FreeRun {
    start: u32,
    count: u32,
}

/// The range and its blocks.
pub(super) struct Space {
    map: MmapRaw,
    base: usize,
    /// Where the side region is.
    side: usize,
    capacity: usize,
    /// All blocks that were ever used; those behind them are fresh.
    blocks: Vec<Block>,
    /// Highest address first, so that the last is the first fit for one block.
    free: Vec<FreeRun>,
    /// Per class: blocks with free cells, found by the last cycle.
    partial: Vec<Vec<u32>>,
    in_use: usize,
}

impl Space {
    /// Reserves the largest range that the system gives.
    pub(super) fn new() -> io::Result<Space> {
        let mut failure = io::Error::from(io::ErrorKind::OutOfMemory);
        for size in RANGES {
            let capacity = size / BLOCK;
            match MmapOptions::new().len(size + BLOCK + capacity * SIDE).no_reserve_swap().map_anon() {
                Ok(map) => return Ok(Space::over(MmapRaw::from(map), capacity)),
                Err(error) => failure = error,
            }
        }
        Err(failure)
    }

    fn over(map: MmapRaw, capacity: usize) -> Space {
        let base = map.as_mut_ptr().expose_provenance().next_multiple_of(BLOCK);
        Space {
            map,
            base,
            side: base + capacity * BLOCK,
            capacity,
            blocks: Vec::new(),
            free: Vec::new(),
            partial: vec![Vec::new(); CLASSES],
            in_use: 0,
        }
    }

    /// How many blocks are not free.
    pub(super) fn blocks_in_use(&self) -> usize {
        self.in_use
    }

    /// The cell around an address; `None` outside of cells.
    #[inline]
    pub(super) fn find(&self, address: usize) -> Option<Cell> {
        let offset = address.wrapping_sub(self.base);
        let mut number = offset >> BLOCK_BITS;
        let mut block = self.blocks.get(number)?;
        if let Use::Rest(start) = block.used {
            number = start as usize;
            block = &self.blocks[number];
        }
        let start = number << BLOCK_BITS;
        let inner = (offset - start).checked_sub(block.first as usize)?;
        let index = (inner as u64).wrapping_mul(block.magic as u64) >> 32;
        if index >= block.count as u64 {
            return None;
        }
        let at = self.base + start + block.first as usize + index as usize * block.size;
        let tag = NonNull::new(block.tags.wrapping_add(index as usize))?;
        Some(Cell { at, size: block.size, tag, block: number })
    }

    /// The addresses that objects may have.
    pub(super) fn range(&self) -> Range<usize> {
        self.base..self.base + self.capacity * BLOCK
    }

    /// Whether the tag of the cell around an address has this epoch.
    pub(super) fn is_of_epoch(&self, address: usize, epoch: u8) -> bool {
        // SAFETY: the tag of a cell is readable.
        self.find(address).is_some_and(|cell| unsafe { *cell.tag.as_ptr() } as u8 == epoch)
    }

    /// How many blocks were ever used.
    pub(super) fn block_count(&self) -> usize {
        self.blocks.len()
    }

    /// Adds to the number of live cells of each block.
    pub(super) fn count_live(&mut self, counts: &[u32]) {
        for (block, count) in self.blocks.iter_mut().zip(counts) {
            block.live += count;
        }
    }

    /// A block with free cells of a class: first those that the last cycle found, then new ones.
    pub(super) fn take_cells(&mut self, class: usize) -> Option<usize> {
        if let Some(number) = self.partial[class].pop() {
            return Some(number as usize);
        }
        let number = self.take(1)?;
        let size = CLASS_SIZES[class] as usize;
        let at = self.base + number * BLOCK;
        let (tags, first, count) = if size >= SIDE_FROM {
            (self.side_of(number), 0, BLOCK / size)
        } else {
            let count = BLOCK / (size + size_of::<u32>());
            let first = (count * size_of::<u32>()).next_multiple_of(16);
            (pointer(at).cast(), first, count.min((BLOCK - first) / size))
        };
        // SAFETY: the block was free, so this is its owner; both tables have room for `count` tags.
        unsafe { tags.write_bytes(0, count) };
        let magic = (1u64 << 32).div_ceil(size as u64) as u32;
        self.blocks[number] = Block {
            tags,
            size,
            magic,
            first: first as u32,
            count: count as u32,
            live: 0,
            used: Use::Cells(class as u8),
            dirty: true,
        };
        Some(number)
    }

    /// Blocks for an object of `size` bytes: where it is, and its tag. Its memory is zero from `zero_from` on.
    pub(super) fn take_large(&mut self, size: usize, zero_from: usize) -> Option<(*mut u8, *mut u32)> {
        let count = size.div_ceil(BLOCK);
        let start = self.take(count)?;
        let at = self.base + start * BLOCK;
        let tags = self.side_of(start);
        for number in start..start + count {
            let keep = zero_from.saturating_sub((number - start) * BLOCK);
            if keep < BLOCK && self.blocks[number].dirty {
                // SAFETY: the block is inside of the range and was free.
                unsafe { pointer(self.base + number * BLOCK + keep).write_bytes(0, BLOCK - keep) };
            }
            let used = if number == start { Use::Large(count as u32) } else { Use::Rest(start as u32) };
            self.blocks[number] = Block { used, dirty: true, ..FREE };
        }
        let first = &mut self.blocks[start];
        (first.tags, first.size, first.count) = (tags, count * BLOCK, 1);
        Some((pointer(at), tags))
    }

    /// The next run of free cells in a block, at cell `from` or later: its first cell, and the first one
    /// behind it. Cells are free where the epoch in their tag is not `epoch`.
    pub(super) fn free_cells(&self, number: usize, from: usize, epoch: u8) -> Option<(usize, usize)> {
        let block = &self.blocks[number];
        // SAFETY: a block of cells has `count` tags, all written when it was taken.
        let is_free = |&index: &usize| unsafe { block.tags.add(index).read() as u8 != epoch };
        let count = block.count as usize;
        let start = (from..count).find(is_free)?;
        let end = (start..count).find(|index| !is_free(index)).unwrap_or(count);
        Some((start, end))
    }

    /// The address and the tag of a cell.
    pub(super) fn cell(&self, number: usize, index: usize) -> (usize, *mut u32) {
        let block = &self.blocks[number];
        let at = self.base + number * BLOCK + block.first as usize + index * block.size;
        (at, block.tags.wrapping_add(index))
    }

    /// The number of the cell in `number` that starts at an address, or would.
    pub(super) fn cell_index(&self, number: usize, address: usize) -> usize {
        let block = &self.blocks[number];
        (address - self.base - number * BLOCK - block.first as usize) / block.size
    }

    /// Forgets the counts of the last cycle.
    pub(super) fn begin_cycle(&mut self) {
        for block in &mut self.blocks {
            block.live = 0;
        }
        for list in &mut self.partial {
            list.clear();
        }
    }

    /// Frees the blocks without a live cell, lists those with free cells, and gives back memory of free
    /// blocks beyond `keep` bytes to the system.
    pub(super) fn end_cycle(&mut self, keep: usize) {
        self.in_use = 0;
        let mut freeing = false;
        for number in (0..self.blocks.len()).rev() {
            let block = self.blocks[number];
            match block.used {
                Use::Cells(class) if block.live > 0 => {
                    self.in_use += 1;
                    if block.live < block.count {
                        self.partial[class as usize].push(number as u32);
                    }
                }
                Use::Large(count) if block.live > 0 => self.in_use += count as usize,
                Use::Rest(start) if self.blocks[start as usize].live > 0 => {}
                _ => self.blocks[number] = Block { dirty: block.dirty, ..FREE },
            }
            freeing |= self.blocks[number].used == Use::Free;
        }
        self.free.clear();
        if freeing {
            self.list_free();
            self.give_back(keep / BLOCK);
        }
    }

    /// Sets the epoch of all cells of the epoch `from` to `to`, and frees all others for good.
    pub(super) fn renumber(&mut self, from: u8, to: u8) {
        for block in &self.blocks {
            for index in 0..block.count as usize {
                // SAFETY: a block has `count` tags, all written when it was taken.
                unsafe {
                    let tag = block.tags.add(index);
                    let value = tag.read();
                    tag.write(if value as u8 == from { value & !0xff | to as u32 } else { 0 });
                }
            }
        }
    }

    fn side_of(&self, number: usize) -> *mut u32 {
        pointer(self.side + number * SIDE).cast()
    }

    /// Takes consecutive blocks; the first fit, else fresh ones.
    fn take(&mut self, count: usize) -> Option<usize> {
        if let Some(position) = self.free.iter().rposition(|run| run.count as usize >= count) {
            let run = &mut self.free[position];
            let start = run.start as usize;
            run.start += count as u32;
            run.count -= count as u32;
            if run.count == 0 {
                self.free.remove(position);
            }
            self.in_use += count;
            return Some(start);
        }
        let start = self.blocks.len();
        if count > self.capacity - start {
            return None;
        }
        self.blocks.try_reserve(count).ok()?;
        self.blocks.resize(start + count, FREE);
        self.in_use += count;
        Some(start)
    }

    fn list_free(&mut self) {
        for number in (0..self.blocks.len() as u32).rev() {
            if self.blocks[number as usize].used != Use::Free {
                continue;
            }
            match self.free.last_mut() {
                Some(run) if run.start == number + 1 => {
                    run.start = number;
                    run.count += 1;
                }
                _ => self.free.push(FreeRun { start: number, count: 1 }),
            }
        }
    }

    /// Keeps the memory of `keep` free blocks, those at the lowest addresses.
    fn give_back(&mut self, keep: usize) {
        let mut kept = 0;
        let mut end = self.blocks.len();
        // Only what exceeds the allowance by a quarter is worth the system calls.
        let dirty = self.blocks.iter().filter(|block| block.used == Use::Free && block.dirty).count();
        if dirty <= keep + keep / 4 {
            return;
        }
        for number in 0..self.blocks.len() {
            kept += (self.blocks[number].used == Use::Free && self.blocks[number].dirty) as usize;
            if kept > keep {
                end = number;
                break;
            }
        }
        while end < self.blocks.len() {
            let rest = &self.blocks[end..];
            let giving = |block: &&Block| block.used == Use::Free && block.dirty;
            let count = rest.iter().take_while(giving).count();
            if count > 0 && release(&self.map, self.base + end * BLOCK, count * BLOCK) {
                for block in &mut self.blocks[end..end + count] {
                    block.dirty = false;
                }
            }
            end += count.max(1);
        }
    }
}

const FREE: Block = Block {
    tags: std::ptr::null_mut(),
    size: 0,
    magic: 0,
    first: 0,
    count: 0,
    live: 0,
    used: Use::Free,
    dirty: false,
};

/// An address of the range as a pointer.
#[inline]
pub(super) fn pointer(address: usize) -> *mut u8 {
    std::ptr::with_exposed_provenance_mut(address)
}

/// Gives memory back to the system; true where it is zero from now on.
#[cfg(target_os = "linux")]
fn release(map: &MmapRaw, at: usize, len: usize) -> bool {
    let offset = at - map.as_ptr().addr();
    // SAFETY: the blocks are free: no object and no reference to one is in them. Private anonymous
    // memory reads as zero afterwards.
    unsafe { map.unchecked_advise_range(memmap2::UncheckedAdvice::DontNeed, offset, len).is_ok() }
}

/// Only Linux promises zeros afterwards.
#[cfg(not(target_os = "linux"))]
fn release(_map: &MmapRaw, _at: usize, _len: usize) -> bool {
    false
}
