//! Elements behind pointers. Memory of C is trusted; pointers that lead into memory of the VM stay inside of the objects that
//! they point to.

use std::ops::Range;

use vo_ffi::Slot;

use super::state::{Flow, State};
use super::thread::Thread;
use super::unwind::{NIL, fail_outside};
use crate::bytecode::Insn;

impl State {
    /// Reads or writes the element `c` behind the pointer `b`; `exts` words follow.
    ///
    /// # Safety
    /// As for all methods of a state; memory of C is as the program says.
    #[inline(always)]
    pub(super) unsafe fn pointed(
        self,
        size: usize,
        exts: isize,
        access: impl FnOnce(State, *mut u8),
    ) -> Flow {
        // SAFETY: what is not the VM's is C's, and trusted.
        unsafe {
            let from = (*self.b()).bits() as usize;
            if (*self.thread).is_own(from) {
                return pointed_inside(self.thread, self.ip, self.base, size, exts, access);
            }
            if from == 0 {
                return self.fail(NIL);
            }
            access(self, self.element_at(size));
            self.next(1 + exts)
        }
    }

    /// Where the element `c` behind the pointer `b` is.
    ///
    /// # Safety
    /// As for all methods of a state.
    #[inline(always)]
    unsafe fn element_at(self, size: usize) -> *mut u8 {
        // SAFETY: the registers are in the frame.
        unsafe {
            let distance = (*self.c()).as_i64().wrapping_mul(size as i64) as isize;
            (*self.b()).as_ptr::<u8>().wrapping_offset(distance)
        }
    }
}

/// Reads or writes an element behind a pointer into memory of the VM.
#[inline(never)]
unsafe fn pointed_inside(
    thread: *mut Thread,
    ip: *const Insn,
    base: *mut Slot,
    size: usize,
    exts: isize,
    access: impl FnOnce(State, *mut u8),
) -> Flow {
    let state = State { thread, ip, base };
    // SAFETY: the state is that of the run; the element is inside of an object.
    unsafe {
        let from = (*state.b()).bits() as usize;
        let distance = (*state.c()).as_i64().saturating_mul(size as i64) as isize;
        let at = from.saturating_add_signed(distance);
        if !(*thread).stays_inside(from, at, size) {
            return fail_outside(thread, base, ip.add(1), from, at, size);
        }
        access(state, state.element_at(size));
        state.next(1 + exts)
    }
}

impl Thread {
    /// Whether an address is in the heap, or in the package-level variables.
    #[inline(always)]
    pub(super) fn is_own(&self, address: usize) -> bool {
        address.wrapping_sub(self.heap_start) < self.heap_bytes
            || address.wrapping_sub(self.globals.addr()) < self.globals_bytes
    }

    /// The object or package-level variable around an address that is the VM's own.
    ///
    /// # Safety
    /// The heap and the program are not in use elsewhere.
    pub(super) unsafe fn object_around(&self, address: usize) -> Option<Range<usize>> {
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
    pub(super) unsafe fn stays_inside(&self, from: usize, at: usize, size: usize) -> bool {
        // SAFETY: passed on.
        let Some(object) = (unsafe { self.object_around(from) }) else { return false };
        object.start <= at && at.checked_add(size).is_some_and(|end| end <= object.end)
    }

    /// What a pointer has left that does not stay inside.
    ///
    /// # Safety
    /// As for `object_around`.
    #[cold]
    pub(super) unsafe fn describe_outside(&self, from: usize, at: usize, size: usize) -> String {
        // SAFETY: passed on.
        let Some(object) = (unsafe { self.object_around(from) }) else {
            return format!("runtime error: the pointer {from:#x} leads to no object of the heap");
        };
        let (offset, bytes) = (at as i128 - object.start as i128, object.len());
        let end = offset + size as i128;
        format!("runtime error: pointer arithmetic leaves the object: bytes {offset} to {end} of {bytes}")
    }
}
