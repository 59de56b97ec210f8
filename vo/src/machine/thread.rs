//! The state of a thread of the VM: what natives see of it, and what the run loop keeps outside of its locals.

use std::mem::offset_of;
use std::ptr::{self, NonNull};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use vo_ffi::{CallContext, Callee, Slot, Trap, TrapKind, TypeId, TypeTable};

use super::enter::enter;
use super::interrupt::InterruptHandle;
use super::load::Loaded;
use super::method_entry::enter_method;
use super::methods::MethodCache;
use super::panics::{Panic, Panics};
use crate::bytecode::Insn;
use crate::heap::{HeapError, VmHeap};

/// One thread. The context comes first, so that a native's `cx` is the thread.
#[repr(C)]
pub(super) struct Thread {
    pub(super) cx: CallContext,
    /// The machine stops here: the flag of `interrupts`.
    pub(super) interrupt: *const AtomicBool,
    pub(super) interrupts: InterruptHandle,
    /// How many more instructions may run, where that is limited.
    pub(super) fuel: u64,
    /// No frame may reach beyond this.
    pub(super) limit: *mut Slot,
    pub(super) callables: *const *const Callee,
    pub(super) constants: *const Slot,
    pub(super) globals: *mut u8,
    pub(super) globals_bytes: usize,
    /// Where the heap's objects are.
    pub(super) heap_start: usize,
    pub(super) heap_bytes: usize,
    /// While the machine works for an instruction: the frame.
    pub(super) base: *mut Slot,
    /// While the machine works for an instruction, or a native runs: what follows the instruction's first word.
    /// Null where a native runs that no Vo function called.
    pub(super) ip: *const Insn,
    /// While a native runs: what it declares, and its frame.
    pub(super) native: *const Callee,
    pub(super) native_frame: *mut Slot,
    /// The native that has just returned, while what it put off is collected: its results are in the frame.
    pub(super) returned: *const Callee,
    pub(super) heap: *mut VmHeap,
    pub(super) loaded: *const Loaded,
    pub(super) method_cache: MethodCache,
    /// The runs below the one that runs, outermost first.
    pub(super) suspended: Vec<Suspended>,
    /// Where the outermost run starts.
    pub(super) registers: *mut Slot,
    /// What an instruction failed with, until it is known where that leads.
    pub(super) pending: Option<Panic>,
    /// The panics that deferred functions run for, and those that natives hold.
    pub(super) panics: Panics,
    /// Trace entries that were left out since the trap began.
    pub(super) elided: usize,
}

const _: () = assert!(offset_of!(Thread, cx) == 0);

/// Where a run goes on when the run that it has entered ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Suspended {
    /// The innermost frame of a Vo function; null where there is none.
    pub(super) base: *mut Slot,
    pub(super) ip: *const Insn,
    /// The native that entered the next run; null where the machine itself did.
    pub(super) native: *const Callee,
    pub(super) native_frame: *mut Slot,
}

/// An instruction failed: the reason is [`Thread::pending`].
#[derive(Debug)]
pub(super) struct Raised;

/// How an instruction's work ends.
pub(super) type Done = Result<(), Raised>;

impl Thread {
    /// A thread at rest.
    ///
    /// # Safety
    /// `heap`, `loaded` and the registers outlive the thread and belong to it alone.
    pub(super) unsafe fn new(
        heap: NonNull<VmHeap>,
        loaded: NonNull<Loaded>,
        registers: (*mut Slot, *mut Slot),
        interrupts: InterruptHandle,
        types: Arc<TypeTable>,
    ) -> Thread {
        // SAFETY: the heap outlives the thread; the machine keeps no reference to it across calls of natives.
        let mut cx = unsafe { CallContext::new(heap, types, enter) };
        // SAFETY: the context is a thread's.
        unsafe { cx.set_enter_method(enter_method) };
        // SAFETY: the program is not borrowed anywhere else yet.
        let program = unsafe { &mut *loaded.as_ptr() };
        // SAFETY: nor is the heap.
        let range = unsafe { heap.as_ref() }.range();
        Thread {
            cx,
            interrupt: Arc::as_ptr(interrupts.flag()),
            interrupts,
            fuel: 0,
            limit: registers.1,
            callables: program.callables.as_slice().as_ptr(),
            constants: program.constants.as_ptr(),
            globals: program.globals.start(),
            globals_bytes: program.globals.len(),
            heap_start: range.start,
            heap_bytes: range.len(),
            base: ptr::null_mut(),
            ip: ptr::null(),
            native: ptr::null(),
            native_frame: ptr::null_mut(),
            returned: ptr::null(),
            heap: heap.as_ptr(),
            loaded: loaded.as_ptr(),
            method_cache: MethodCache::new(),
            suspended: Vec::new(),
            registers: registers.0,
            pending: None,
            panics: Panics::default(),
            elided: 0,
        }
    }
}

impl Thread {
    /// Looks at the program again, which has been extended.
    ///
    /// # Safety
    /// The thread is at rest; all that the program had it still has.
    pub(super) unsafe fn reload(&mut self) {
        // SAFETY: the program outlives the thread.
        let loaded = unsafe { &*self.loaded };
        self.callables = loaded.callables.as_slice().as_ptr();
        self.constants = loaded.constants.as_ptr();
        self.method_cache = MethodCache::new();
        // SAFETY: no native runs, and the new table has the types of the old one.
        unsafe { self.cx.set_types(Arc::clone(&loaded.program.types)) };
    }
}

/// Records what failed.
///
/// # Safety
/// `thread` is valid and not borrowed.
#[cold]
#[inline(never)]
pub(super) unsafe fn raise(thread: *mut Thread, message: impl Into<String>) -> Raised {
    // SAFETY: passed on.
    unsafe { raise_trap(thread, || Trap::new(message)) }
}

/// The same with a trap of any kind.
///
/// # Safety
/// As for [`raise`].
#[cold]
#[inline(never)]
pub(super) unsafe fn raise_trap(thread: *mut Thread, trap: impl FnOnce() -> Trap) -> Raised {
    // SAFETY: the caller vouches for the thread; the reference ends here.
    unsafe { (*thread).pending = Some(Panic::of_machine(trap())) };
    Raised
}

/// What the thread must end with, where someone asked it to stop; the request is thereby answered.
///
/// # Safety
/// `thread` is valid and not borrowed.
#[cold]
pub(super) unsafe fn take_interrupt(thread: *mut Thread) -> Option<TrapKind> {
    // SAFETY: the caller vouches for the thread; the reference ends here.
    let interrupts = unsafe { &(*thread).interrupts };
    interrupts.take()
}

/// An instruction at work outside of the run loop: its thread and its operands.
#[derive(Clone, Copy)]
pub(super) struct Step {
    pub(super) thread: *mut Thread,
    pub(super) insn: Insn,
}

/// All methods: the step was made by the run loop for the thread that runs, so [`Thread::base`] and [`Thread::ip`] are
/// those of the instruction, and its operands name registers of the frame, as the compiler promises.
impl Step {
    /// # Safety
    /// As for all methods of a step.
    pub(super) unsafe fn get(self, register: u16) -> Slot {
        // SAFETY: the register is in the frame.
        unsafe { *(*self.thread).base.add(register as usize) }
    }

    /// # Safety
    /// As for all methods of a step.
    pub(super) unsafe fn set(self, register: u16, value: Slot) {
        // SAFETY: the register is in the frame.
        unsafe { *(*self.thread).base.add(register as usize) = value }
    }

    /// An interface.
    ///
    /// # Safety
    /// As for all methods of a step.
    pub(super) unsafe fn pair(self, register: u16) -> [Slot; 2] {
        // SAFETY: both registers are in the frame.
        unsafe { [self.get(register), self.get(register + 1)] }
    }

    /// A value whose type takes this many slots.
    ///
    /// # Safety
    /// As for all methods of a step.
    pub(super) unsafe fn value(self, register: u16, slots: usize) -> [Slot; 2] {
        // SAFETY: its registers are in the frame.
        unsafe { [self.get(register), if slots == 2 { self.get(register + 1) } else { Slot::ZERO }] }
    }

    /// # Safety
    /// As for all methods of a step.
    pub(super) unsafe fn set_value(self, register: u16, slots: usize, value: [Slot; 2]) {
        // SAFETY: its registers are in the frame.
        unsafe {
            self.set(register, value[0]);
            if slots == 2 {
                self.set(register + 1, value[1]);
            }
        }
    }

    /// The registers from `register` on.
    ///
    /// # Safety
    /// As for all methods of a step; the slice is let go before anything writes registers.
    pub(super) unsafe fn run<'a>(self, register: u16, count: usize) -> &'a [Slot] {
        // SAFETY: the registers are in the frame, and the caller lets go in time.
        unsafe { std::slice::from_raw_parts((*self.thread).base.add(register as usize), count) }
    }

    /// The word that follows, or the one after it.
    ///
    /// # Safety
    /// As for all methods of a step, of an operation with so many words.
    pub(super) unsafe fn ext(self, number: usize) -> Insn {
        // SAFETY: the operation has so many words.
        unsafe { *(*self.thread).ip.add(number) }
    }

    /// # Safety
    /// As for all methods of a step; the reference is let go before the next call of anything that uses the heap.
    pub(super) unsafe fn heap<'a>(self) -> &'a mut VmHeap {
        // SAFETY: the heap outlives the thread, and the caller lets go in time.
        unsafe { &mut *(*self.thread).heap }
    }

    /// # Safety
    /// As for all methods of a step.
    pub(super) unsafe fn types<'a>(self) -> &'a TypeTable {
        // SAFETY: the program outlives the thread, and does not change while it runs.
        unsafe { &(*(*self.thread).loaded).program.types }
    }

    /// # Safety
    /// As for all methods of a step.
    pub(super) unsafe fn loaded<'a>(self) -> &'a Loaded {
        // SAFETY: the program outlives the thread; only its globals change, through pointers.
        unsafe { &*(*self.thread).loaded }
    }

    /// The type that the first word that follows names.
    ///
    /// # Safety
    /// As for all methods of a step.
    pub(super) unsafe fn ext_type(self) -> TypeId {
        // SAFETY: the operation has such a word.
        TypeId::from_number(unsafe { self.ext(0) }.index())
    }

    /// Makes a panic of the heap's error.
    ///
    /// # Safety
    /// As for all methods of a step.
    #[cold]
    pub(super) unsafe fn heap_error(self, error: HeapError) -> Raised {
        // SAFETY: the step's thread and program are valid.
        unsafe { raise_trap(self.thread, || error.trap(self.types())) }
    }

    /// # Safety
    /// As for all methods of a step.
    #[cold]
    pub(super) unsafe fn raise(self, message: impl Into<String>) -> Raised {
        // SAFETY: the step's thread is valid.
        unsafe { raise(self.thread, message) }
    }
}
