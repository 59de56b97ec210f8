//! Arguments on their way to C, where they are not what C takes: strings, slices, and integers that must fit.

use vo_ffi::runtime::{Unfit, integer_fits, nul_before};
use vo_ffi::{RawSlice, SCALARS, Scalar, Slot};

use super::state::{Flow, State};
use super::thread::{Done, Raised, Step};
use crate::heap::{StringHeader, string_bytes};

impl State {
    /// `PassSlice`
    ///
    /// # Safety
    /// As for all methods of a state.
    #[inline(always)]
    pub(super) unsafe fn pass_slice(self) -> Flow {
        // SAFETY: the register has a slice.
        unsafe {
            let slice = (*self.b()).as_ptr::<RawSlice>();
            let empty = slice.is_null() || (*slice).len == 0;
            *self.a() = if empty { Slot::ZERO } else { Slot::from_ptr((*slice).data) };
            self.next(1)
        }
    }

    /// `PassText`: at once where the string owns its bytes, which a NUL follows.
    ///
    /// # Safety
    /// As for all methods of a state.
    #[inline(always)]
    pub(super) unsafe fn pass_text(self) -> Flow {
        // SAFETY: the register has a string; a NUL is behind the bytes that follow a header.
        unsafe {
            let header = (*self.b()).as_ptr::<StringHeader>();
            if header.is_null() {
                *self.a() = Slot::from_ptr(c"".as_ptr());
                return self.next(2);
            }
            let StringHeader { data, len } = *header;
            if data == header.add(1).cast() && nul_before(data, len).is_none() {
                *self.a() = Slot::from_ptr(data);
                return self.next(2);
            }
            self.work(1, copy_text)
        }
    }

    /// `PassInt`
    ///
    /// # Safety
    /// As for all methods of a state.
    #[inline(always)]
    pub(super) unsafe fn pass_int(self) -> Flow {
        // SAFETY: the register has an integer of the type that the instruction names.
        unsafe {
            let [from, to] = int_types((*self.ip.add(2)).index());
            match integer_fits(*self.b(), from, to) {
                true => {
                    *self.a() = *self.b();
                    self.next(3)
                }
                false => self.work(2, refuse_int),
            }
        }
    }
}

/// The two scalars of a `PassInt`.
fn int_types(packed: u32) -> [Scalar; 2] {
    [packed >> 8, packed & 0xff].map(|number| SCALARS[number as usize % SCALARS.len()].scalar)
}

/// `PassText` of a part of a string, which is copied: the call keeps the copy alive. Nothing is collected meanwhile.
unsafe fn copy_text(step: Step) -> Done {
    // SAFETY: as for Step.
    unsafe {
        let bytes = string_bytes(step.get(step.insn.b));
        if let Some(at) = bytes.iter().position(|&byte| byte == 0) {
            return Err(step.refuse(Unfit::Nul(at)));
        }
        let copy = step.heap().string_without_collection(bytes).map_err(|error| step.heap_error(error))?;
        step.set(step.insn.a, Slot::from_ptr(string_bytes(copy).as_ptr()));
    }
    Ok(())
}

/// `PassInt` of what does not fit.
unsafe fn refuse_int(step: Step) -> Done {
    // SAFETY: as for Step.
    unsafe {
        let [from, to] = int_types(step.ext(1).index());
        Err(step.refuse(Unfit::integer(step.get(step.insn.b), from, to)))
    }
}

impl Step {
    /// Says that an argument does not fit: of the function that the first more word names, the one that `c` counts.
    ///
    /// # Safety
    /// As for all methods of a step.
    #[cold]
    unsafe fn refuse(self, unfit: Unfit) -> Raised {
        // SAFETY: the callable is a C function.
        unsafe {
            let callee = self.loaded().callables.as_slice()[self.ext(0).index() as usize];
            self.raise(unfit.describe(&*callee, self.insn.c.into()))
        }
    }
}
