//! Panics: their messages, and the trace of the frames that they leave.

use vo_ffi::{Callee, Failure, Slot, TraceEntry, Trap, TrapKind};

use super::load::VoFunction;
use super::state::Flow;
use super::thread::{Done, Raised, Thread, raise, raise_trap};
use crate::bytecode::{Insn, Program};

pub(super) const NIL: &str = "runtime error: invalid memory address or nil pointer dereference";
pub(super) const DIVIDE: &str = "runtime error: integer divide by zero";
pub(super) const NEGATIVE_SHIFT: &str = "runtime error: negative shift amount";

/// A trace longer than this is cut in the middle.
const TRACE_ENTRIES: usize = 64;

/// The trap of a kind that is no panic.
#[cold]
pub(super) fn fatal(kind: TrapKind) -> Trap {
    let message = match kind {
        TrapKind::StackOverflow => "stack overflow: too many nested calls",
        TrapKind::InstructionLimit => "instruction limit exceeded",
        TrapKind::TimeLimit => "time limit exceeded",
        _ => "interrupted",
    };
    Trap::of_kind(kind, message)
}

/// Fails with a fixed message; gives what the run returns.
///
/// # Safety
/// The run loop calls it with its state.
#[cold]
#[inline(never)]
pub(super) unsafe fn fail(thread: *mut Thread, base: *mut Slot, ip: *const Insn, message: &str) -> Flow {
    // SAFETY: the thread is the run loop's.
    unsafe {
        (*thread).base = base;
        (*thread).ip = ip;
        raise(thread, message);
        unwind(thread)
    }
}

/// Ends the program.
///
/// # Safety
/// As for [`fail`].
#[cold]
#[inline(never)]
pub(super) unsafe fn fail_for_good(
    thread: *mut Thread,
    base: *mut Slot,
    ip: *const Insn,
    kind: TrapKind,
) -> Flow {
    // SAFETY: the thread is the run loop's.
    unsafe {
        (*thread).base = base;
        (*thread).ip = ip;
        raise_trap(thread, || fatal(kind));
        unwind(thread)
    }
}

/// Fails because of an index.
///
/// # Safety
/// As for [`fail`].
#[cold]
#[inline(never)]
pub(super) unsafe fn fail_index(
    thread: *mut Thread,
    base: *mut Slot,
    ip: *const Insn,
    index: u64,
    len: usize,
) -> Flow {
    let index = index as i64;
    let message = match index < 0 {
        true => format!("runtime error: index out of range [{index}]"),
        false => format!("runtime error: index out of range [{index}] with length {len}"),
    };
    // SAFETY: as for `fail`.
    unsafe { fail(thread, base, ip, &message) }
}

/// Leaves all frames of the innermost run, and gives the status that it ends with. Its state is in the thread, the
/// reason is pending.
///
/// # Safety
/// `thread` is valid, and its base and ip are those of the instruction that failed.
#[cold]
#[inline(never)]
pub(super) unsafe fn unwind(thread: *mut Thread) -> Flow {
    // SAFETY: the frames of the run hang together by their links.
    unsafe {
        let mut trap = (*thread).pending.take().unwrap_or_else(|| Trap::new("unknown reason"));
        push_frames(thread, &mut trap);
        (*thread).cx.fail(Failure::Trap(trap)) as Flow
    }
}

/// Ends the run because a native did not return [`Status::Ok`]. Its error becomes a panic.
///
/// # Safety
/// As for [`fail`]; the native has just returned.
#[cold]
#[inline(never)]
pub(super) unsafe fn fail_native(
    thread: *mut Thread,
    base: *mut Slot,
    ip: *const Insn,
    callee: *const Callee,
) -> Flow {
    // SAFETY: the thread is the run loop's, the callee outlives it.
    unsafe {
        (*thread).base = base;
        (*thread).ip = ip;
        let mut trap = take_trap(thread);
        if has_room(thread, &trap) {
            let function = format!("{} (native)", (*callee).name);
            trap.push_trace(TraceEntry { function, file: String::new(), line: 0 });
        }
        (*thread).pending = Some(trap);
        unwind(thread)
    }
}

/// The reason that a native or a nested run left in the context, as a trap.
///
/// # Safety
/// `thread` is valid.
pub(super) unsafe fn take_trap(thread: *mut Thread) -> Trap {
    // SAFETY: the reference ends here.
    match unsafe { (*thread).cx.take_failure() } {
        Some(Failure::Trap(trap)) => trap,
        Some(Failure::Error(error)) => Trap::new(error.message()),
        None => Trap::new("a native failed without a reason"),
    }
}

/// Lets a trap of a nested run go on in the instruction that entered it.
///
/// # Safety
/// `thread` is valid, the nested run has ended with a status that is not `Ok`.
#[cold]
pub(super) unsafe fn raise_again(thread: *mut Thread) -> Done {
    // SAFETY: by the caller's promise.
    unsafe {
        let trap = take_trap(thread);
        (*thread).pending = Some(trap);
    }
    Err(Raised)
}

unsafe fn push_frames(thread: *mut Thread, trap: &mut Trap) {
    // SAFETY: a frame's link is below it, and the outermost frame of a run has a null base in its link.
    unsafe {
        let program = &(*(*thread).loaded).program;
        let outermost_run = (*thread).suspended.len() <= 1;
        let depth = count_frames((*thread).base);
        let (mut base, mut ip) = ((*thread).base, (*thread).ip);
        for number in 0..depth {
            // The innermost and, in the end, the outermost frames tell most.
            let last = outermost_run && depth - number <= TRACE_ENTRIES / 2;
            if last {
                push_elided(thread, trap);
            }
            if last || has_room(thread, trap) {
                // Code without lines is the compiler's own.
                let entry = entry_of(program, base, ip);
                if entry.line > 0 {
                    trap.push_trace(entry);
                }
            }
            ip = *base.sub(2).cast();
            base = *base.sub(3).cast();
        }
    }
}

unsafe fn count_frames(mut base: *mut Slot) -> usize {
    let mut depth = 0;
    while !base.is_null() {
        depth += 1;
        // SAFETY: as for `push_frames`.
        base = unsafe { *base.sub(3).cast() };
    }
    depth
}

unsafe fn entry_of(program: &Program, base: *mut Slot, ip: *const Insn) -> TraceEntry {
    // SAFETY: a frame's link names its function, whose code `ip` points into.
    unsafe {
        let function = &*(*base.sub(1)).as_ptr::<VoFunction>();
        let pc = ip.offset_from(function.code) - 1;
        TraceEntry {
            function: function.source.name.clone(),
            file: program.files.get(function.source.file as usize).cloned().unwrap_or_default(),
            line: function.source.line(pc as usize),
        }
    }
}

/// Whether the trace takes another entry; counts it where it does not.
unsafe fn has_room(thread: *mut Thread, trap: &Trap) -> bool {
    let len = trap.trace().len();
    // SAFETY: the thread is valid for the caller.
    let elided = unsafe { &mut (*thread).elided };
    *elided = match len {
        0 => 0,
        _ if len < TRACE_ENTRIES / 2 => *elided,
        _ => *elided + 1,
    };
    len < TRACE_ENTRIES / 2
}

unsafe fn push_elided(thread: *mut Thread, trap: &mut Trap) {
    // SAFETY: the thread is valid for the caller.
    let elided = unsafe { std::mem::take(&mut (*thread).elided) };
    if elided > 0 {
        let function = format!("... {elided} more calls ...");
        trap.push_trace(TraceEntry { function, file: String::new(), line: 0 });
    }
}
