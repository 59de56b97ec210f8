//! Maps.

use std::fmt;
use std::marker::PhantomData;

use crate::convert::{FromVo, IntoVo, slots_of};
use crate::ctx::Access;
use crate::slot::Slot;
use crate::types::{TypeId, TypeKind};
use crate::unwind::raise;
use crate::value::VoValue;

/// A map of the VM, in place. It iterates in the order of insertion.
///
/// `VoMap<i64, VoString>` is a `map[int]string`, which is compared when the program is linked; a plain `VoMap` is of any
/// type, and compares keys and values in each use.
///
/// ```
/// use vo_ffi_core::{VoMap, VoString};
///
/// /// The word that is there most often.
/// fn commonest<'call>(counts: VoMap<'call, VoString<'call>, i64>) -> Option<VoString<'call>> {
///     counts.iter().max_by_key(|(_, count)| *count).map(|(word, _)| word)
/// }
/// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
/// # vm::run(|ctx| {
/// # let counts = vm::counts(ctx, &[("a", 2), ("the", 5)]);
/// // With `map[string]int{"a": 2, "the": 5}`:
/// assert_eq!((counts.len(), counts.is_empty(), counts.is_nil()), (2, false, false));
/// assert_eq!(commonest(counts).expect("a word").as_str(), "the");
/// # });
/// ```
pub struct VoMap<'call, K = VoValue<'call>, V = VoValue<'call>> {
    access: Access<'call>,
    slot: Slot,
    entry: PhantomData<fn(K) -> V>,
}

impl<K, V> Clone for VoMap<'_, K, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, V> Copy for VoMap<'_, K, V> {}

impl<'call, K, V> VoMap<'call, K, V> {
    /// # Safety
    /// `slot` is a map of the VM that stays alive for `'call`, whose keys and values `K` and `V` accept.
    pub(crate) unsafe fn from_slot(access: Access<'call>, slot: Slot) -> Self {
        VoMap { access, slot, entry: PhantomData }
    }

    /// As a value of any type.
    ///
    /// ```
    /// # use vo_ffi_core::VoValue;
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::run(|ctx| {
    /// # let counts = vm::counts(ctx, &[("a", 2)]);
    /// // With `map[string]int{"a": 2}`:
    /// let VoValue::Map(counts) = counts.into_value() else { panic!("a map") };
    /// let key = ctx.new_string("a").into();
    /// assert!(matches!(counts.get(key), Some(VoValue::Int(2))));
    /// # });
    /// ```
    pub fn into_value(self) -> VoValue<'call> {
        VoValue::Map(VoMap { access: self.access, slot: self.slot, entry: PhantomData })
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
    ///
    /// ```
    /// # use vo_ffi_core::TypeId;
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::run(|ctx| {
    /// let counts = ctx.new_map(TypeId::STRING, TypeId::INT);
    /// assert_eq!(counts.types(), Some((TypeId::STRING, TypeId::INT)));
    /// # });
    /// ```
    pub fn types(&self) -> Option<(TypeId, TypeId)> {
        // SAFETY: `from_slot` was promised a map.
        self.access.with_heap(|heap| unsafe { heap.map_types(self.slot) })
    }

    /// Its own type; [`TypeId::NIL`] where the program never names such a map.
    ///
    /// ```
    /// # use vo_ffi_core::TypeId;
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::run(|ctx| {
    /// // The program has a `map[string]int`, and no `map[int]string`.
    /// let counts = ctx.new_map(TypeId::STRING, TypeId::INT);
    /// assert_eq!(ctx.types().name(counts.type_id()), "map[string]int");
    /// assert_eq!(ctx.new_map(TypeId::INT, TypeId::STRING).type_id(), TypeId::NIL);
    /// # });
    /// ```
    pub fn type_id(&self) -> TypeId {
        let kind = self.types().map(|(key, value)| TypeKind::Map(key, value));
        kind.and_then(|kind| self.access.types().find(&kind)).unwrap_or(TypeId::NIL)
    }

    /// Its entries.
    ///
    /// ```
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::run(|ctx| {
    /// # let counts = vm::counts(ctx, &[("the", 5), ("a", 2)]);
    /// // With `map[string]int{"the": 5, "a": 2}`:
    /// let mut lines = String::new();
    /// for (word, count) in &counts {
    ///     lines += &format!("{word}: {count}\n");
    /// }
    /// assert_eq!(lines, "the: 5\na: 2\n");
    /// # });
    /// ```
    pub fn iter(&self) -> VoMapIter<'call, K, V> {
        VoMapIter { map: *self, cursor: 0 }
    }
}

impl<'call, K: IntoVo<'call>, V> VoMap<'call, K, V> {
    /// The value under a key.
    ///
    /// ```
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::run(|ctx| {
    /// # let counts = vm::counts(ctx, &[("a", 2)]);
    /// // With `map[string]int{"a": 2}`:
    /// assert_eq!(counts.get(ctx.new_string("a")), Some(2));
    /// assert_eq!(counts.get(ctx.new_string("b")), None);
    /// # });
    /// ```
    ///
    /// # Panics
    /// If the key is not of the map's key type, or the value is no `V`, as a string without UTF-8 is no `&str`; the script
    /// sees a trap.
    pub fn get(&self, key: K) -> Option<V>
    where
        V: FromVo<'call>,
    {
        let (key_ty, value_ty) = self.types()?;
        let key = self.part("key", key, key_ty);
        // SAFETY: `part` made a key of the map's type.
        let value = self.access.with_heap(|heap| unsafe { heap.map_get(self.slot, key) })?;
        // SAFETY: the map gave a value of its value type, which `V` accepts.
        let value = unsafe { V::from_slots(self.access, value_ty, &value) };
        Some(value.unwrap_or_else(|error| raise(format!("map value: {error}"))))
    }

    /// Puts an entry in.
    ///
    /// ```
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::run(|ctx| {
    /// # let mut counts = vm::counts(ctx, &[("a", 2)]);
    /// // With `map[string]int{"a": 2}`:
    /// counts.insert(ctx.new_string("a"), 3);
    /// assert_eq!((counts.get(ctx.new_string("a")), counts.len()), (Some(3), 1));
    /// # });
    /// ```
    ///
    /// # Panics
    /// If the map is nil, or a type is not the map's; the script sees a trap.
    pub fn insert(&mut self, key: K, value: V)
    where
        V: IntoVo<'call>,
    {
        let Some((key_ty, value_ty)) = self.types() else { raise("assignment to entry in nil map") };
        let (key, value) = (self.part("key", key, key_ty), self.part("value", value, value_ty));
        // SAFETY: the map is not nil, and `part` made a key and a value of its types.
        self.access.with_heap(|heap| unsafe { heap.map_insert(self.slot, key, value) });
    }

    fn part<T: IntoVo<'call>>(&self, what: &str, value: T, ty: TypeId) -> [Slot; 2] {
        slots_of(value, self.access, ty).unwrap_or_else(|error| raise(format!("map {what}: {error}")))
    }
}

impl<'call, K: FromVo<'call>, V: FromVo<'call>> IntoIterator for &VoMap<'call, K, V> {
    type Item = (K, V);
    type IntoIter = VoMapIter<'call, K, V>;

    fn into_iter(self) -> VoMapIter<'call, K, V> {
        self.iter()
    }
}

/// The entries of a [`VoMap`].
///
/// ```
/// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
/// # vm::run(|ctx| {
/// # let counts = vm::counts(ctx, &[("the", 5), ("a", 2)]);
/// // With `map[string]int{"the": 5, "a": 2}`:
/// let mut entries = counts.iter();
/// assert_eq!(entries.next().expect("the first").1, 5);
/// let rest = entries.clone();
/// assert_eq!((entries.count(), rest.count()), (1, 1));
/// # });
/// ```
#[derive(Debug)]
pub struct VoMapIter<'call, K = VoValue<'call>, V = VoValue<'call>> {
    map: VoMap<'call, K, V>,
    cursor: usize,
}

impl<K, V> Clone for VoMapIter<'_, K, V> {
    fn clone(&self) -> Self {
        VoMapIter { map: self.map, cursor: self.cursor }
    }
}

impl<'call, K: FromVo<'call>, V: FromVo<'call>> Iterator for VoMapIter<'call, K, V> {
    type Item = (K, V);

    /// # Panics
    /// Where a key is no `K` or a value no `V`; the script sees a trap.
    fn next(&mut self) -> Option<Self::Item> {
        let (key_ty, value_ty) = self.map.types()?;
        let access = self.map.access;
        // SAFETY: a `VoMap` holds a map.
        let entry = access.with_heap(|heap| unsafe { heap.map_next(self.map.slot, self.cursor) })?;
        self.cursor = entry.next;
        // SAFETY: the map gave an entry of its own types, which `K` and `V` accept.
        let (key, value) = unsafe {
            (K::from_slots(access, key_ty, &entry.key), V::from_slots(access, value_ty, &entry.value))
        };
        Some((
            key.unwrap_or_else(|error| raise(format!("map key: {error}"))),
            value.unwrap_or_else(|error| raise(format!("map value: {error}"))),
        ))
    }
}

impl<K, V> fmt::Debug for VoMap<'_, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entries: VoMap<'_> = VoMap { access: self.access, slot: self.slot, entry: PhantomData };
        f.debug_map().entries(entries.iter()).finish()
    }
}
