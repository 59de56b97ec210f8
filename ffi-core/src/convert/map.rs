//! Rust's maps as parameters and results: copies of the script's.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash};

use crate::convert::{Arg, FromVo, IntoVo, Unfit, slots_of};
use crate::ctx::Access;
use crate::error::Mismatch;
use crate::slot::Slot;
use crate::spec::TypeSpec;
use crate::types::{TypeId, TypeKind};

/// A Rust type that can be a key of a map that a native takes or returns.
///
/// ```
/// use std::collections::BTreeMap;
/// use vo_ffi_core::{FromVo, IntoVo, MapKey};
///
/// /// `extern func Invert(map[K]V) map[V]K` for keys and values of any such types.
/// fn invert<K: MapKey, V: MapKey>(map: BTreeMap<K, V>) -> BTreeMap<V, K> {
///     map.into_iter().map(|(key, value)| (value, key)).collect()
/// }
/// let inverse = invert(BTreeMap::from([("a".to_string(), 1_i64)]));
/// assert_eq!(inverse, BTreeMap::from([(1, "a".to_string())]));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a key of a map",
    label = "not a key type",
    note = "keys are bool, char, i8 to i64, u8 to u64, &str and String",
    note = "for keys of another type take a `VoMap`"
)]
pub trait MapKey: Eq + Hash + Ord {}

macro_rules! keys {
    ($($ty:ty),*) => { $(impl MapKey for $ty {})* };
}

keys!(bool, char, i8, i16, i32, i64, u8, u16, u32, u64, &str, String);

/// All entries of a map argument.
///
/// # Safety
/// `arg` is a map whose keys `K` and whose values `V` accepts.
unsafe fn entries<'call, K: FromVo<'call>, V: FromVo<'call>>(
    arg: Arg<'call>,
    mut put: impl FnMut(K, V),
) -> Result<(), Mismatch> {
    let TypeKind::Map(key_type, value_type) = *arg.access.types().kind(arg.ty) else { return Ok(()) };
    // SAFETY: the caller vouches for a map.
    let map = unsafe { *arg.at };
    let mut cursor = 0;
    // SAFETY: as above; the map gives entries of its own types.
    while let Some(entry) = arg.access.with_heap(|heap| unsafe { heap.map_next(map, cursor) }) {
        cursor = entry.next;
        // SAFETY: as above.
        unsafe {
            let key = K::from_slots(arg.access, key_type, &entry.key);
            let value = V::from_slots(arg.access, value_type, &entry.value);
            put(
                key.map_err(|error| error.within(format_args!("key")))?,
                value.map_err(|error| error.within(format_args!("value")))?,
            );
        }
    }
    Ok(())
}

/// A new map with these entries.
fn map_of<'call, K: IntoVo<'call>, V: IntoVo<'call>>(
    access: Access<'call>,
    ty: TypeId,
    entries: impl Iterator<Item = (K, V)>,
) -> Result<[Slot; 1], Unfit> {
    let TypeKind::Map(key_type, value_type) = *access.types().kind(ty) else {
        return Err(Mismatch::new(access.types().name(ty), "a map").into());
    };
    let map = access.with_heap(|heap| heap.new_map(key_type, value_type));
    access.hand_out(map);
    for (key, value) in entries {
        let key = slots_of(key, access, key_type)?;
        let value = slots_of(value, access, value_type)?;
        // SAFETY: the map is new, and the slots are of its types, which `K` and `V` accept.
        access.with_heap(|heap| unsafe { heap.map_insert(map, key, value) });
    }
    Ok([map])
}

impl<'call, K, V, S> FromVo<'call> for HashMap<K, V, S>
where
    K: FromVo<'call> + MapKey,
    V: FromVo<'call>,
    S: BuildHasher + Default,
{
    const TYPE: TypeSpec = TypeSpec::MapOf(&K::TYPE, &V::TYPE);
    const BORROWS_ELEMENTS: bool = V::BORROWS_ELEMENTS;
    const OWNED: bool = K::OWNED && V::OWNED;

    unsafe fn from_vo(arg: Arg<'call>) -> Result<Self, Mismatch> {
        let mut map = HashMap::default();
        // SAFETY: the caller vouches for a map of these types.
        unsafe { entries(arg, |key, value| drop(map.insert(key, value)))? };
        Ok(map)
    }
}

impl<'call, K: FromVo<'call> + MapKey, V: FromVo<'call>> FromVo<'call> for BTreeMap<K, V> {
    const TYPE: TypeSpec = TypeSpec::MapOf(&K::TYPE, &V::TYPE);
    const BORROWS_ELEMENTS: bool = V::BORROWS_ELEMENTS;
    const OWNED: bool = K::OWNED && V::OWNED;

    unsafe fn from_vo(arg: Arg<'call>) -> Result<Self, Mismatch> {
        let mut map = BTreeMap::new();
        // SAFETY: the caller vouches for a map of these types.
        unsafe { entries(arg, |key, value| drop(map.insert(key, value)))? };
        Ok(map)
    }
}

/// The script sees the entries in the order of their keys.
impl<'call, K, V, S> IntoVo<'call> for HashMap<K, V, S>
where
    K: IntoVo<'call> + MapKey,
    V: IntoVo<'call>,
{
    const TYPE: TypeSpec = TypeSpec::MapOf(&K::TYPE, &V::TYPE);
    type Raw = [Slot; 1];

    fn into_slots(self, access: Access<'call>, ty: TypeId) -> Result<[Slot; 1], Unfit> {
        let sorted: BTreeMap<K, V> = self.into_iter().collect();
        map_of(access, ty, sorted.into_iter())
    }
}

impl<'call, K: IntoVo<'call> + MapKey, V: IntoVo<'call>> IntoVo<'call> for BTreeMap<K, V> {
    const TYPE: TypeSpec = TypeSpec::MapOf(&K::TYPE, &V::TYPE);
    type Raw = [Slot; 1];

    fn into_slots(self, access: Access<'call>, ty: TypeId) -> Result<[Slot; 1], Unfit> {
        map_of(access, ty, self.into_iter())
    }
}
