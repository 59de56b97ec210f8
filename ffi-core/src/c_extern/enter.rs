//! The parts of a C call that use the VM: its heap, and the closures that C calls.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::NonNull;

use crate::call::{CallContext, Status};
use crate::error::Failure;
use crate::heap::Heap;
use crate::slot::Slot;
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
            let kept = (*cx).handed_out_len();
            let heap = (*cx).heap_ptr();
            // Every unwinding ends here, so the pause always does.
            let ended = catch_unwind(AssertUnwindSafe(|| body(heap)));
            (*cx).paused -= 1;
            (*cx).truncate_handed_out(kept);
            match ended {
                Ok(Ok(())) => Status::Ok,
                Ok(Err(failure)) => (*cx).fail(failure),
                Err(payload) => (*cx).fail(Failure::Trap(trap_of_panic(payload))),
            }
        }
    }

    /// Keeps a reference alive, also while closures run, until the innermost [`CallContext::with_heap`] ends: for what
    /// foreign code has that no frame holds.
    ///
    /// ```
    /// # use vo_ffi_core::{CallContext, Status};
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::context(|cx| {
    /// let mut kept = 0;
    /// let cx = std::ptr::from_mut(cx);
    /// // SAFETY: the context is this thread's, and is not used otherwise meanwhile.
    /// unsafe {
    ///     CallContext::with_heap(cx, |mut heap| {
    ///         (*cx).keep(heap.as_mut().new_string(b"for C to read"));
    ///         kept = (*cx).handed_out().len();
    ///         Ok(())
    ///     });
    ///     assert_eq!((kept, (*cx).handed_out().len()), (1, 0));
    /// }
    /// # });
    /// ```
    pub fn keep(&mut self, reference: Slot) {
        self.keep_until_truncated(reference);
    }

    /// Calls a func value for foreign code that a native has called, and that calls back: collection is not paused
    /// meanwhile. Nothing unwinds out of it.
    ///
    /// ```
    /// # use vo_ffi_core::{CallContext, Slot, Status};
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::with_function(Box::new(|args| Ok(vec![Slot::from_i64(2 * args[0].as_i64())])), |cx, twice| {
    /// // `twice` is a func(int) int.
    /// let mut results = [Slot::ZERO];
    /// // SAFETY: it takes one slot, and returns one.
    /// let status = unsafe { CallContext::enter_closure(cx, twice, &[Slot::from_i64(21)], &mut results) };
    /// assert_eq!((status, results[0].as_i64()), (Status::Ok, 42));
    /// # });
    /// ```
    ///
    /// # Safety
    /// As for [`Enter`](crate::Enter); the calling thread is in a native of this context.
    #[inline]
    pub unsafe fn enter_closure(
        cx: *mut CallContext,
        func: Slot,
        args: &[Slot],
        results: &mut [Slot],
    ) -> Status {
        // SAFETY: the caller vouches for the context, and for a function of these slots.
        unsafe {
            let paused = (*cx).paused;
            let enter = (*cx).enter_fn();
            match catch_unwind(AssertUnwindSafe(|| enter(cx, func, args, results))) {
                Ok(status) => status,
                Err(payload) => {
                    (*cx).paused = paused;
                    (*cx).fail(Failure::Trap(trap_of_panic(payload)))
                }
            }
        }
    }
}
