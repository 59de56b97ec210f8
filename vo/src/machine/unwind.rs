//! Failures: their messages, the trace of the frames that they leave, and the frame that goes on.

use std::ptr;

use vo_ffi::{Callee, Failure, Slot, Status, TraceEntry, Trap, TrapKind};

use super::load::{NO_DEFERS, VoFunction};
use super::panics::{Panic, leave_run};
use super::state::{Flow, State};
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

/// Fails with a fixed message, and goes on where that leads.
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
    // SAFETY: the thread is the run loop's.
    unsafe {
        (*thread).base = base;
        (*thread).ip = ip;
        raise_index(thread, index as i64, len);
        unwind(thread)
    }
}

/// Fails because a pointer leaves the object that it points into.
#[cold]
#[inline(never)]
pub(super) unsafe fn fail_outside(
    thread: *mut Thread,
    base: *mut Slot,
    ip: *const Insn,
    from: usize,
    at: usize,
    size: usize,
) -> Flow {
    // SAFETY: the thread is the run loop's.
    unsafe {
        (*thread).base = base;
        (*thread).ip = ip;
        raise_outside(thread, from, at, size);
        unwind(thread)
    }
}

/// Apart, as [`raise_index`] is.
#[inline(never)]
unsafe fn raise_outside(thread: *mut Thread, from: usize, at: usize, size: usize) {
    // SAFETY: as for `fail_outside`.
    unsafe {
        let message = (*thread).describe_outside(from, at, size);
        raise(thread, message);
    }
}

/// Apart, because the text would keep [`fail_index`] from jumping on.
#[inline(never)]
unsafe fn raise_index(thread: *mut Thread, index: i64, len: usize) {
    let message = match index < 0 {
        true => format!("runtime error: index out of range [{index}]"),
        false => format!("runtime error: index out of range [{index}] with length {len}"),
    };
    // SAFETY: as for `fail_index`.
    unsafe { raise(thread, message) };
}

/// Goes on where the failure leads that is pending: in the innermost frame with deferred functions, or in what entered the
/// run, which ends.
///
/// # Safety
/// `thread` is valid, and its base and ip are those of the instruction that failed.
#[cold]
#[inline(never)]
pub(super) unsafe fn unwind(thread: *mut Thread) -> Flow {
    // SAFETY: the frame that is found goes on at an instruction of its own.
    unsafe {
        let base = find_frame(thread);
        if base.is_null() {
            return Status::Trap as Flow;
        }
        State { thread, ip: (*thread).ip, base }.next(0)
    }
}

/// Fails because a native did not return [`Status::Ok`]. Its error becomes a panic.
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
    // SAFETY: the thread is the run loop's.
    unsafe {
        (*thread).base = base;
        (*thread).ip = ip;
        raise_native(thread, callee);
        unwind(thread)
    }
}

/// Apart, because the trap would keep [`fail_native`] from jumping on.
#[inline(never)]
unsafe fn raise_native(thread: *mut Thread, callee: *const Callee) {
    // SAFETY: the callee outlives the thread, which is valid.
    unsafe {
        let mut trap = take_trap(thread);
        if has_room(thread, &trap) {
            let function = format!("{} (native)", (*callee).name);
            trap.push_trace(TraceEntry { function, file: String::new(), line: 0 });
        }
        let panic = (*thread).panics.catch(trap);
        (*thread).pending = Some(panic);
    }
}

/// `EndDefers`: the frame has run its deferred functions. Where a panic is the reason and none of them stopped it, it goes on in
/// the frames below.
///
/// # Safety
/// As for [`fail`].
#[inline(never)]
pub(super) unsafe fn end_defers(thread: *mut Thread, ip: *const Insn, base: *mut Slot) -> Flow {
    // SAFETY: the thread is the run loop's.
    unsafe {
        let base = match goes_on(thread, base) {
            false => return State { thread, ip, base }.next(1),
            true => find_frame_below(thread, base),
        };
        if base.is_null() {
            return Status::Trap as Flow;
        }
        State { thread, ip: (*thread).ip, base }.next(0)
    }
}

/// Whether the frame's panic goes on; then it is pending.
#[inline(never)]
unsafe fn goes_on(thread: *mut Thread, base: *mut Slot) -> bool {
    // SAFETY: the thread is valid for the caller.
    unsafe {
        (*thread).pending = (*thread).panics.end(base);
        (*thread).pending.is_some()
    }
}

/// The innermost frame that has deferred functions, with the ip in the thread; null where the run ends, for the reason in
/// the context.
#[inline(never)]
unsafe fn find_frame(thread: *mut Thread) -> *mut Slot {
    // SAFETY: the frames of the run hang together by their links, the outermost has a null base in its own.
    unsafe {
        let mut panic = take_pending(thread);
        if !panic.traced {
            push_frames(thread, &mut panic.trap);
            panic.traced = true;
        }
        find_handler(thread, (*thread).base, ptr::null_mut(), panic)
    }
}

/// The same from the caller of a frame on.
#[inline(never)]
unsafe fn find_frame_below(thread: *mut Thread, base: *mut Slot) -> *mut Slot {
    // SAFETY: as for `find_frame`.
    unsafe {
        let panic = take_pending(thread);
        find_handler(thread, *base.sub(3).cast(), base, panic)
    }
}

unsafe fn take_pending(thread: *mut Thread) -> Panic {
    // SAFETY: the thread is valid for the caller.
    let pending = unsafe { (*thread).pending.take() };
    pending.unwrap_or_else(|| Panic::of_machine(Trap::new("unknown reason")))
}

/// From `base` on; `outermost` is the last frame that was looked at.
unsafe fn find_handler(
    thread: *mut Thread,
    mut base: *mut Slot,
    mut outermost: *mut Slot,
    mut panic: Panic,
) -> *mut Slot {
    // SAFETY: as for `find_frame`; a frame's link names its function.
    unsafe {
        while !base.is_null() {
            let function = (*base.sub(1)).as_ptr::<VoFunction>();
            if (*function).defers != NO_DEFERS && !panic.trap.kind().is_fatal() {
                (*thread).panics.begin(base, panic);
                (*thread).ip = (*function).code.add((*function).defers as usize);
                return base;
            }
            outermost = base;
            base = *base.sub(3).cast();
        }
        (*thread).panics.replace(outermost, &mut panic);
        let trap = leave_run(thread, outermost, panic);
        (*thread).cx.fail(Failure::Trap(trap));
        ptr::null_mut()
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
        let panic = (*thread).panics.catch(trap);
        (*thread).pending = Some(panic);
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
