//! How runs begin: from the host, from natives that call closures, from anything that calls a Vo function as a native.

use std::ptr;
use std::sync::atomic::Ordering;

use vo_ffi::{CallContext, Callee, Plan, Slot, Status, TrapKind};

use super::load::{NO_CAPTURES, VoFunction};
use super::state::run;
use super::thread::{Suspended, Thread, take_interrupt};
use super::unwind::{NIL, fatal};
use crate::bytecode::{FRAME_LINK, Insn, Op};
use crate::heap::FuncObject;

/// Runs inside of runs, at most.
const MAX_DEPTH: usize = 100_000;

/// A run gets a new piece of stack where less than this is left...
const RED_ZONE: usize = 256 << 10;

/// ... of this size.
const STACK_PIECE: usize = 4 << 20;

/// Where the outermost frame of a run returns to.
static EXIT: Insn = Insn::abc(Op::Exit, 0, 0, 0);

/// [`vo_ffi::Enter`]: a native calls a func value.
///
/// # Safety
/// As for [`vo_ffi::Enter`].
pub(super) unsafe fn enter(cx: *mut CallContext, func: Slot, args: &[Slot], results: &mut [Slot]) -> Status {
    // SAFETY: the context is the first field of its thread; func values are 0 or func objects.
    unsafe {
        match func.as_ptr::<FuncObject>().as_ref() {
            None => (*cx).trap(NIL),
            Some(object) => enter_callee(cx.cast(), object.callee, func, args, results),
        }
    }
}

/// The native form of every function written in Vo.
///
/// # Safety
/// As for [`vo_ffi::Native`]; `callee` is a [`VoFunction`] without captures.
pub(super) unsafe extern "C" fn vo_entry(
    cx: *mut CallContext,
    callee: *const Callee,
    frame: *mut Slot,
) -> Status {
    // SAFETY: the frame holds what the plan says; arguments and results do not overlap.
    unsafe {
        let plan = &(*callee).plan;
        let args = std::slice::from_raw_parts(frame, plan.arg_slots as usize);
        let results =
            std::slice::from_raw_parts_mut(frame.add(plan.arg_slots as usize), plan.result_slots as usize);
        enter_callee(cx.cast(), callee, Slot::ZERO, args, results)
    }
}

/// Runs a callee above everything that runs.
///
/// # Safety
/// `thread` is valid, and runs a native or nothing; `callee`, `args` and `results` fit together; `func` is the func
/// value, where the callee has captures.
pub(super) unsafe fn enter_callee(
    thread: *mut Thread,
    callee: *const Callee,
    func: Slot,
    args: &[Slot],
    results: &mut [Slot],
) -> Status {
    // SAFETY: by the caller's promise the thread is valid, and nothing else refers to it while this runs.
    unsafe {
        let Thread { ip, native, native_frame, .. } = *thread;
        let suspended = Suspended { base: (*thread).base, ip, native, native_frame };
        let top = match native.as_ref() {
            Some(callee) => native_frame.add(frame_slots(&callee.plan)),
            None => native_frame,
        };
        nested(thread, suspended, top, callee, func, args, results)
    }
}

/// Runs a callee for the machine itself, in the middle of an instruction.
///
/// # Safety
/// As for [`enter_callee`], while [`Thread::base`] and [`Thread::ip`] are those of the instruction.
#[inline(never)]
pub(super) unsafe fn call_from_instruction(
    thread: *mut Thread,
    callee: *const Callee,
    func: Slot,
    args: &[Slot],
    results: &mut [Slot],
) -> Status {
    // SAFETY: the frame's function is in its link; above its extent and a window's worth of slots nothing lives.
    unsafe {
        let (base, ip) = ((*thread).base, (*thread).ip);
        let function = (*base.sub(1)).as_ptr::<VoFunction>();
        let top = base.add((*function).extent as usize + Plan::MAX_SLOTS);
        let suspended = Suspended { base, ip, native: ptr::null(), native_frame: top };
        nested(thread, suspended, top, callee, func, args, results)
    }
}

#[inline(always)]
unsafe fn nested(
    thread: *mut Thread,
    suspended: Suspended,
    top: *mut Slot,
    callee: *const Callee,
    func: Slot,
    args: &[Slot],
    results: &mut [Slot],
) -> Status {
    // SAFETY: by the promises of the two functions above.
    unsafe {
        let frame = top.add(FRAME_LINK);
        if (*thread).suspended.len() >= MAX_DEPTH || frame.add(args.len() + results.len()) > (*thread).limit {
            return (*thread).cx.fail(fatal(TrapKind::StackOverflow).into());
        }
        // A closure may be short, and the native that calls it again and again without a jump of its own.
        if (*(*thread).interrupt).load(Ordering::Relaxed)
            && let Some(kind) = take_interrupt(thread)
        {
            return (*thread).cx.fail(fatal(kind).into());
        }
        copy_slots(args.as_ptr(), frame, args.len());
        (*thread).suspended.push(suspended);
        let paused = std::mem::take(&mut (*thread).cx.paused);
        let status = stacker::maybe_grow(RED_ZONE, STACK_PIECE, || call_at(thread, callee, func, frame));
        (*thread).cx.paused = paused;
        (*thread).suspended.pop();
        (*thread).base = suspended.base;
        (*thread).ip = suspended.ip;
        (*thread).native = suspended.native;
        (*thread).native_frame = suspended.native_frame;
        if status == Status::Ok {
            copy_slots(frame.add(args.len()), results.as_mut_ptr(), results.len());
        }
        status
    }
}

/// Most calls have one or two. Each was just written by itself, so each is read by itself: to read both at once, or to
/// call memmove, would wait until they are in the cache.
///
/// # Safety
/// Both are valid for `count` slots; they may overlap.
#[inline(always)]
unsafe fn copy_slots(from: *const Slot, to: *mut Slot, count: usize) {
    // SAFETY: the caller vouches for both.
    unsafe {
        match count {
            0 => {}
            1 => *to = *from,
            2 => {
                let [first, second] = [from.read_volatile(), from.add(1).read_volatile()];
                *to = first;
                *to.add(1) = second;
            }
            _ => ptr::copy(from, to, count),
        }
    }
}

/// A function of its own, which the test of the handlers knows: here runs begin.
#[inline(never)]
unsafe fn call_at(thread: *mut Thread, callee: *const Callee, func: Slot, frame: *mut Slot) -> Status {
    // SAFETY: the arguments are in place, and `nested` has recorded the run below.
    unsafe {
        (*thread).base = ptr::null_mut();
        (*thread).ip = ptr::null();
        if !is_vo((*callee).native) {
            (*thread).native = callee;
            (*thread).native_frame = frame;
            return ((*callee).native)(thread.cast(), callee, frame);
        }
        let function = callee.cast::<VoFunction>();
        if frame.add((*function).extent as usize) > (*thread).limit {
            return (*thread).cx.fail(fatal(TrapKind::StackOverflow).into());
        }
        link(frame, ptr::null_mut(), &EXIT, function);
        if (*function).has_prologue {
            prologue(frame, function, func);
        }
        run(thread, function, frame)
    }
}

/// Whether a native is a function of the program, which the run loop enters without recursion.
#[inline(always)]
pub(super) fn is_vo(native: vo_ffi::Native) -> bool {
    native as usize == vo_entry as *const () as usize
}

/// Writes the way back below a frame.
///
/// # Safety
/// Below `frame` there is room for it.
#[inline(always)]
pub(super) unsafe fn link(frame: *mut Slot, base: *mut Slot, ip: *const Insn, function: *const VoFunction) {
    // SAFETY: the three slots below a frame are its link.
    unsafe {
        *frame.sub(3).cast() = base;
        *frame.sub(2).cast() = ip;
        *frame.sub(1).cast() = function;
    }
}

/// Zeroes what may hold references, and puts the func value in its place. May zero more, up to
/// [`ZEROED_AT_ONCE`] slots: other registers, which have no value yet, or what is behind the frame.
///
/// # Safety
/// `frame` has room for the function's registers.
#[inline(always)]
pub(super) unsafe fn prologue(frame: *mut Slot, function: *const VoFunction, func: Slot) {
    // SAFETY: the registers are the function's own; behind them is room for the window, or for a native's frame.
    unsafe {
        let zeroed = frame.add((*function).zero_start as usize).cast::<[Slot; ZEROED_AT_ONCE]>();
        // Most functions need no more, for which memset would be slow.
        *zeroed = [Slot::ZERO; ZEROED_AT_ONCE];
        if (*function).zero_count as usize > ZEROED_AT_ONCE {
            let rest = (*function).zero_count as usize - ZEROED_AT_ONCE;
            zeroed.add(1).cast::<Slot>().write_bytes(0, rest);
        }
        if (*function).func_register != NO_CAPTURES {
            *frame.add((*function).func_register as usize) = func;
        }
    }
}

/// How many registers a prologue zeroes at least.
pub(super) const ZEROED_AT_ONCE: usize = 8;

fn frame_slots(plan: &Plan) -> usize {
    plan.arg_slots as usize + plan.result_slots as usize
}
