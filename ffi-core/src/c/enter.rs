//! The part of a C call that uses the VM's heap.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::NonNull;

use crate::call::{CallContext, Status};
use crate::error::Failure;
use crate::heap::Heap;
use crate::unwind::trap_of_panic;

impl CallContext {
    /// Runs a call that uses the heap: nothing is collected until it ends, and a panic becomes a trap.
    ///
    /// The body gets a pointer, so that it holds no reference to the heap while foreign code runs.
    ///
    /// # Safety
    /// `cx` is the valid context of the calling thread, and no reference to it is used while this runs.
    pub unsafe fn with_heap(
        cx: *mut CallContext,
        body: impl FnOnce(NonNull<dyn Heap>) -> Result<(), Failure>,
    ) -> Status {
        // SAFETY: the caller vouches for `cx`; each borrow ends at its statement.
        unsafe {
            (*cx).paused += 1;
            let heap = (*cx).heap_ptr();
            // Every unwinding ends here, so the pause always does.
            let ended = catch_unwind(AssertUnwindSafe(|| body(heap)));
            (*cx).paused -= 1;
            match ended {
                Ok(Ok(())) => Status::Ok,
                Ok(Err(failure)) => (*cx).fail(failure),
                Err(payload) => (*cx).fail(Failure::Trap(trap_of_panic(payload))),
            }
        }
    }
}
