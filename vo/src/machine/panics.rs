//! Panics on their way: what was thrown, whose deferred functions run because of it, and `recover`.

use vo_ffi::{Slot, Trap, TypeId, VoError};

use super::load::VoFunction;
use super::print::panic_text;
use super::thread::{Done, Step, Thread, raise_trap};
use crate::bytecode::{Insn, Op};
use crate::heap::Marker;

/// Something that failed, looking for a deferred function that stops it.
pub(super) struct Panic {
    pub(super) trap: Trap,
    /// What the program gave to `panic`; none where the machine or a native failed.
    value: Option<[Slot; 2]>,
    /// Whether the machine failed.
    by_machine: bool,
    /// The panics whose place it took, oldest first.
    replaced: Vec<Replaced>,
    /// Whether the trace has the frames of the innermost run.
    pub(super) traced: bool,
}

/// A panic that ended because a deferred function panicked.
#[derive(Clone)]
struct Replaced {
    message: String,
    value: Option<[Slot; 2]>,
    recovered: bool,
}

impl Panic {
    /// A failure of the machine.
    pub(super) fn of_machine(trap: Trap) -> Panic {
        Panic { by_machine: true, ..Panic::of_native(trap) }
    }

    /// A failure of a native.
    fn of_native(trap: Trap) -> Panic {
        Panic { trap, value: None, by_machine: false, replaced: Vec::new(), traced: false }
    }

    /// `panic(value)`
    pub(super) fn of_value(value: [Slot; 2]) -> Panic {
        Panic { value: Some(value), ..Panic::of_native(Trap::new(String::new())) }
    }

    fn take_place_of(&mut self, running: Running) {
        let Running { panic, recovered, .. } = running;
        let mut replaced = panic.replaced;
        replaced.push(Replaced { message: panic.trap.message().to_string(), value: panic.value, recovered });
        replaced.append(&mut self.replaced);
        self.replaced = replaced;
    }

    fn values(&self) -> impl Iterator<Item = [Slot; 2]> {
        self.replaced.iter().filter_map(|panic| panic.value).chain(self.value)
    }
}

/// A panic for which a frame runs its deferred functions.
struct Running {
    panic: Panic,
    frame: *mut Slot,
    recovered: bool,
}

/// What a trap that passes through natives has thrown.
struct Thrown {
    number: u64,
    /// How many runs were suspended.
    depth: usize,
    panic: Panic,
}

/// A native that drops traps, as `fmt` does with those of methods, does not say so: the oldest are forgotten. Should one of them
/// go on after all, `recover` gives its text.
const MOST_THROWN: usize = 64;

/// All panics of a thread, less the one that is just raised.
#[derive(Default)]
pub(super) struct Panics {
    /// The innermost frame last.
    running: Vec<Running>,
    thrown: Vec<Thrown>,
    last_number: u64,
}

impl Panics {
    /// Marks the values that `recover` may still give.
    pub(super) fn visit(&self, marker: &mut Marker<'_>) {
        let running = self.running.iter().map(|running| &running.panic);
        let thrown = self.thrown.iter().map(|thrown| &thrown.panic);
        for [word, data] in running.chain(thrown).flat_map(Panic::values) {
            marker.dynamic(word.bits(), data);
        }
    }

    /// Forgets all: nothing runs any more.
    pub(super) fn clear(&mut self) {
        self.running.clear();
        self.thrown.clear();
    }

    /// The panic that left the runs above as this trap.
    pub(super) fn catch(&mut self, mut trap: Trap) -> Panic {
        let number = trap.thrown();
        trap.set_thrown(0);
        match self.thrown.iter().position(|thrown| number != 0 && thrown.number == number) {
            Some(index) => Panic { trap, traced: false, ..self.thrown.swap_remove(index).panic },
            None => Panic::of_native(trap),
        }
    }

    /// Notes that a frame runs its deferred functions because of a panic.
    pub(super) fn begin(&mut self, frame: *mut Slot, mut panic: Panic) {
        self.replace(frame, &mut panic);
        self.running.push(Running { panic, frame, recovered: false });
    }

    /// Ends the panics of a frame and of those above it: another panic leaves them.
    pub(super) fn replace(&mut self, frame: *mut Slot, panic: &mut Panic) {
        while self.running.last().is_some_and(|running| running.frame >= frame) {
            self.running.pop().into_iter().for_each(|running| panic.take_place_of(running));
        }
    }

    /// A frame has run its deferred functions: the panic that goes on, if there is one.
    pub(super) fn end(&mut self, frame: *mut Slot) -> Option<Panic> {
        let running = self.running.pop_if(|running| running.frame == frame)?;
        (!running.recovered).then_some(running.panic)
    }
}

/// Makes a trap of a panic that leaves its run, with a text that says all that happened.
///
/// # Safety
/// `thread` is valid, and `frame` the outermost frame of the run, which is not used any more.
pub(super) unsafe fn leave_run(thread: *mut Thread, frame: *mut Slot, panic: Panic) -> Trap {
    // SAFETY: the thread is valid for the caller, and no reference to it is alive during the calls.
    unsafe {
        let depth = (*thread).suspended.len();
        let panics = &mut (*thread).panics;
        // What is deeper belongs to natives that dropped their traps and are gone.
        panics.thrown.retain(|thrown| thrown.depth <= depth);
        if panics.thrown.len() >= MOST_THROWN {
            panics.thrown.remove(0);
        }
        panics.last_number += 1;
        let number = panics.last_number;
        let parts = parts_to_tell(&panic);
        let trace = Trap::of_kind(panic.trap.kind(), String::new());
        let kept = Panic { trap: trace, replaced: panic.replaced, ..panic };
        let mut trap = panic.trap;
        panics.thrown.push(Thrown { number, depth, panic: kept });
        trap.set_message(tell(thread, frame, parts));
        if let Some(thrown) = (*thread).panics.thrown.iter_mut().find(|thrown| thrown.number == number) {
            // They are in the text now.
            thrown.panic.replaced.clear();
        }
        trap.set_thrown(number);
        trap
    }
}

/// The panics that a report names, oldest first.
fn parts_to_tell(panic: &Panic) -> Vec<Replaced> {
    let last = Replaced { message: panic.trap.message().to_string(), value: panic.value, recovered: false };
    panic.replaced.iter().cloned().chain([last]).collect()
}

/// `first [recovered]`, then `panic: second` in a line of its own.
unsafe fn tell(thread: *mut Thread, frame: *mut Slot, parts: Vec<Replaced>) -> String {
    let mut text = String::new();
    for part in parts {
        if !text.is_empty() {
            text.push_str("\n\tpanic: ");
        }
        match part.value {
            // With a text, it has been told already: when the panic passed through a native.
            Some(value) if part.message.is_empty() => {
                // SAFETY: the frame is the innermost that is left, and the value is a root.
                unsafe {
                    (*thread).base = frame;
                    let insn = Insn::abc(Op::Exit, 0, 0, 0);
                    text.push_str(&panic_text(Step { thread, insn }, value));
                }
            }
            _ => text.push_str(&part.message),
        }
        if part.recovered {
            text.push_str(" [recovered]");
        }
    }
    text
}

/// [`RuntimeFn::Recover`](crate::bytecode::RuntimeFn::Recover): the panic for which the caller of this function runs its
/// deferred functions ends here. Functions of the compiler's between the two do not count.
///
/// # Safety
/// As for [`Step`].
pub(super) unsafe fn recover(step: Step) -> Done {
    // SAFETY: as for Step; the reference to the panics ends before the heap is used.
    unsafe {
        let caller = caller_of((*step.thread).base);
        let running = (*step.thread).panics.running.last_mut();
        let value = match running.filter(|running| running.frame == caller && !running.recovered) {
            None => [Slot::ZERO; 2],
            Some(running) => {
                running.recovered = true;
                match running.panic.value {
                    Some(value) => value,
                    None => {
                        let text = running.panic.trap.message().to_string();
                        let by_machine = running.panic.by_machine || text.starts_with("runtime error: ");
                        error_of(step, &text, by_machine).map_err(|trap| raise_trap(step.thread, || trap))?
                    }
                }
            }
        };
        step.set_value(step.insn.a, 2, value);
    }
    Ok(())
}

/// The frame that called a function; null for a function of the compiler's.
unsafe fn caller_of(mut base: *mut Slot) -> *mut Slot {
    // SAFETY: frames hang together by their links, which name the function of each.
    unsafe {
        if is_wrapper(base) {
            return std::ptr::null_mut();
        }
        loop {
            base = *base.sub(3).cast();
            if base.is_null() || !is_wrapper(base) {
                return base;
            }
        }
    }
}

unsafe fn is_wrapper(base: *mut Slot) -> bool {
    // SAFETY: a frame's link names its function.
    unsafe { (*(*base.sub(1)).as_ptr::<VoFunction>()).source.is_wrapper }
}

/// The value of a panic that the program did not raise itself: an error. It is a `runtime.Error` where the machine raised it
/// and the program knows that type.
unsafe fn error_of(step: Step, text: &str, by_machine: bool) -> Result<[Slot; 2], Trap> {
    // SAFETY: as for Step.
    unsafe {
        match step.types().find_named("runtime.errorString") {
            Some(ty) if by_machine => {
                let string = step.heap().alloc_string(text.as_bytes());
                Ok([type_word(ty), string.map_err(|error| error.trap(step.types()))?])
            }
            _ => (*step.thread).cx.error_value(&VoError::new(text)),
        }
    }
}

fn type_word(ty: TypeId) -> Slot {
    Slot::from_bits(ty.number().into())
}
