//! What calls name by number.

use vo_ffi::{Callee, Slot};

/// What the target of a callee is that stands for a function which is not there.
pub(crate) static MISSING: u8 = 0;

/// The table of callees. An entry is a func object without captures, too, so none moves: where the table has to
/// grow, the old one stays beside it.
#[derive(Debug, Default)]
pub(super) struct Callables {
    present: Vec<*const Callee>,
    /// Former tables; func values point into them.
    former: Vec<Vec<*const Callee>>,
}

impl Callables {
    /// Adds entries.
    pub(super) fn extend(&mut self, new: &[*const Callee]) {
        if self.present.len() + new.len() > self.present.capacity() {
            // Tables that double take no more than twice the room of the last.
            let mut grown = Vec::with_capacity((2 * self.present.len()).max(self.present.len() + new.len()));
            grown.extend_from_slice(&self.present);
            self.former.push(std::mem::replace(&mut self.present, grown));
        }
        self.present.extend_from_slice(new);
    }

    /// Puts another callee of the same type in the place of one: all that call it, call that one from now on.
    pub(super) fn replace(&mut self, index: usize, callee: *const Callee) {
        let tables = self.former.iter_mut().chain([&mut self.present]);
        tables.filter_map(|table| table.get_mut(index)).for_each(|entry| *entry = callee);
    }

    /// The table; it stays where it is until it is extended.
    pub(super) fn as_slice(&self) -> &[*const Callee] {
        &self.present
    }

    /// Whether the entry stands for a function that is not there: its func value is nil.
    pub(super) fn is_missing(&self, index: usize) -> bool {
        // SAFETY: an entry is a callee that outlives the machine.
        unsafe { (*self.present[index]).target == (&raw const MISSING).cast() }
    }

    /// The func value of an entry, without captures.
    pub(super) fn func_value(&self, index: usize) -> Slot {
        Slot::from_ptr(&self.present[index])
    }
}
