//! Which calls of C are running on a thread, innermost first, and what became of them in closures.

use std::cell::Cell;
use std::ptr;

use vo_ffi_core::{CallContext, Callee, Failure, Trap};

thread_local! {
    // Without a destructor, so that reading it is one instruction, also while a thread ends.
    static INNERMOST: Cell<*const Running> = const { Cell::new(ptr::null()) };
}

/// A call of C that closures may belong to. It is on the stack of the call.
pub(super) struct Running {
    below: *const Running,
    pub(super) cx: *mut CallContext,
    callee: *const Callee,
    failed: Cell<bool>,
    failure: Cell<Option<Failure>>,
}

/// Runs a call, so that what fails in closures ends it: then the first failure, once C has returned.
///
/// # Safety
/// The context and the callee are those of the call.
pub(crate) unsafe fn watched<R>(
    cx: *mut CallContext,
    callee: *const Callee,
    call: impl FnOnce() -> R,
) -> Result<R, Failure> {
    let below = INNERMOST.get();
    let (failed, failure) = (Cell::new(false), Cell::new(None));
    let running = Running { below, cx, callee, failed, failure };
    INNERMOST.set(&running);
    let left = Leave(below);
    let returned = call();
    drop(left);
    match running.failed.get() {
        false => Ok(returned),
        true => Err(running.failure.take().unwrap_or_else(|| Trap::new("a closure failed").into())),
    }
}

/// Ends a call, also where it unwinds.
struct Leave(*const Running);

impl Drop for Leave {
    fn drop(&mut self) {
        INNERMOST.set(self.0);
    }
}

impl Running {
    /// The innermost call of the thread, whatever its context.
    ///
    /// # Safety
    /// It is let go of before the call ends.
    pub(super) unsafe fn innermost<'a>() -> Option<&'a Running> {
        // SAFETY: a call takes itself out before its frame goes.
        unsafe { INNERMOST.get().as_ref() }
    }

    /// The innermost call of a context, from this one on.
    pub(super) fn of(&self, cx: *mut CallContext) -> &Running {
        let mut running = self;
        while running.cx != cx {
            // SAFETY: the calls below are on the stack as long as this one.
            match unsafe { running.below.as_ref() } {
                Some(below) => running = below,
                None => return self,
            }
        }
        running
    }

    /// Whether a closure has failed: then no other one runs.
    #[inline]
    pub(super) fn has_failed(&self) -> bool {
        self.failed.get()
    }

    /// Notes what the call shall end with, unless there is something.
    #[cold]
    pub(super) fn fail(&self, failure: Failure) {
        if !self.failed.replace(true) {
            self.failure.set(Some(failure));
        }
    }

    /// The name of what was called.
    pub(super) fn name(&self) -> &str {
        // SAFETY: the callee is that of the call, which has not ended.
        unsafe { &(*self.callee).name }
    }
}

/// A number that no other living thread has, and that is not 0.
#[inline]
pub(super) fn this_thread() -> usize {
    INNERMOST.with(|innermost| ptr::from_ref(innermost).addr())
}
