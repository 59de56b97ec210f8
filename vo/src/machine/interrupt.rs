//! How a running program is asked to stop.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use vo_ffi::TrapKind;

/// Asks a program to stop: from another thread, or from a signal handler through its flag.
///
/// A request that comes while nothing runs ends the next run as soon as it starts.
///
/// ```
/// use std::time::Duration;
/// use vo_ffi::{ExternRegistry, TrapKind};
/// use vo_vm::{Input, Vm};
///
/// let vm = Vm::new(ExternRegistry::from_inventory());
/// let mut program = vm.load(&[Input::new("loop.vo", "package main\nfunc main() { for {} }")]).expect("no errors");
/// let handle = program.interrupt();
/// std::thread::spawn(move || {
///     std::thread::sleep(Duration::from_millis(10));
///     handle.interrupt();
/// });
/// assert_eq!(program.run().unwrap_err().kind(), TrapKind::Interrupted);
/// ```
#[derive(Clone, Debug, Default)]
pub struct InterruptHandle {
    flag: Arc<AtomicBool>,
    timed_out: Arc<AtomicBool>,
}

impl InterruptHandle {
    /// Ends what runs, with a trap of the kind [`TrapKind::Interrupted`].
    pub fn interrupt(&self) {
        self.flag.store(true, Ordering::Relaxed);
    }

    /// What [`InterruptHandle::interrupt`] sets, for those who need it as it is: handlers of signals.
    pub fn flag(&self) -> &Arc<AtomicBool> {
        &self.flag
    }

    /// Ends what runs, with a trap of the kind [`TrapKind::TimeLimit`].
    pub(crate) fn time_out(&self) {
        self.timed_out.store(true, Ordering::Relaxed);
        self.flag.store(true, Ordering::Release);
    }

    /// Withdraws what [`InterruptHandle::time_out`] asked for, where it came too late.
    pub(crate) fn forget_time_out(&self) {
        if self.timed_out.swap(false, Ordering::Relaxed) {
            self.flag.store(false, Ordering::Relaxed);
        }
    }

    /// Answers a request: what the run ends with.
    pub(super) fn take(&self) -> Option<TrapKind> {
        if !self.flag.swap(false, Ordering::Acquire) {
            return None;
        }
        Some(match self.timed_out.swap(false, Ordering::Relaxed) {
            true => TrapKind::TimeLimit,
            false => TrapKind::Interrupted,
        })
    }
}
