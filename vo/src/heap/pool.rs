//! Work that markers on several threads share: who has much gives some of it to who has none.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::mark::Work;

/// What nobody works on yet.
pub(super) struct Pool {
    state: Mutex<State>,
    given: Condvar,
    /// Whether somebody waits for work.
    hungry: AtomicBool,
}

struct State {
    work: Vec<Work>,
    markers: usize,
    waiting: usize,
}

impl Pool {
    /// The pool of a single marker.
    pub(super) fn new() -> Pool {
        let state = State { work: Vec::new(), markers: 1, waiting: 0 };
        Pool { state: Mutex::new(state), given: Condvar::new(), hungry: AtomicBool::new(false) }
    }

    /// Counts one more marker, or one less. Before the first has finished, so that nobody ends too early.
    pub(super) fn join(&self) {
        self.state().markers += 1;
    }

    /// Undoes a [`Pool::join`].
    pub(super) fn leave(&self) {
        self.state().markers -= 1;
    }

    /// Whether somebody waits for work.
    #[inline]
    pub(super) fn is_hungry(&self) -> bool {
        self.hungry.load(Ordering::Relaxed)
    }

    /// Gives the older half of the work away: what was found first leads to most.
    #[cold]
    pub(super) fn give(&self, work: &mut Vec<Work>) {
        let mut state = self.state();
        state.work.extend(work.drain(..work.len() / 2));
        self.hungry.store(false, Ordering::Relaxed);
        self.given.notify_all();
    }

    /// Waits for work, and takes a share of it. False where all wait: then there is none left.
    #[cold]
    pub(super) fn take(&self, work: &mut Vec<Work>) -> bool {
        let mut state = self.state();
        state.waiting += 1;
        while state.work.is_empty() {
            if state.waiting == state.markers {
                self.given.notify_all();
                return false;
            }
            self.hungry.store(true, Ordering::Relaxed);
            state = self.given.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.waiting -= 1;
        let share = state.work.len().div_ceil(state.markers);
        let rest = state.work.len() - share;
        work.extend(state.work.drain(rest..));
        true
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
