//! Pointers that lead into memory of the VM: they stay inside of the objects that they point to.

use std::ops::Range;

use crate::machine::thread::{Done, Step, Thread};

impl Thread {
    /// Whether an address is in the heap, or in the package-level variables.
    #[inline(always)]
    pub(in crate::machine) fn is_own(&self, address: usize) -> bool {
        address.wrapping_sub(self.heap_start) < self.heap_bytes
            || address.wrapping_sub(self.globals.addr()) < self.globals_bytes
    }

    /// The object or package-level variable around an address that is the VM's own.
    ///
    /// # Safety
    /// The heap and the program are not in use elsewhere.
    unsafe fn object_around(&self, address: usize) -> Option<Range<usize>> {
        // SAFETY: both outlive the thread, and the caller vouches that nobody changes them meanwhile.
        unsafe {
            if address.wrapping_sub(self.heap_start) < self.heap_bytes {
                return (*self.heap).object_around(address);
            }
            let program = &(*self.loaded).program;
            let offset = address.wrapping_sub(self.globals.addr());
            let of = |at: usize, ty| at..at + program.types.layout(ty).size;
            let variables = program.globals.iter().map(|global| of(global.offset as usize, global.ty));
            let found = variables.into_iter().find(|range| range.contains(&offset));
            found.map(|range| self.globals.addr() + range.start..self.globals.addr() + range.end)
        }
    }

    /// Whether `size` bytes at an address are in the object around another.
    ///
    /// # Safety
    /// As for `object_around`.
    pub(in crate::machine) unsafe fn stays_inside(&self, from: usize, at: usize, size: usize) -> bool {
        // SAFETY: passed on.
        let Some(object) = (unsafe { self.object_around(from) }) else { return false };
        object.start <= at && at.checked_add(size).is_some_and(|end| end <= object.end)
    }

    /// What a pointer has left that does not stay inside.
    ///
    /// # Safety
    /// As for `object_around`.
    #[cold]
    pub(in crate::machine) unsafe fn describe_outside(&self, from: usize, at: usize, size: usize) -> String {
        // SAFETY: passed on.
        let Some(object) = (unsafe { self.object_around(from) }) else {
            return format!("runtime error: the pointer {from:#x} leads to no object of the heap");
        };
        let (offset, bytes) = (at as i128 - object.start as i128, object.len());
        let end = offset + size as i128;
        format!("runtime error: pointer arithmetic leaves the object: bytes {offset} to {end} of {bytes}")
    }
}

/// `CheckPointed`, of a pointer into memory of the VM
///
/// # Safety
/// As for [`Step`].
pub(in crate::machine) unsafe fn check(step: Step) -> Done {
    // SAFETY: as for Step; nothing else runs.
    unsafe {
        let (thread, at) = (&*step.thread, step.get(step.insn.a).bits() as usize);
        let size = step.insn.index() as usize;
        if thread.stays_inside(at, at, size) {
            return Ok(());
        }
        Err(step.raise(match thread.object_around(at) {
            None => format!("runtime error: the pointer {at:#x} leads to no object of the heap"),
            Some(object) => {
                let (start, bytes) = (at - object.start, object.len());
                format!(
                    "runtime error: conversion leaves the object: bytes {start} to {} of {bytes}",
                    start + size
                )
            }
        }))
    }
}
