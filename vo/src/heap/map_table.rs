//! The table of one map: entries in order of insertion, and an index of open addressing over them.
//!
//! An entry is a few words: its sequence number, the key's slots, the value's slots. Sequence numbers only
//! grow, and cursors are sequence numbers, so that a cursor stays right whatever happens to the table.
//! A deleted entry keeps its number, marked as dead, until the table is rebuilt.

use std::cell::Cell;

use vo_ffi::{Scalar, Slot, TypeId};

/// Set in the first word of a deleted entry.
const DEAD: u64 = 1 << 63;
const MIN_INDEX: usize = 8;

/// How keys are hashed and compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyKind {
    /// By their slot's bits: integers, bools, pointers.
    Word,
    /// Floats.
    Float(Scalar),
    /// Strings, by their bytes.
    String,
    /// Interfaces, structs, arrays: by their type.
    Other,
}

/// A map's table.
pub(super) struct MapTable {
    pub(super) key: TypeId,
    pub(super) value: TypeId,
    pub(super) kind: KeyKind,
    key_words: usize,
    value_words: usize,
    /// The words of an entry.
    stride: usize,
    /// Per cell: 32 bits of the key's hash, then the entry's position + 1; 0 where it is empty.
    index: Vec<u64>,
    entries: Vec<u64>,
    live: usize,
    /// No entry before this position is alive.
    first: usize,
    next_sequence: u64,
    /// Where the last cursor was found.
    hint: Cell<usize>,
}

impl MapTable {
    /// An empty table. Interfaces take two words each.
    pub(super) fn new(
        key: TypeId,
        value: TypeId,
        kind: KeyKind,
        key_words: usize,
        value_words: usize,
    ) -> MapTable {
        MapTable {
            key,
            value,
            kind,
            key_words,
            value_words,
            stride: 1 + key_words + value_words,
            index: Vec::new(),
            entries: Vec::new(),
            live: 0,
            first: 0,
            next_sequence: 0,
            hint: Cell::new(0),
        }
    }

    /// How many entries there are.
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.live
    }

    /// Bytes in use outside of the heap's range.
    pub(super) fn bytes(&self) -> usize {
        size_of::<MapTable>() + (self.index.capacity() + self.entries.capacity()) * 8
    }

    /// How many positions there are, with the dead entries'.
    pub(super) fn positions(&self) -> usize {
        self.entries.len() / self.stride
    }

    /// The cursor behind the last entry.
    pub(super) fn end(&self) -> u64 {
        self.next_sequence
    }

    /// Whether the entry at a position was not deleted.
    #[inline]
    pub(super) fn is_live(&self, position: usize) -> bool {
        self.entries[position * self.stride] & DEAD == 0
    }

    /// The sequence number of an entry.
    #[inline]
    pub(super) fn sequence(&self, position: usize) -> u64 {
        self.entries[position * self.stride] & !DEAD
    }

    /// The key's slots.
    #[inline]
    pub(super) fn key_at(&self, position: usize) -> [Slot; 2] {
        self.slots(position * self.stride + 1, self.key_words)
    }

    /// The value's slots.
    #[inline]
    pub(super) fn value_at(&self, position: usize) -> [Slot; 2] {
        self.slots(position * self.stride + 1 + self.key_words, self.value_words)
    }

    /// Where the value's slots are, until the table changes.
    #[inline]
    pub(super) fn value_ptr(&mut self, position: usize) -> *mut Slot {
        let at = position * self.stride + 1 + self.key_words;
        (&raw mut self.entries[at]).cast()
    }

    /// Replaces a value.
    #[inline]
    pub(super) fn set_value(&mut self, position: usize, value: [Slot; 2]) {
        let at = position * self.stride + 1 + self.key_words;
        for (word, slot) in self.entries[at..at + self.value_words].iter_mut().zip(value) {
            *word = slot.bits();
        }
    }

    /// The position of the entry with this hash whose key is the one looked for.
    #[inline]
    pub(super) fn find(&self, hash: u64, is_key: impl Fn([Slot; 2]) -> bool) -> Option<usize> {
        let mask = self.index.len().checked_sub(1)?;
        let part = hash >> 32;
        let mut at = part as usize & mask;
        loop {
            // SAFETY: the length of the index is a power of two, so that the mask keeps `at` inside.
            let cell = unsafe { *self.index.get_unchecked(at) };
            // A table that is not empty always has an empty cell.
            if cell == 0 {
                return None;
            }
            let position = (cell as u32).wrapping_sub(1) as usize;
            if cell >> 32 == part {
                // SAFETY: a cell that is not empty names the position of an entry.
                let entry = unsafe { self.entries.as_ptr().add(position * self.stride) };
                // SAFETY: an entry is its sequence number, its key, its value.
                let key = unsafe { slots(entry.add(1), self.key_words) };
                // SAFETY: as above.
                if is_key(key) && unsafe { *entry } & DEAD == 0 {
                    return Some(position);
                }
            }
            at = (at + 1) & mask;
        }
    }

    /// Adds an entry, whose key is not in the table, with a zero value. `None` without memory.
    pub(super) fn push(&mut self, hash: u64, key: [Slot; 2]) -> Option<usize> {
        let position = self.positions();
        self.entries.push(self.next_sequence);
        self.entries.extend(key[..self.key_words].iter().map(|slot| slot.bits()));
        self.entries.extend([0, 0].iter().take(self.value_words));
        self.next_sequence += 1;
        self.live += 1;
        self.link(hash >> 32, position);
        Some(position)
    }

    /// Whether the next `push` needs `grow` before.
    #[inline]
    pub(super) fn is_full(&self) -> bool {
        self.positions() == capacity(self.index.len())
    }

    /// The bytes that the table will take after `grow`.
    pub(super) fn bytes_grown(&self) -> usize {
        let index = self.index_grown();
        size_of::<MapTable>() + (index + capacity(index) * self.stride) * 8
    }

    /// Makes room for more entries, and drops the dead ones. `None` without memory: then nothing changed.
    pub(super) fn grow(&mut self) -> Option<()> {
        let len = self.index_grown();
        if len > u32::MAX as usize {
            return None;
        }
        let mut index = Vec::new();
        index.try_reserve_exact(len).ok()?;
        index.resize(len, 0);
        let mut parts = Vec::new();
        parts.try_reserve_exact(self.positions()).ok()?;
        parts.resize(self.positions(), 0u32);
        let words = capacity(len) * self.stride;
        self.entries.try_reserve_exact(words.saturating_sub(self.entries.len())).ok()?;
        for &cell in self.index.iter().filter(|&&cell| cell != 0) {
            parts[(cell as u32 - 1) as usize] = (cell >> 32) as u32;
        }
        self.index = index;
        let stride = self.stride;
        let mut to = 0;
        for (from, &part) in parts.iter().enumerate() {
            if self.is_live(from) {
                self.entries.copy_within(from * stride..(from + 1) * stride, to * stride);
                self.link(part as u64, to);
                to += 1;
            }
        }
        self.entries.truncate(to * stride);
        self.entries.shrink_to(words);
        self.first = 0;
        Some(())
    }

    /// Deletes an entry.
    pub(super) fn remove(&mut self, position: usize) {
        let stride = self.stride;
        let entry = &mut self.entries[position * stride..(position + 1) * stride];
        entry[0] |= DEAD;
        entry[1..].fill(0);
        self.live -= 1;
        while self.first < self.positions() && !self.is_live(self.first) {
            self.first += 1;
        }
    }

    /// Deletes all entries.
    pub(super) fn clear(&mut self) {
        self.index.fill(0);
        self.entries.clear();
        (self.live, self.first) = (0, 0);
    }

    /// The position of the first entry whose sequence number is not below `cursor`.
    #[inline]
    pub(super) fn next(&self, cursor: u64) -> Option<usize> {
        let mut position = self.hint.get();
        if position >= self.positions() || self.sequence(position) != cursor {
            position = self.search(cursor);
        }
        position = position.max(self.first);
        while position < self.positions() && !self.is_live(position) {
            position += 1;
        }
        self.hint.set(position + 1);
        (position < self.positions()).then_some(position)
    }

    fn search(&self, cursor: u64) -> usize {
        let (mut low, mut high) = (0, self.positions());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.sequence(middle) < cursor {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// Puts a position into the index, which has an empty cell.
    fn link(&mut self, part: u64, position: usize) {
        let mask = self.index.len() - 1;
        let mut at = part as usize & mask;
        while self.index[at] != 0 {
            at = (at + 1) & mask;
        }
        self.index[at] = part << 32 | (position as u64 + 1);
    }

    #[inline]
    fn slots(&self, at: usize, words: usize) -> [Slot; 2] {
        let words = &self.entries[at..at + words];
        [words[0], words.get(1).copied().unwrap_or(0)].map(Slot::from_bits)
    }

    /// The length of the index that leaves room for half as many entries again.
    fn index_grown(&self) -> usize {
        let wanted = self.live + self.live / 2 + 1;
        let mut len = MIN_INDEX;
        while capacity(len) < wanted {
            len *= 2;
        }
        len
    }
}

/// A value of one or two slots.
///
/// # Safety
/// So many words are at `at`.
#[inline]
unsafe fn slots(at: *const u64, words: usize) -> [Slot; 2] {
    // SAFETY: the caller vouches for the words.
    unsafe { [*at, if words == 2 { *at.add(1) } else { 0 }].map(Slot::from_bits) }
}

/// How many entries an index of this length serves.
#[inline]
fn capacity(index: usize) -> usize {
    index / 2 + index / 8
}
