//! The machine: runs bytecode over a register file, calls everything through one ABI.

mod callables;
mod enter;
mod globals;
mod handlers;
mod interrupt;
mod load;
mod method_entry;
mod methods;
mod ops;
mod panics;
mod passed;
mod pointed;
mod print;
mod register_file;
mod roots;
mod state;
#[cfg(test)]
mod tests;
mod thread;
mod unwind;

use std::fmt;
use std::io;
use std::ptr::{self, NonNull};
use std::sync::Arc;

use vo_ffi::{CallArgs, CallContext, CallResults, Callee, Slot, Status, Trap, TypeTable, TypedCall};

use crate::bytecode::{Function, Program};
use crate::heap::{VmHeap, memory_limit};
use crate::host::Host;
pub(crate) use callables::MISSING;
use globals::Globals;
pub use interrupt::InterruptHandle;
use load::Loaded;
use register_file::RegisterFile;
use thread::Thread;

/// A program, its heap, and the thread that runs it.
pub struct Machine {
    // Each of the three is used through raw pointers while the program runs, so none may be a Box.
    thread: NonNull<Thread>,
    loaded: NonNull<Loaded>,
    heap: NonNull<VmHeap>,
    interrupts: InterruptHandle,
    _registers: RegisterFile,
}

/// Why a machine could not be made.
#[derive(Debug)]
#[non_exhaustive]
pub enum LoadError {
    /// The system gave no memory.
    Memory(io::Error),
    /// The program is malformed: a fault of the compiler.
    Program(String),
    /// Its package-level variables take more than so many bytes.
    Globals {
        /// What was reserved when the machine was made.
        limit: usize,
    },
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LoadError::Memory(error) => write!(f, "no memory for the machine: {error}"),
            LoadError::Program(what) => write!(f, "malformed bytecode: {what}"),
            LoadError::Globals { limit } => {
                write!(f, "package-level variables take more than {} MiB", limit >> 20)
            }
        }
    }
}

impl std::error::Error for LoadError {}

impl Machine {
    /// Loads a program. `externs` are the callees of [`Program::externs`], in order. With `VO_GC_STRESS=1` in the
    /// environment the heap collects at every allocation, with `VO_GC_TRACE=1` each collection is told on stderr; it takes [`memory_limit`] bytes at most.
    ///
    /// # Errors
    /// Where there is no memory, or the bytecode is malformed.
    ///
    /// # Safety
    /// The bytecode was made by the compiler, and each callee has the type that its declaration says
    /// and outlives the machine.
    pub unsafe fn new(program: Program, externs: &[*const Callee]) -> Result<Machine, LoadError> {
        let mut machine = Machine::empty(Arc::clone(&program.types), program.globals_size as usize)?;
        // SAFETY: the caller's promise is that of `extend`.
        unsafe { machine.extend(program, externs)? };
        Ok(machine)
    }

    /// A machine without a program, with room for so many bytes of package-level variables.
    ///
    /// # Errors
    /// Where there is no memory.
    pub fn empty(types: Arc<TypeTable>, globals: usize) -> Result<Machine, LoadError> {
        let mut heap = Box::new(VmHeap::new(Arc::clone(&types)).map_err(LoadError::Memory)?);
        heap.set_limit(memory_limit());
        let is_set = |variable| std::env::var_os(variable).is_some_and(|value| value == "1");
        heap.set_stress(is_set("VO_GC_STRESS"));
        heap.set_trace(is_set("VO_GC_TRACE"));
        let mut registers = RegisterFile::new().map_err(LoadError::Memory)?;
        let globals = Globals::new(globals).map_err(LoadError::Memory)?;
        let loaded = Box::new(Loaded::new(Arc::clone(&types), globals));
        let interrupts = InterruptHandle::default();
        let (heap, loaded) = (leak(heap), leak(loaded));
        let ends = (registers.start(), registers.limit());
        // SAFETY: all three live until the machine is dropped, and the thread has them to itself.
        let mut thread = unsafe { Thread::new(heap, loaded, ends, interrupts.clone(), types) };
        thread.cx.set_state(Host::default());
        let thread = leak(Box::new(thread));
        // SAFETY: the heap is dropped together with the thread, and nothing refers to it now.
        unsafe { (*heap.as_ptr()).set_roots(thread.as_ptr().cast_const()) };
        Ok(Machine { thread, loaded, heap, interrupts, _registers: registers })
    }

    /// Takes a program that has all that the machine's has and more; of functions it has the new ones alone, and
    /// its entry is the next to run. Where an old number calls another function of the same type now, all that
    /// called the old one call that. Nothing changes where there is an error.
    ///
    /// # Errors
    /// Where variables have no room, or the bytecode is malformed.
    ///
    /// # Safety
    /// As for [`Machine::new`].
    pub unsafe fn extend(&mut self, program: Program, externs: &[*const Callee]) -> Result<(), LoadError> {
        let types = Arc::clone(&program.types);
        // SAFETY: the machine is borrowed, so nothing of it runs, and what runs it has is at rest.
        unsafe {
            self.loaded.as_mut().extend(program, externs, self.heap.as_mut())?;
            self.heap.as_mut().set_types(types);
            self.thread.as_mut().reload();
        }
        Ok(())
    }

    /// Runs the program's entry: initialises the packages, or goes on with a session.
    ///
    /// # Errors
    /// The panic that ended it, with its trace.
    pub fn run_entry(&mut self) -> Result<(), Trap> {
        let loaded = self.loaded();
        let callee = ptr::from_ref(&*loaded.functions[loaded.program.entry as usize]).cast();
        // SAFETY: the entry has no parameters and no results.
        unsafe { self.enter(callee, &[], &mut []) }
    }

    /// Runs `main.main`, where there is one. The packages are initialised.
    ///
    /// # Errors
    /// The panic that ended the program, with its trace.
    pub fn run_main(&mut self) -> Result<(), Trap> {
        let loaded = self.loaded();
        let Some(main) = loaded.program.main else { return Ok(()) };
        let callee = loaded.callables.as_slice()[main as usize];
        // SAFETY: the checker has seen to it that `main` has no parameters and no results.
        unsafe { self.enter(callee, &[], &mut []) }
    }

    /// The names and the types of all functions but closures, with their numbers.
    pub(crate) fn functions(&self) -> impl Iterator<Item = (usize, &Function)> {
        let sources = self.loaded().functions.iter().map(|function| &function.source);
        sources.enumerate().filter(|(_, function)| !function.has_captures)
    }

    /// Calls a function of the program.
    ///
    /// # Errors
    /// The panic that ended it, or that an argument or result cannot be converted.
    ///
    /// # Safety
    /// `call` was checked with the type of the function of this machine that has this number.
    pub(crate) unsafe fn call_typed<A, R>(
        &mut self,
        function: usize,
        call: &TypedCall<A, R>,
        args: A,
    ) -> Result<R, Trap>
    where
        A: for<'call> CallArgs<'call>,
        R: for<'call> CallResults<'call>,
    {
        let thread = self.thread.as_ptr();
        let callee = ptr::from_ref(&*self.loaded().functions[function]).cast();
        // SAFETY: the thread is at rest, and nothing refers to it; the caller vouches for the types.
        unsafe {
            rest(thread);
            call.call(thread.cast(), args, |args, results| {
                enter::enter_callee(thread, callee, Slot::ZERO, args, results)
            })
        }
    }

    /// How many instructions may run from now on, in a program that counts them.
    pub(crate) fn set_fuel(&mut self, instructions: u64) {
        // SAFETY: the machine is borrowed, so nothing of it runs.
        unsafe { self.thread.as_mut() }.fuel = instructions;
    }

    /// What natives see of the machine, while nothing runs.
    pub(crate) fn context(&self) -> &CallContext {
        // SAFETY: the machine is borrowed, so nothing of it runs.
        unsafe { &self.thread.as_ref().cx }
    }

    /// The same, to be changed.
    pub(crate) fn context_mut(&mut self) -> &mut CallContext {
        // SAFETY: the machine is borrowed, so nothing of it runs.
        unsafe { &mut self.thread.as_mut().cx }
    }

    /// The program, without its functions, which the machine has made its own.
    pub(crate) fn program(&self) -> &Program {
        &self.loaded().program
    }

    fn loaded(&self) -> &Loaded {
        // SAFETY: the program does not change but for its globals, which are reached through pointers.
        unsafe { self.loaded.as_ref() }
    }

    /// Calls a function of the program by its name, `main.f`.
    ///
    /// # Errors
    /// The panic that ended it, or that there is no such function.
    ///
    /// # Safety
    /// `args` are values of the types that the function declares. References among the results live until
    /// the machine runs again.
    pub unsafe fn call(&mut self, name: &str, args: &[Slot]) -> Result<Vec<Slot>, Trap> {
        // SAFETY: the program lives as long as the machine, and does not change.
        let loaded = unsafe { self.loaded.as_ref() };
        let function = loaded.functions.iter().find(|function| function.source.name == name);
        let function = function.ok_or_else(|| Trap::new(format!("there is no function {name}")))?;
        let plan = &function.callee.plan;
        if args.len() != plan.arg_slots as usize {
            return Err(Trap::new(format!("{name} takes {} slots, not {}", plan.arg_slots, args.len())));
        }
        let mut results = vec![Slot::ZERO; plan.result_slots as usize];
        // SAFETY: the counts fit, the caller vouches for the types.
        unsafe { self.enter(&function.callee, args, &mut results)? };
        Ok(results)
    }

    /// What asks the program to stop.
    pub fn interrupts(&self) -> &InterruptHandle {
        &self.interrupts
    }

    /// The heap, while nothing runs.
    pub fn heap(&mut self) -> &mut VmHeap {
        // SAFETY: the machine is borrowed, so nothing of it runs.
        unsafe { self.heap.as_mut() }
    }

    /// # Safety
    /// `args` and `results` fit `callee`.
    unsafe fn enter(
        &mut self,
        callee: *const Callee,
        args: &[Slot],
        results: &mut [Slot],
    ) -> Result<(), Trap> {
        let thread = self.thread.as_ptr();
        // SAFETY: the thread is at rest; the caller vouches for the rest.
        unsafe {
            rest(thread);
            match enter::enter_callee(thread, callee, Slot::ZERO, args, results) {
                Status::Ok => Ok(()),
                _ => Err(unwind::take_trap(thread)),
            }
        }
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        // SAFETY: the three were leaked from boxes by `new`; the thread refers to the others, so it goes first.
        unsafe {
            drop(Box::from_raw(self.thread.as_ptr()));
            drop(Box::from_raw(self.heap.as_ptr()));
            drop(Box::from_raw(self.loaded.as_ptr()));
        }
    }
}

impl fmt::Debug for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Machine").finish_non_exhaustive()
    }
}

/// Forgets what the last run has left.
///
/// # Safety
/// `thread` is valid and runs nothing.
unsafe fn rest(thread: *mut Thread) {
    // SAFETY: by the caller's promise.
    unsafe {
        (*thread).native_frame = (*thread).registers;
        (*thread).panics.clear();
    }
}

fn leak<T>(value: Box<T>) -> NonNull<T> {
    NonNull::from(Box::leak(value))
}
