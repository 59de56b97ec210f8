//! The registers of a thread: reserved once, so that they never move.

use std::io;

use memmap2::{MmapMut, MmapOptions};
use vo_ffi::{Plan, Slot};

/// How many bytes are reserved; pages that are never touched cost nothing.
const RESERVED: usize = 64 << 20;

/// The register file of one thread.
#[derive(Debug)]
pub(super) struct RegisterFile {
    memory: MmapMut,
}

impl RegisterFile {
    /// Reserves the memory; it is zero.
    pub(super) fn new() -> io::Result<RegisterFile> {
        Ok(RegisterFile { memory: MmapOptions::new().len(RESERVED).no_reserve_swap().map_anon()? })
    }

    /// The first register.
    pub(super) fn start(&mut self) -> *mut Slot {
        self.memory.as_mut_ptr().cast()
    }

    /// No frame of a Vo function may reach beyond this. Behind it is room for the frame of a native.
    pub(super) fn limit(&mut self) -> *mut Slot {
        self.start().wrapping_add(RESERVED / size_of::<Slot>() - 2 * Plan::MAX_SLOTS)
    }
}
