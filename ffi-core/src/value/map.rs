//! Maps.

use std::fmt;

use crate::ctx::Access;
use crate::slot::Slot;
use crate::types::{TypeId, TypeKind};
use crate::unwind::raise;
use crate::value::VoValue;

/// A map of the VM. It iterates in the order of insertion.
#[derive(Clone, Copy)]
pub struct VoMap<'call> {
    access: Access<'call>,
    slot: Slot,
}

impl<'call> VoMap<'call> {
    /// # Safety
    /// `slot` is a map of the VM that stays alive for `'call`.
    pub(crate) unsafe fn from_slot(access: Access<'call>, slot: Slot) -> VoMap<'call> {
        VoMap { access, slot }
    }

    pub(crate) fn slot(&self) -> Slot {
        self.slot
    }

    /// Whether it is nil.
    pub fn is_nil(&self) -> bool {
        self.slot == Slot::ZERO
    }

    /// How many entries it has.
    pub fn len(&self) -> usize {
        // SAFETY: `from_slot` was promised a map.
        self.access.with_heap(|heap| unsafe { heap.map_len(self.slot) })
    }

    /// Whether it has no entry.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The types of its keys and its values; `None` for nil.
    pub fn types(&self) -> Option<(TypeId, TypeId)> {
        // SAFETY: `from_slot` was promised a map.
        self.access.with_heap(|heap| unsafe { heap.map_types(self.slot) })
    }

    /// Its own type; [`TypeId::NIL`] where the program never names such a map.
    pub fn type_id(&self) -> TypeId {
        let kind = self.types().map(|(key, value)| TypeKind::Map(key, value));
        kind.and_then(|kind| self.access.types().find(&kind)).unwrap_or(TypeId::NIL)
    }

    /// The value under a key.
    ///
    /// # Panics
    /// If the key is not of the map's key type; the script sees a trap.
    pub fn get(&self, key: VoValue<'call>) -> Option<VoValue<'call>> {
        let (key_ty, value_ty) = self.types()?;
        let key =
            key.to_slots(self.access, key_ty).unwrap_or_else(|error| raise(format!("map key: {error}")));
        // SAFETY: `to_slots` made a key of the map's type.
        let value = self.access.with_heap(|heap| unsafe { heap.map_get(self.slot, key) })?;
        // SAFETY: the map gave a value of its value type.
        Some(unsafe { VoValue::from_slots(self.access, value_ty, value) })
    }

    /// Puts an entry in.
    ///
    /// # Panics
    /// If the map is nil, or a type is not the map's; the script sees a trap.
    pub fn insert(&mut self, key: VoValue<'call>, value: VoValue<'call>) {
        let Some((key_ty, value_ty)) = self.types() else { raise("assignment to entry in nil map") };
        let key =
            key.to_slots(self.access, key_ty).unwrap_or_else(|error| raise(format!("map key: {error}")));
        let value = value
            .to_slots(self.access, value_ty)
            .unwrap_or_else(|error| raise(format!("map value: {error}")));
        // SAFETY: the map is not nil, and `to_slots` made a key and a value of its types.
        self.access.with_heap(|heap| unsafe { heap.map_insert(self.slot, key, value) });
    }

    /// Its entries.
    pub fn iter(&self) -> VoMapIter<'call> {
        VoMapIter { map: *self, cursor: 0 }
    }
}

impl<'call> IntoIterator for &VoMap<'call> {
    type Item = (VoValue<'call>, VoValue<'call>);
    type IntoIter = VoMapIter<'call>;

    fn into_iter(self) -> VoMapIter<'call> {
        self.iter()
    }
}

/// The entries of a [`VoMap`].
#[derive(Clone, Debug)]
pub struct VoMapIter<'call> {
    map: VoMap<'call>,
    cursor: usize,
}

impl<'call> Iterator for VoMapIter<'call> {
    type Item = (VoValue<'call>, VoValue<'call>);

    fn next(&mut self) -> Option<Self::Item> {
        let (key_ty, value_ty) = self.map.types()?;
        let access = self.map.access;
        // SAFETY: a `VoMap` holds a map.
        let entry = access.with_heap(|heap| unsafe { heap.map_next(self.map.slot, self.cursor) })?;
        self.cursor = entry.next;
        // SAFETY: the map gave an entry of its own types.
        Some(unsafe {
            (
                VoValue::from_slots(access, key_ty, entry.key),
                VoValue::from_slots(access, value_ty, entry.value),
            )
        })
    }
}

impl fmt::Debug for VoMap<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}
