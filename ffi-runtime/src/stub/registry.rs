//! What all functions of a plan share: made once, freed when its last user goes.

use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, Weak};

use hashbrown::HashMap;
use hashbrown::hash_map::EntryRef;
use vo_ffi_core::c::CallPlan;

/// Things by the plan that they were made for. Each has the plan too, so none is copied.
pub(super) struct Shared<T>(LazyLock<Mutex<Plans<T>>>);

type Plans<T> = HashMap<Arc<CallPlan>, Weak<T>>;

impl<T> Shared<T> {
    pub(super) const fn new() -> Shared<T> {
        Shared(LazyLock::new(Mutex::default))
    }

    fn lock(&self) -> MutexGuard<'_, Plans<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The one of this plan; it is made where there is none.
    pub(super) fn find_or_make(
        &self,
        plan: &Arc<CallPlan>,
        make: impl FnOnce(&Arc<CallPlan>) -> Result<T, String>,
    ) -> Result<Arc<T>, String> {
        let mut shared = self.lock();
        let entry = shared.entry_ref(plan);
        if let EntryRef::Occupied(found) = &entry
            && let Some(found) = found.get().upgrade()
        {
            return Ok(found);
        }
        let made = Arc::new(make(plan)?);
        entry.insert(Arc::downgrade(&made));
        Ok(made)
    }

    /// To be called when the last user of one has gone.
    pub(super) fn forget(&self, plan: &Arc<CallPlan>) {
        let mut shared = self.lock();
        // Another one may have been made meanwhile.
        if let EntryRef::Occupied(found) = shared.entry_ref(plan)
            && found.get().strong_count() == 0
        {
            found.remove();
        }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.lock().len()
    }
}
