//! Closures, panics, and what is left to do after a native failed.

use vo_ffi::{Callee, Failure, Slot, Trap, VoError};

use crate::machine::panics::Panic;
use crate::machine::thread::{Done, Raised, Step, Thread};

const NIL_PANIC: &str = "panic called with nil argument (use GODEBUG=panicnil=1 to disable)";

/// `Closure`
///
/// # Safety
/// As for [`Step`].
pub(in crate::machine) unsafe fn closure(step: Step) -> Done {
    // SAFETY: as for Step; allocating writes no registers.
    unsafe {
        let callee = step.loaded().callables.as_slice()[step.ext(0).index() as usize];
        let captures = step.run(step.insn.b, step.insn.c as usize);
        let func = step.heap().alloc_func(callee, captures).map_err(|error| step.heap_error(error))?;
        step.set(step.insn.a, func);
    }
    Ok(())
}

/// `Panic`
///
/// # Safety
/// As for [`Step`].
pub(in crate::machine) unsafe fn panic(step: Step) -> Done {
    // SAFETY: as for Step.
    unsafe {
        let value = step.pair(step.insn.a);
        let panic = match value[0] {
            Slot::ZERO => Panic::of_machine(Trap::new(NIL_PANIC)),
            _ => Panic::of_value(value),
        };
        (*step.thread).pending = Some(panic);
    }
    Err(Raised)
}

/// Makes the error that a native left in the context its last result, and its other results zero. Where there is no
/// memory for it, that is the reason in the context, and the answer is false.
///
/// # Safety
/// `thread` is valid; `callee` has an error result and has just failed on `frame`.
pub(in crate::machine) unsafe fn error_result(
    thread: *mut Thread,
    callee: *const Callee,
    frame: *mut Slot,
) -> bool {
    // SAFETY: the plan says where the results are.
    unsafe {
        let error = match (*thread).cx.take_failure() {
            Some(Failure::Error(error)) => error,
            Some(Failure::Trap(trap)) => VoError::new(trap.message()),
            None => VoError::new(""),
        };
        match (*thread).cx.write_error(&(*callee).plan, &error, frame) {
            Ok(()) => true,
            Err(trap) => {
                (*thread).cx.fail(Failure::Trap(trap));
                false
            }
        }
    }
}
