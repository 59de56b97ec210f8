//! Maps: the operations of the language on a map's slot.

use std::hash::{BuildHasher, Hasher};

use vo_ffi::{RawEntry, Slot, TypeId};

use super::layout::{Form, ShapeId};
use super::map_table::{KeyKind, MapTable};
use super::objects::string_bytes;
use super::values::{hash_bits, scalars_equal};
use super::{HeapError, VmHeap};

/// What [`VmHeap::map_peek`] points to where there is no entry: a zero value of one or two slots.
pub static NO_VALUE: [Slot; 2] = [Slot::ZERO; 2];

/// The table of a map that is not nil.
///
/// # Safety
/// `map` is a map's slot and not 0; no other reference to its table is in use.
#[inline]
unsafe fn table<'a>(map: Slot) -> &'a mut MapTable {
    // SAFETY: the cell of a map points to its table as long as the map is reachable.
    unsafe { &mut **map.as_ptr::<*mut MapTable>() }
}

impl VmHeap {
    /// A new empty map.
    pub fn alloc_map(&mut self, key: TypeId, value: TypeId) -> Result<Slot, HeapError> {
        let kind = match self.layouts.row(key).form {
            Form::Scalar(scalar) if scalar.is_float() => KeyKind::Float(scalar),
            Form::Scalar(_) | Form::Reference => KeyKind::Word,
            Form::String => KeyKind::String,
            Form::Interface | Form::Image => KeyKind::Other,
        };
        let words = |ty| if self.layouts.row(ty).form == Form::Interface { 2 } else { 1 };
        let table = MapTable::new(key, value, kind, words(key), words(value));
        self.safepoint(table.bytes());
        let cell = self.alloc_now(16, ShapeId::MAP)?.cast::<*mut MapTable>();
        // A cell that is marked as a map's must own a table, so nothing may fail from here on.
        self.allocated += table.bytes();
        // SAFETY: the cell is new and of two words.
        unsafe { cell.write(Box::into_raw(Box::new(table))) };
        self.maps.push(cell);
        Ok(Slot::from_ptr(cell))
    }

    /// `len(map)`; 0 for nil.
    ///
    /// # Safety
    /// `map` is a map's slot.
    #[inline]
    pub unsafe fn map_len(&self, map: Slot) -> usize {
        // SAFETY: the caller vouches for the map.
        if map == Slot::ZERO { 0 } else { unsafe { table(map) }.len() }
    }

    /// The types of keys and values; `None` for nil.
    ///
    /// # Safety
    /// `map` is a map's slot.
    pub unsafe fn map_types(&self, map: Slot) -> Option<(TypeId, TypeId)> {
        // SAFETY: the caller vouches for the map.
        (map != Slot::ZERO).then(|| unsafe { (table(map).key, table(map).value) })
    }

    /// `map[key]`: a struct or an array is not copied; its image never changes.
    ///
    /// # Safety
    /// `map` is a map's slot, `key` a value of its key type.
    #[inline]
    pub unsafe fn map_lookup(&self, map: Slot, key: [Slot; 2]) -> Result<Option<[Slot; 2]>, HeapError> {
        if map == Slot::ZERO {
            return Ok(None);
        }
        // SAFETY: the caller vouches for the map and the key.
        unsafe {
            let table = table(map);
            let (_, found) = self.find_key(table, key)?;
            Ok(found.map(|position| table.value_at(position)))
        }
    }

    /// The same for the commonest keys, numbers and strings: where the value's slots are, [`NO_VALUE`] where there is no
    /// such entry. Null for nil and where it takes longer. The address is good until the map is next changed.
    ///
    /// # Safety
    /// `map` is a map's slot, `key` the first slot of a value of its key type.
    #[inline]
    pub unsafe fn map_peek(&self, map: Slot, key: Slot) -> *const Slot {
        if map == Slot::ZERO {
            return std::ptr::null();
        }
        // SAFETY: the caller vouches for the map.
        let table = unsafe { table(map) };
        let (_, found) = match table.kind {
            KeyKind::Word => self.find_word(table, key),
            // SAFETY: the caller vouches for the key.
            KeyKind::String => unsafe { self.find_string(table, key) },
            KeyKind::Float(_) | KeyKind::Other => return std::ptr::null(),
        };
        found.map_or(NO_VALUE.as_ptr(), |position| table.value_ptr(position))
    }

    /// `map[key] = value`: structs and arrays are copied. May collect before.
    ///
    /// # Safety
    /// `map` is a map's slot, `key` and `value` are values of its types; all are reachable.
    pub unsafe fn map_assign(
        &mut self,
        map: Slot,
        key: [Slot; 2],
        value: [Slot; 2],
    ) -> Result<(), HeapError> {
        // SAFETY: the caller vouches for the map, the key and the value.
        unsafe {
            self.safepoint(0);
            let Some((_, ty)) = self.map_types(map) else { return Err(HeapError::NilMap) };
            let value = self.own(ty, value)?;
            let position = self.position_of(map, key)?;
            table(map).set_value(position, value);
        }
        Ok(())
    }

    /// Where the value under a key is: for `map[key]++` and its kin, with one look-up. An entry that was
    /// not there is put in with a zero value. The address is good until the map is next changed. What is
    /// written there must not be the address of a variable's image: see [`VmHeap::alloc_copy`]. May
    /// collect before.
    ///
    /// # Safety
    /// `map` is a map's slot, `key` is a value of its key type; both are reachable.
    pub unsafe fn map_slot(&mut self, map: Slot, key: [Slot; 2]) -> Result<*mut Slot, HeapError> {
        // SAFETY: the caller vouches for the map and the key.
        unsafe {
            self.safepoint(0);
            let position = self.position_of(map, key)?;
            let ty = table(map).value;
            if self.layouts.row(ty).form == Form::Image && table(map).value_at(position)[0] == Slot::ZERO {
                match self.copy_now(ty, std::ptr::null()) {
                    Ok(image) => table(map).set_value(position, [Slot::from_ptr(image), Slot::ZERO]),
                    Err(error) => {
                        table(map).remove(position);
                        return Err(error);
                    }
                }
            }
            Ok(table(map).value_ptr(position))
        }
    }

    /// `delete(map, key)`.
    ///
    /// # Safety
    /// `map` is a map's slot, `key` a value of its key type.
    pub unsafe fn map_delete(&mut self, map: Slot, key: [Slot; 2]) -> Result<(), HeapError> {
        if map == Slot::ZERO {
            return Ok(());
        }
        // SAFETY: the caller vouches for the map and the key.
        let table = unsafe { table(map) };
        // SAFETY: as above.
        if let (_, Some(position)) = unsafe { self.find_key(table, key)? } {
            table.remove(position);
        }
        Ok(())
    }

    /// `clear(map)`.
    ///
    /// # Safety
    /// `map` is a map's slot.
    pub unsafe fn map_clear(&mut self, map: Slot) {
        if map != Slot::ZERO {
            // SAFETY: the caller vouches for the map.
            unsafe { table(map) }.clear();
        }
    }

    /// The end of a loop that starts now, for [`VmHeap::map_next_before`]: entries put in later are
    /// behind it, so that a loop that puts entries in ends.
    ///
    /// # Safety
    /// `map` is a map's slot.
    pub unsafe fn map_end(&self, map: Slot) -> usize {
        // SAFETY: the caller vouches for the map.
        if map == Slot::ZERO { 0 } else { unsafe { table(map) }.end() as usize }
    }

    /// The first entry at or after `cursor`, in order of insertion, if it is before `end`. A loop starts at
    /// 0 and goes on at [`RawEntry::next`]; the map may change meanwhile.
    ///
    /// # Safety
    /// `map` is a map's slot.
    #[inline]
    pub unsafe fn map_next_before(&self, map: Slot, cursor: usize, end: usize) -> Option<RawEntry> {
        if map == Slot::ZERO {
            return None;
        }
        // SAFETY: the caller vouches for the map.
        let table = unsafe { table(map) };
        let position = table.next(cursor as u64)?;
        let sequence = table.sequence(position) as usize;
        (sequence < end).then(|| RawEntry {
            next: sequence + 1,
            key: table.key_at(position),
            value: table.value_at(position),
        })
    }

    /// The hash of a key, and the position of its entry.
    ///
    /// # Safety
    /// `key` is a value of the table's key type.
    #[inline]
    unsafe fn find_key(&self, table: &MapTable, key: [Slot; 2]) -> Result<(u64, Option<usize>), HeapError> {
        match table.kind {
            KeyKind::Word => Ok(self.find_word(table, key[0])),
            // SAFETY: the key is a string.
            KeyKind::String => Ok(unsafe { self.find_string(table, key[0]) }),
            KeyKind::Float(scalar) => {
                let mut hasher = self.hasher.build_hasher();
                hasher.write_u64(hash_bits(scalar, key[0]));
                let hash = hasher.finish();
                Ok((hash, table.find(hash, |other| scalars_equal(scalar, other[0], key[0]))))
            }
            KeyKind::Other => {
                // SAFETY: the caller vouches for the key.
                let hash = unsafe { self.hash(table.key, key)? };
                // Dead entries have zero keys, which are no images.
                let is_key = |other: [Slot; 2]| {
                    other[0] != Slot::ZERO || self.layouts.row(table.key).form == Form::Interface
                };
                // SAFETY: the key could be hashed, so it can be compared; live entries hold keys.
                let same = |other| unsafe { self.equal(table.key, other, key) } == Ok(true);
                Ok((hash, table.find(hash, |other| is_key(other) && same(other))))
            }
        }
    }

    #[inline]
    fn find_word(&self, table: &MapTable, key: Slot) -> (u64, Option<usize>) {
        let mut hasher = self.hasher.build_hasher();
        hasher.write_u64(key.bits());
        let hash = hasher.finish();
        (hash, table.find(hash, |other| other[0] == key))
    }

    /// # Safety
    /// `key` and the table's keys are strings.
    #[inline]
    unsafe fn find_string(&self, table: &MapTable, key: Slot) -> (u64, Option<usize>) {
        // SAFETY: the caller vouches for both.
        let text = |slot: Slot| unsafe { string_bytes(slot) };
        let mut hasher = self.hasher.build_hasher();
        hasher.write(text(key));
        let hash = hasher.finish();
        (hash, table.find(hash, |other| other[0] == key || text(other[0]) == text(key)))
    }

    /// The position of a key's entry, made where it is missing. Never collects.
    ///
    /// # Safety
    /// As for [`VmHeap::map_slot`].
    unsafe fn position_of(&mut self, map: Slot, key: [Slot; 2]) -> Result<usize, HeapError> {
        if map == Slot::ZERO {
            return Err(HeapError::NilMap);
        }
        // SAFETY: the caller vouches for the map and the key, and both stay reachable.
        unsafe {
            let (hash, found) = self.find_key(table(map), key)?;
            if let Some(position) = found {
                return Ok(position);
            }
            let key = self.own(table(map).key, key)?;
            if table(map).is_full() {
                self.grow_map(map)?;
            }
            table(map).push(hash, key).ok_or(HeapError::OutOfMemory)
        }
    }

    /// # Safety
    /// `map` is a map's slot and not 0.
    #[cold]
    unsafe fn grow_map(&mut self, map: Slot) -> Result<(), HeapError> {
        // SAFETY: the caller vouches for the map.
        let table = unsafe { table(map) };
        let more = table.bytes_grown().saturating_sub(table.bytes());
        self.count_allocated(more)?;
        table.grow().ok_or(HeapError::OutOfMemory)
    }

    /// The value as a map keeps it: with an image of its own. Never collects.
    ///
    /// # Safety
    /// `value` is one of type `ty`.
    unsafe fn own(&mut self, ty: TypeId, value: [Slot; 2]) -> Result<[Slot; 2], HeapError> {
        if self.layouts.row(ty).form != Form::Image {
            return Ok(value);
        }
        // SAFETY: the caller vouches for the value.
        let image = unsafe { self.copy_now(ty, value[0].as_ptr())? };
        Ok([Slot::from_ptr(image), Slot::ZERO])
    }
}
