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
    /// ```
    /// # use vo_ffi_core::{CallContext, Status};
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::context(|cx| {
    /// let mut text = None;
    /// // SAFETY: the context is this thread's, and is not used otherwise meanwhile.
    /// let status = unsafe {
    ///     CallContext::with_heap(cx, |mut heap| {
    ///         text = Some(heap.as_mut().new_string(b"from C"));
    ///         Ok(())
    ///     })
    /// };
    /// assert!(status == Status::Ok && text.is_some());
    /// # });
    /// ```
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
