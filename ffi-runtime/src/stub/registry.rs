//! What all functions of a plan share: made once, freed when its last user goes.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, Weak};

use vo_ffi_core::c::CallPlan;

/// Things by the plan that they were made for.
pub(super) struct Shared<T>(LazyLock<Mutex<HashMap<CallPlan, Weak<T>>>>);

impl<T> Shared<T> {
    pub(super) const fn new() -> Shared<T> {
        Shared(LazyLock::new(Mutex::default))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<CallPlan, Weak<T>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The one of this plan; it is made where there is none.
    pub(super) fn find_or_make(
        &self,
        plan: &CallPlan,
        make: impl FnOnce(&CallPlan) -> Result<T, String>,
    ) -> Result<Arc<T>, String> {
        let mut shared = self.lock();
        if let Some(found) = shared.get(plan).and_then(Weak::upgrade) {
            return Ok(found);
        }
        let made = Arc::new(make(plan)?);
        shared.insert(plan.clone(), Arc::downgrade(&made));
        Ok(made)
    }

    /// To be called when the last user of one has gone.
    pub(super) fn forget(&self, plan: &CallPlan) {
        let mut shared = self.lock();
        // Another one may have been made meanwhile.
        if shared.get(plan).is_some_and(|one| one.strong_count() == 0) {
            shared.remove(plan);
        }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.lock().len()
    }
}
