//! What a program may use up before it is ended.

use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::machine::InterruptHandle;

/// How much a program may use. Each limit ends what runs with a trap of its own kind, which `recover` does not stop.
/// The program can be called again afterwards.
///
/// ```
/// use vo_ffi::{ExternRegistry, TrapKind};
/// use vo_vm::{Input, Limits, Vm};
///
/// let limits = Limits { instructions: Some(1_000_000), ..Limits::default() };
/// let vm = Vm::new(ExternRegistry::from_inventory()).with_limits(limits);
/// let mut program = vm.load(&[Input::new("loop.vo", "package main\nfunc main() { for {} }")]).expect("no errors");
/// assert_eq!(program.run().unwrap_err().kind(), TrapKind::InstructionLimit);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// The bytes that its values may take. Without it: what `VO_MEMORY_LIMIT` says, else three quarters of the machine's.
    pub memory: Option<usize>,
    /// The instructions of the virtual machine that a run or a call may take, [`TrapKind::InstructionLimit`]. They are
    /// counted by stretches of code without jumps, and the same for every run. Natives are not counted.
    ///
    /// [`TrapKind::InstructionLimit`]: vo_ffi::TrapKind::InstructionLimit
    pub instructions: Option<u64>,
    /// The time that a run or a call may take, [`TrapKind::TimeLimit`]. It ends Vo code; a native or C function that
    /// takes longer is ended when it returns.
    ///
    /// [`TrapKind::TimeLimit`]: vo_ffi::TrapKind::TimeLimit
    pub time: Option<Duration>,
}

/// Ends a run at its time limit, unless it is dropped before.
pub(crate) struct Watchdog {
    interrupts: InterruptHandle,
    // Dropping it wakes the thread up.
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Watchdog {
    pub(crate) fn start(interrupts: &InterruptHandle, limit: Duration) -> Watchdog {
        let (stop, stopped) = mpsc::channel::<()>();
        let handle = interrupts.clone();
        let watch = move || {
            if stopped.recv_timeout(limit) == Err(RecvTimeoutError::Timeout) {
                handle.time_out();
            }
        };
        let thread = thread::Builder::new().name("vo-watchdog".into()).spawn(watch).ok();
        if thread.is_none() {
            // Without a thread nobody would end the run: better now than never.
            interrupts.time_out();
        }
        Watchdog { interrupts: interrupts.clone(), stop: Some(stop), thread }
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            // It cannot have panicked.
            let _ = thread.join();
        }
        self.interrupts.forget_time_out();
    }
}
