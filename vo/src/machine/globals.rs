//! The package-level variables: reserved once, so that they never move.

use std::io;

use memmap2::{MmapMut, MmapOptions};

/// Zeroed memory for the variables of one machine.
#[derive(Debug)]
pub(super) struct Globals {
    memory: MmapMut,
}

impl Globals {
    /// Reserves so many bytes; pages that are never touched cost nothing.
    pub(super) fn new(bytes: usize) -> io::Result<Globals> {
        // Instructions read whole pairs of words.
        let len = bytes.next_multiple_of(16).max(16);
        Ok(Globals { memory: MmapOptions::new().len(len).no_reserve_swap().map_anon()? })
    }

    /// How many bytes there are.
    pub(super) fn len(&self) -> usize {
        self.memory.len()
    }

    /// The first byte.
    pub(super) fn start(&mut self) -> *mut u8 {
        self.memory.as_mut_ptr()
    }
}
