//! What a handler of an instruction works on, and how it gives control to the next.
//!
//! Handlers are *threaded*: each ends by calling the handler of the next instruction, and an optimised build
//! makes jumps of these calls, so that the state stays in registers and each handler has a branch of its own
//! for the processor to predict. Rust does not promise that; `build.rs` sets `threaded` only where it is so,
//! and a test measures the stack. Elsewhere each handler returns to a loop.

use std::sync::atomic::Ordering;

use vo_ffi::{Callee, RawSlice, Slot, Status, TrapKind};

use super::enter::{ZEROED_AT_ONCE, is_vo, link, prologue};
use super::handlers::HANDLERS;
use super::load::VoFunction;
use super::ops;
use super::thread::{Done, Step, Thread, take_interrupt};
use super::unwind::{NIL, fail, fail_for_good, fail_index, fail_native, unwind};
use crate::bytecode::Insn;

/// How a handler ends: a [`Status`] as a number where the run ends, else [`CONTINUE`].
pub(super) type Flow = u32;

/// The next instruction is in the thread; only where handlers are not threaded.
#[cfg(not(threaded))]
const CONTINUE: Flow = u32::MAX;

/// The code of one operation.
pub(super) type Handler = unsafe fn(*mut Thread, *const Insn, *mut Slot) -> Flow;

/// The state of a run: three registers of the processor.
#[derive(Clone, Copy)]
pub(super) struct State {
    pub(super) thread: *mut Thread,
    /// The instruction that runs.
    pub(super) ip: *const Insn,
    /// The frame.
    pub(super) base: *mut Slot,
}

/// Runs a function until it returns to its link's `Exit`.
///
/// # Safety
/// `thread` is valid and not borrowed. `base` is the frame of `function`: linked, its prologue done.
pub(super) unsafe fn run(thread: *mut Thread, function: *const VoFunction, base: *mut Slot) -> Status {
    // SAFETY: the state is that of the function's first instruction.
    let flow = unsafe { start(State { thread, ip: (*function).code, base }) };
    match flow {
        0 => Status::Ok,
        _ => Status::Trap,
    }
}

#[cfg(threaded)]
unsafe fn start(state: State) -> Flow {
    // SAFETY: as for `run`.
    unsafe { state.next(0) }
}

#[cfg(not(threaded))]
unsafe fn start(mut state: State) -> Flow {
    // SAFETY: as for `run`; a handler that gives CONTINUE has left the state in the thread.
    unsafe {
        loop {
            let handler = HANDLERS[(*state.ip).op as usize];
            let flow = handler(state.thread, state.ip, state.base);
            if flow != CONTINUE {
                return flow;
            }
            state.ip = (*state.thread).ip;
            state.base = (*state.thread).base;
        }
    }
}

/// All methods: the state is that of a run. Its bytecode comes from the compiler (and `verify` holds in debug builds):
/// operands name registers of the frame, of the kind that the operation wants, jumps go to instructions, and the last
/// instruction does not fall through. Registers hold valid values of their kind. Frames fit the register file, which
/// calls check. The thread, the program and the heap outlive the run.
impl State {
    /// Goes on `words` words further.
    ///
    /// # Safety
    /// As for all methods of a state.
    #[cfg(threaded)]
    #[inline(always)]
    pub(super) unsafe fn next(self, words: isize) -> Flow {
        // SAFETY: an instruction follows.
        unsafe {
            let ip = self.ip.offset(words);
            HANDLERS[(*ip).op as usize](self.thread, ip, self.base)
        }
    }

    /// Goes on `words` words further.
    ///
    /// # Safety
    /// As for all methods of a state.
    #[cfg(not(threaded))]
    pub(super) unsafe fn next(self, words: isize) -> Flow {
        // SAFETY: an instruction follows.
        unsafe {
            (*self.thread).ip = self.ip.offset(words);
            (*self.thread).base = self.base;
        }
        CONTINUE
    }

    /// Ends the run.
    ///
    /// # Safety
    /// As for all methods of a state.
    pub(super) unsafe fn end(self, status: Status) -> Flow {
        status as Flow
    }

    /// Goes on `distance` words behind the next instruction, unless it is interrupted.
    ///
    /// # Safety
    /// As for all methods of a state.
    #[inline(always)]
    pub(super) unsafe fn jump(self, distance: isize) -> Flow {
        // SAFETY: the flag outlives the run.
        unsafe {
            if (*(*self.thread).interrupt).load(Ordering::Relaxed) {
                return interrupted(self.thread, self.ip, self.base, distance + 1);
            }
            self.next(distance + 1)
        }
    }

    /// Jumps by the operand `c` where the condition holds.
    ///
    /// # Safety
    /// As for all methods of a state.
    #[inline(always)]
    pub(super) unsafe fn jump_where(self, condition: bool) -> Flow {
        // SAFETY: the compiler made the jump.
        unsafe {
            match condition {
                true => self.jump((*self.ip).c as i16 as isize),
                false => self.next(1),
            }
        }
    }

    /// The operand `a`.
    ///
    /// # Safety
    /// As for all methods of a state.
    #[inline(always)]
    pub(super) unsafe fn a(self) -> *mut Slot {
        // SAFETY: the register is in the frame.
        unsafe { self.base.add((*self.ip).a as usize) }
    }

    /// The operand `b`.
    ///
    /// # Safety
    /// As for all methods of a state.
    #[inline(always)]
    pub(super) unsafe fn b(self) -> *mut Slot {
        // SAFETY: the register is in the frame.
        unsafe { self.base.add((*self.ip).b as usize) }
    }

    /// The operand `c`.
    ///
    /// # Safety
    /// As for all methods of a state.
    #[inline(always)]
    pub(super) unsafe fn c(self) -> *mut Slot {
        // SAFETY: the register is in the frame.
        unsafe { self.base.add((*self.ip).c as usize) }
    }

    /// The operand `c` as a number.
    ///
    /// # Safety
    /// As for all methods of a state.
    #[inline(always)]
    pub(super) unsafe fn imm(self) -> i64 {
        // SAFETY: the instruction is valid.
        unsafe { (*self.ip).c as i16 as i64 }
    }

    /// `a = value`, and on.
    ///
    /// # Safety
    /// As for all methods of a state.
    #[inline(always)]
    pub(super) unsafe fn set(self, value: Slot) -> Flow {
        // SAFETY: the register is in the frame.
        unsafe {
            *self.a() = value;
            self.next(1)
        }
    }

    /// `a = b op c`
    ///
    /// # Safety
    /// As for all methods of a state.
    #[inline(always)]
    pub(super) unsafe fn int(self, op: impl FnOnce(i64, i64) -> i64) -> Flow {
        // SAFETY: the registers are in the frame.
        unsafe { self.set(Slot::from_i64(op((*self.b()).as_i64(), (*self.c()).as_i64()))) }
    }

    /// `a = b op immediate`
    ///
    /// # Safety
    /// As for all methods of a state.
    #[inline(always)]
    pub(super) unsafe fn int_imm(self, op: impl FnOnce(i64, i64) -> i64) -> Flow {
        // SAFETY: the registers are in the frame.
        unsafe { self.set(Slot::from_i64(op((*self.b()).as_i64(), self.imm()))) }
    }

    /// `a = op b`
    ///
    /// # Safety
    /// As for all methods of a state.
    #[inline(always)]
    pub(super) unsafe fn unary(self, op: impl FnOnce(Slot) -> Slot) -> Flow {
        // SAFETY: the registers are in the frame.
        unsafe { self.set(op(*self.b())) }
    }

    /// `a = b op c`, of float64s
    ///
    /// # Safety
    /// As for all methods of a state.
    #[inline(always)]
    pub(super) unsafe fn f64(self, op: impl FnOnce(f64, f64) -> Slot) -> Flow {
        // SAFETY: the registers are in the frame.
        unsafe { self.set(op((*self.b()).as_f64(), (*self.c()).as_f64())) }
    }

    /// `a = b op c`, of float32s
    ///
    /// # Safety
    /// As for all methods of a state.
    #[inline(always)]
    pub(super) unsafe fn f32(self, op: impl FnOnce(f32, f32) -> Slot) -> Flow {
        // SAFETY: the registers are in the frame.
        unsafe { self.set(op((*self.b()).as_f32(), (*self.c()).as_f32())) }
    }

    /// Jumps where a comparison of `a` and `b` holds.
    ///
    /// # Safety
    /// As for all methods of a state.
    #[inline(always)]
    pub(super) unsafe fn compare(self, holds: impl FnOnce(i64, i64) -> bool) -> Flow {
        // SAFETY: the registers are in the frame.
        unsafe { self.jump_where(holds((*self.a()).as_i64(), (*self.b()).as_i64())) }
    }

    /// Jumps where a comparison of `a` and the immediate `b` holds.
    ///
    /// # Safety
    /// As for all methods of a state.
    #[inline(always)]
    pub(super) unsafe fn compare_imm(self, holds: impl FnOnce(i64, i64) -> bool) -> Flow {
        // SAFETY: the register is in the frame.
        unsafe { self.jump_where(holds((*self.a()).as_i64(), (*self.ip).b as i16 as i64)) }
    }

    /// Jumps where a comparison of the float64s `a` and `b` has the outcome that is wanted.
    ///
    /// # Safety
    /// As for all methods of a state.
    #[inline(always)]
    pub(super) unsafe fn compare_f64(self, wanted: bool, holds: impl FnOnce(f64, f64) -> bool) -> Flow {
        // SAFETY: the registers are in the frame.
        unsafe { self.jump_where(holds((*self.a()).as_f64(), (*self.b()).as_f64()) == wanted) }
    }

    /// Divides: panics where `c` is 0.
    ///
    /// # Safety
    /// As for all methods of a state.
    #[inline(always)]
    pub(super) unsafe fn divide(self, op: impl FnOnce(i64, i64) -> i64) -> Flow {
        // SAFETY: the registers are in the frame.
        unsafe {
            match *self.c() {
                Slot::ZERO => self.fail(super::unwind::DIVIDE),
                _ => self.int(op),
            }
        }
    }

    /// Reads or writes memory at the address in `b` plus the offset `c`.
    ///
    /// # Safety
    /// As for all methods of a state.
    #[inline(always)]
    pub(super) unsafe fn field(self, access: impl FnOnce(State, *mut u8)) -> Flow {
        // SAFETY: what is not nil points to an object that is long enough, by its type.
        unsafe {
            let at = (*self.b()).as_ptr::<u8>();
            if at.is_null() {
                return self.fail(NIL);
            }
            access(self, at.add((*self.ip).c as usize));
            self.next(1)
        }
    }

    /// Reads or writes a package-level variable.
    ///
    /// # Safety
    /// As for all methods of a state.
    #[inline(always)]
    pub(super) unsafe fn global(self, access: impl FnOnce(State, *mut u8)) -> Flow {
        // SAFETY: the offset is in the globals.
        unsafe {
            access(self, (*self.thread).globals.add((*self.ip).index() as usize));
            self.next(1)
        }
    }

    /// Reads or writes the element `c` of the slice `b`.
    ///
    /// # Safety
    /// As for all methods of a state.
    #[inline(always)]
    pub(super) unsafe fn element(self, size: usize, access: impl FnOnce(State, *mut u8)) -> Flow {
        // SAFETY: a slice that is not nil has a header, and the index is checked.
        unsafe {
            let index = (*self.c()).bits();
            let slice = (*self.b()).as_ptr::<RawSlice>();
            if slice.is_null() || index >= (*slice).len as u64 {
                let len = slice.as_ref().map_or(0, |slice| slice.len);
                return fail_index(self.thread, self.base, self.ip.add(1), index, len);
            }
            access(self, (*slice).data.add(index as usize * size));
            self.next(1)
        }
    }

    /// Reads or writes the element `c` of the array image `b`; the length and `exts - 1` more words follow.
    ///
    /// # Safety
    /// As for all methods of a state.
    #[inline(always)]
    pub(super) unsafe fn array(self, size: usize, exts: isize, access: impl FnOnce(State, *mut u8)) -> Flow {
        // SAFETY: an image has as many elements as its type says, and the index is checked.
        unsafe {
            let (index, len) = ((*self.c()).bits(), (*self.ip.add(1)).index());
            if index >= len as u64 {
                return fail_index(self.thread, self.base, self.ip.add(1), index, len as usize);
            }
            access(self, (*self.b()).as_ptr::<u8>().add(index as usize * size));
            self.next(1 + exts)
        }
    }

    /// Work done elsewhere; `exts` words follow the instruction.
    ///
    /// # Safety
    /// As for all methods of a state.
    #[inline(always)]
    pub(super) unsafe fn work(self, exts: isize, work: unsafe fn(Step) -> Done) -> Flow {
        // SAFETY: the state is in the thread, as steps want it.
        unsafe {
            match outside(self.thread, self.ip, self.base, work) {
                Ok(()) => self.next(1 + exts),
                Err(_) => unwind(self.thread),
            }
        }
    }

    /// The instruction as a step, for work done elsewhere.
    ///
    /// # Safety
    /// As for all methods of a state.
    #[inline(always)]
    pub(super) unsafe fn step(self) -> Step {
        // SAFETY: the thread is valid.
        unsafe {
            (*self.thread).base = self.base;
            (*self.thread).ip = self.ip.add(1);
            Step { thread: self.thread, insn: *self.ip }
        }
    }

    /// Fails with a fixed message.
    ///
    /// # Safety
    /// As for all methods of a state.
    #[inline(always)]
    pub(super) unsafe fn fail(self, message: &'static str) -> Flow {
        // SAFETY: the state is that of the run.
        unsafe { fail(self.thread, self.base, self.ip.add(1), message) }
    }

    /// Calls `callee`, whatever it is, with the window at register `a`. The run goes on `words` words further.
    ///
    /// # Safety
    /// As for all methods of a state; the arguments are in the window.
    #[inline(always)]
    pub(super) unsafe fn call(self, callee: *const Callee, func: Slot, words: isize) -> Flow {
        // SAFETY: the window holds what the callee's plan says, and the frame is checked against the limit.
        unsafe {
            let (frame, ip) = (self.a(), self.ip.offset(words));
            if !is_vo((*callee).native) {
                return call_native(self.thread, ip, self.base, callee, frame);
            }
            let function = callee.cast::<VoFunction>();
            if frame.add((*function).extent as usize) > (*self.thread).limit {
                return fail_for_good(self.thread, self.base, self.ip.add(1), TrapKind::StackOverflow);
            }
            if (*(*self.thread).interrupt).load(Ordering::Relaxed) {
                return interrupted(self.thread, self.ip, self.base, 0);
            }
            link(frame, self.base, ip, function);
            if (*function).has_prologue {
                return start_function(self.thread, function, frame, func);
            }
            State { thread: self.thread, ip: (*function).code, base: frame }.next(0)
        }
    }
}

/// Begins a function that has something to do at entry.
#[inline(never)]
unsafe fn start_function(
    thread: *mut Thread,
    function: *const VoFunction,
    frame: *mut Slot,
    func: Slot,
) -> Flow {
    // SAFETY: the frame is linked, and fits the register file.
    unsafe {
        if (*function).zero_count as usize > ZEROED_AT_ONCE {
            return start_large_function(thread, function, frame, func);
        }
        prologue(frame, function, func);
        State { thread, ip: (*function).code, base: frame }.next(0)
    }
}

/// The same; apart, because it has to save its state around a call of memset.
#[inline(never)]
unsafe fn start_large_function(
    thread: *mut Thread,
    function: *const VoFunction,
    frame: *mut Slot,
    func: Slot,
) -> Flow {
    // SAFETY: as for `start_function`.
    unsafe {
        prologue(frame, function, func);
        State { thread, ip: (*function).code, base: frame }.next(0)
    }
}

/// Does the work of an instruction. The step, and what the work keeps on the stack, are in this frame: in that of
/// the handler they would keep it from jumping to the next.
///
/// # Safety
/// As for [`State`].
#[inline(never)]
unsafe fn outside(
    thread: *mut Thread,
    ip: *const Insn,
    base: *mut Slot,
    work: unsafe fn(Step) -> Done,
) -> Done {
    // SAFETY: the state is that of the run.
    unsafe { work(State { thread, ip, base }.step()) }
}

/// Calls what is no function of the program. `ip` is where the run goes on.
#[inline(never)]
unsafe fn call_native(
    thread: *mut Thread,
    ip: *const Insn,
    base: *mut Slot,
    callee: *const Callee,
    frame: *mut Slot,
) -> Flow {
    // SAFETY: the frame holds what the callee's plan says; the native keeps the promises of its type.
    unsafe {
        (*thread).base = base;
        (*thread).ip = ip;
        (*thread).native = callee;
        (*thread).native_frame = frame;
        if let Some(place) = &(*callee).plan.error_result {
            *frame.add(place.at as usize) = Slot::ZERO;
            *frame.add(place.at as usize + 1) = Slot::ZERO;
        }
        let status = ((*callee).native)(thread.cast(), callee, frame);
        if status != Status::Ok && !recovered(thread, status, callee, frame) {
            return fail_native(thread, base, ip, callee);
        }
        if (*(*thread).heap).is_due() {
            collect_behind(thread, callee);
        }
        State { thread, ip, base }.next(0)
    }
}

/// Collects what a native, which paused collection, has put off.
#[cold]
#[inline(never)]
unsafe fn collect_behind(thread: *mut Thread, callee: *const Callee) {
    // SAFETY: the native has returned, so its results are in its frame, which the thread still knows.
    unsafe {
        (*thread).returned = callee;
        (*(*thread).heap).collect();
        (*thread).returned = std::ptr::null();
    }
}

/// Whether the error of a native became its result.
#[cold]
unsafe fn recovered(thread: *mut Thread, status: Status, callee: *const Callee, frame: *mut Slot) -> bool {
    // SAFETY: the native has just failed on the frame.
    unsafe {
        status == Status::Error
            && (*callee).plan.error_result.is_some()
            && ops::calls::error_result(thread, callee, frame)
    }
}

/// The flag is set: the run ends, unless somebody else has answered it.
#[cold]
#[inline(never)]
unsafe fn interrupted(thread: *mut Thread, ip: *const Insn, base: *mut Slot, words: isize) -> Flow {
    let state = State { thread, ip, base };
    // SAFETY: the state is that of the run.
    unsafe {
        match take_interrupt(thread) {
            Some(kind) => fail_for_good(thread, base, ip.add(1), kind),
            None => state.next(words),
        }
    }
}
