//! Maps: keys of every kind, order, cursors under change, and a model.

use std::collections::HashMap;

use vo_ffi::{Scalar, Slot, TypeId, TypeTable};

use super::super::HeapError;
use super::{Fixture, Random, dynamic, int, one, struct_of, text};

impl Fixture {
    fn map(&mut self, key: TypeId, value: TypeId) -> Slot {
        let map = self.alloc_map(key, value).unwrap();
        self.root(map)
    }

    fn put(&mut self, map: Slot, key: [Slot; 2], value: [Slot; 2]) {
        // SAFETY: the tests give keys and values of the map's types.
        unsafe { self.map_assign(map, key, value) }.unwrap();
    }

    fn get(&self, map: Slot, key: [Slot; 2]) -> Option<[Slot; 2]> {
        // SAFETY: as above.
        unsafe { self.map_lookup(map, key) }.unwrap()
    }

    fn delete(&mut self, map: Slot, key: [Slot; 2]) {
        // SAFETY: as above.
        unsafe { self.map_delete(map, key) }.unwrap();
    }

    /// The int keys that a loop over the map produces, with a body that may change it.
    fn range(&mut self, map: Slot, mut body: impl FnMut(&mut Fixture, i64)) -> Vec<i64> {
        let (mut keys, mut cursor) = (Vec::new(), 0);
        // SAFETY: `map` is a map, here and below.
        let end = unsafe { self.map_end(map) };
        // SAFETY: see above.
        while let Some(entry) = unsafe { self.map_next_before(map, cursor, end) } {
            keys.push(entry.key[0].as_i64());
            cursor = entry.next;
            body(self, entry.key[0].as_i64());
        }
        keys
    }

    fn len(&self, map: Slot) -> usize {
        // SAFETY: as above.
        unsafe { self.map_len(map) }
    }
}

fn filled(heap: &mut Fixture, count: i64) -> Slot {
    let map = heap.map(TypeId::INT, TypeId::INT);
    for key in 0..count {
        heap.put(map, int(key), int(-key));
    }
    map
}

#[test]
fn keys_of_every_kind() {
    let mut types = TypeTable::new();
    let pair = struct_of(&mut types, &[TypeId::INT, TypeId::STRING]);
    let array = types.array_of(TypeId::INT, 2);
    let float32 = TypeId::scalar(Scalar::Float32);
    let pointer = types.pointer_to(TypeId::INT);
    let mut heap = Fixture::new(types);
    heap.frame.paused.set(true);
    let mut pair_of = |number: i64, text: &str| {
        let at = heap.alloc_object(pair).unwrap();
        let string = heap.string(text);
        // SAFETY: a pair is an int and a string.
        unsafe { at.cast::<[Slot; 2]>().write([Slot::from_i64(number), string]) };
        Slot::from_ptr(at)
    };
    let pairs = [pair_of(1, "x"), pair_of(1, "x"), pair_of(1, "y"), pair_of(2, "x")];
    let mut array_of = |values: [i64; 2]| {
        let at = heap.alloc_object(array).unwrap();
        // SAFETY: the array is two ints.
        unsafe { at.cast::<[i64; 2]>().write(values) };
        one(Slot::from_ptr(at))
    };
    let arrays = [array_of([1, 2]), array_of([1, 2]), array_of([2, 1])];
    let object = Slot::from_ptr(heap.alloc_object(TypeId::INT).unwrap());
    let strings = [heap.string("key"), heap.string("key"), heap.string("yek")];
    // Type, a key, an equal one, different ones.
    let rows = [
        (TypeId::INT, int(-1), int(-1), vec![int(0), int(1)]),
        (TypeId::BOOL, int(1), int(1), vec![int(0)]),
        (
            TypeId::FLOAT64,
            one(Slot::from_f64(0.0)),
            one(Slot::from_f64(-0.0)),
            vec![one(Slot::from_f64(1.0))],
        ),
        (float32, one(Slot::from_f32(-0.0)), one(Slot::from_f32(0.0)), vec![one(Slot::from_f32(2.0))]),
        (pointer, one(object), one(object), vec![one(Slot::ZERO)]),
        (TypeId::STRING, one(strings[0]), one(strings[1]), vec![one(strings[2]), one(Slot::ZERO)]),
        (pair, one(pairs[0]), one(pairs[1]), vec![one(pairs[2]), one(pairs[3])]),
        (array, arrays[0], arrays[1], vec![arrays[2]]),
        (
            TypeId::ANY,
            dynamic(pair, pairs[0]),
            dynamic(pair, pairs[1]),
            vec![[Slot::ZERO; 2], dynamic(pair, pairs[2]), dynamic(TypeId::INT, Slot::ZERO)],
        ),
        (TypeId::ANY, [Slot::ZERO; 2], [Slot::ZERO; 2], vec![dynamic(TypeId::STRING, Slot::ZERO)]),
    ];
    for (index, (ty, key, equal, others)) in rows.into_iter().enumerate() {
        let map = heap.map(ty, TypeId::INT);
        heap.put(map, key, int(1));
        heap.put(map, equal, int(2));
        assert_eq!((heap.len(map), heap.get(map, key)), (1, Some(int(2))), "row {index}");
        for &other in &others {
            assert_eq!(heap.get(map, other), None, "row {index}");
            heap.put(map, other, int(3));
        }
        assert_eq!(heap.get(map, equal), Some(int(2)), "row {index}");
        heap.delete(map, equal);
        assert_eq!((heap.len(map), heap.get(map, key)), (others.len(), None), "row {index}");
        heap.put(map, key, int(4));
        assert_eq!(heap.get(map, equal), Some(int(4)), "row {index}");
    }
}

#[test]
fn nan_is_never_found() {
    let mut heap = Fixture::new(TypeTable::new());
    let map = heap.map(TypeId::FLOAT64, TypeId::INT);
    let nan = one(Slot::from_f64(f64::NAN));
    for number in 0..20 {
        heap.put(map, nan, int(number));
    }
    assert_eq!((heap.len(map), heap.get(map, nan)), (20, None));
    heap.delete(map, nan);
    assert_eq!(heap.len(map), 20);
    // SAFETY: it is a map.
    unsafe { heap.map_clear(map) };
    assert_eq!(heap.len(map), 0);
}

#[test]
fn errors_are_those_of_go() {
    let mut types = TypeTable::new();
    let ints = types.slice_of(TypeId::INT);
    let bad = struct_of(&mut types, &[TypeId::INT, ints]);
    let mut heap = Fixture::new(types);
    let map = heap.map(TypeId::ANY, TypeId::INT);
    // SAFETY: the keys are interfaces.
    unsafe {
        for ty in [ints, bad] {
            let key = dynamic(ty, Slot::ZERO);
            assert_eq!(heap.map_lookup(map, key), Err(HeapError::Unhashable(ty)));
            assert_eq!(heap.map_assign(map, key, int(1)), Err(HeapError::Unhashable(ty)));
            assert_eq!(heap.map_delete(map, key), Err(HeapError::Unhashable(ty)));
        }
        assert_eq!(heap.map_assign(Slot::ZERO, int(1), int(1)), Err(HeapError::NilMap));
        assert_eq!(heap.map_slot(Slot::ZERO, int(1)), Err(HeapError::NilMap));
        assert_eq!(heap.map_lookup(Slot::ZERO, int(1)), Ok(None));
        assert_eq!(heap.map_delete(Slot::ZERO, int(1)), Ok(()));
        assert_eq!((heap.map_len(Slot::ZERO), heap.map_end(Slot::ZERO)), (0, 0));
    }
    let text = HeapError::Unhashable(ints).message(heap.types());
    assert_eq!(text, "runtime error: hash of unhashable type []int");
    assert_eq!(HeapError::NilMap.message(heap.types()), "assignment to entry in nil map");
}

#[test]
fn images_in_a_map_are_copies() {
    let mut types = TypeTable::new();
    let pair = struct_of(&mut types, &[TypeId::INT, TypeId::STRING]);
    let mut heap = Fixture::stressed(types);
    let map = heap.map(pair, pair);
    let image = heap.alloc_object(pair).unwrap();
    let pair = heap.root(Slot::from_ptr(image));
    let string = heap.string("held by the copies");
    // SAFETY: a pair is an int and a string, here and below.
    unsafe { image.cast::<[Slot; 2]>().write([Slot::from_i64(1), string]) };
    heap.put(map, one(pair), one(pair));
    // SAFETY: see above.
    unsafe { image.cast::<[Slot; 2]>().write([Slot::from_i64(2), Slot::ZERO]) };
    assert_eq!(heap.get(map, one(pair)), None);
    // SAFETY: see above.
    unsafe { image.cast::<i64>().write(3) };
    // SAFETY: the key is a pair; the slot holds the address of a zero pair.
    unsafe {
        let slot = heap.map_slot(map, one(pair)).unwrap();
        assert_eq!((*slot).as_ptr::<[u64; 2]>().read(), [0, 0]);
        let entry = heap.map_next_before(map, 0, usize::MAX).unwrap();
        let copy = entry.value[0].as_ptr::<[Slot; 2]>().read();
        assert_eq!((copy[0].as_i64(), text(copy[1]).as_str()), (1, "held by the copies"));
        assert_ne!(entry.value[0], entry.key[0]);
    }
}

#[test]
fn a_slot_takes_increments() {
    let mut heap = Fixture::stressed(TypeTable::new());
    let map = heap.map(TypeId::STRING, TypeId::INT);
    for word in "the cat and the dog and the bird".split(' ') {
        let key = heap.string(word);
        heap.root(key);
        // SAFETY: the key is a string; the slot is used before the map changes.
        unsafe {
            let slot = heap.map_slot(map, one(key)).unwrap();
            *slot = Slot::from_i64((*slot).as_i64() + 1);
        }
    }
    let (mut counts, mut cursor) = (Vec::new(), 0);
    // SAFETY: it is a map.
    while let Some(entry) = unsafe { heap.map_next_before(map, cursor, usize::MAX) } {
        counts.push((text(entry.key[0]), entry.value[0].as_i64()));
        cursor = entry.next;
    }
    let expected = [("the", 3), ("cat", 1), ("and", 2), ("dog", 1), ("bird", 1)];
    assert_eq!(counts, expected.map(|(word, count)| (word.to_string(), count)));
}

#[test]
fn loops_survive_changes() {
    let mut heap = Fixture::new(TypeTable::new());
    // Everything deleted on the way: nothing else is produced.
    let map = filled(&mut heap, 100);
    let seen = heap.range(map, |heap, _| {
        for key in 0..100 {
            heap.delete(map, int(key));
        }
    });
    assert_eq!((seen, heap.len(map)), (vec![0], 0));
    // Entries put in during the loop are not produced, and it ends.
    let map = filled(&mut heap, 3);
    assert_eq!(heap.range(map, |heap, key| heap.put(map, int(key + 1000), int(0))), [0, 1, 2]);
    // Deleting and putting in again moves an entry to the end; the loop ends all the same.
    let map = filled(&mut heap, 10);
    let again = |heap: &mut Fixture, key| {
        heap.delete(map, int(key));
        heap.put(map, int(key), int(1));
    };
    assert_eq!(heap.range(map, again), (0..10).collect::<Vec<_>>());
    assert_eq!(heap.range(map, |_, _| ()), (0..10).collect::<Vec<_>>());
    // Growth and compaction in the middle: each even key is produced once, odd ones until they are deleted.
    let map = filled(&mut heap, 1000);
    let seen = heap.range(map, |heap, key| {
        if key == 500 {
            for odd in (1..1000).step_by(2) {
                heap.delete(map, int(odd));
            }
            for new in 0..20_000 {
                heap.put(map, int(1_000_000 + new), int(0));
            }
        }
    });
    assert_eq!(seen, (0..500).chain((500..1000).step_by(2)).collect::<Vec<_>>());
    assert_eq!(heap.len(map), 20_500);
    // clear in the middle.
    let map = filled(&mut heap, 10);
    let clear = |heap: &mut Fixture, key| {
        if key == 4 {
            // SAFETY: it is a map.
            unsafe { heap.map_clear(map) };
        }
    };
    assert_eq!(heap.range(map, clear), [0, 1, 2, 3, 4]);
}

#[test]
fn a_map_used_as_a_queue_stays_small() {
    let mut heap = Fixture::new(TypeTable::new());
    let map = filled(&mut heap, 100);
    for key in 100..200_000 {
        // SAFETY: it is a map.
        let first = unsafe { heap.map_next_before(map, 0, usize::MAX) }.unwrap();
        assert_eq!(first.key, int(key - 100));
        heap.delete(map, first.key);
        heap.put(map, int(key), int(0));
    }
    let live = heap.live();
    assert!(live < 16_000, "{live}");
}

#[test]
fn dead_maps_give_their_tables_back() {
    let mut heap = Fixture::new(TypeTable::new());
    for _ in 0..2000 {
        heap.drop_roots();
        filled(&mut heap, 1000);
    }
    let stats = heap.stats();
    assert!(stats.cycles > 2, "tables count: {stats:?}");
    assert!(stats.live + stats.allocated < 20 << 20, "{stats:?}");
    heap.drop_roots();
    assert_eq!(heap.live(), 0);
    assert_eq!(heap.heap.maps.len(), 0);
}

#[test]
fn a_map_without_room_stays_as_it_is() {
    let mut heap = Fixture::new(TypeTable::new());
    heap.set_limit(4 << 20);
    let map = heap.map(TypeId::INT, TypeId::INT);
    // SAFETY: the map is of ints.
    let fits = (0..).find(|&key| unsafe { heap.map_assign(map, int(key), int(key)) }.is_err()).unwrap();
    // The table for 81,920 entries takes 3 MiB, the next one 6.
    assert_eq!(fits, 81_920);
    assert_eq!(heap.len(map), 81_920);
    assert_eq!(heap.get(map, int(81_919)), Some(int(81_919)));
    heap.delete(map, int(0));
    assert_eq!(heap.range(map, |_, _| ()).len(), 81_919);
}

#[test]
fn a_map_may_hold_itself() {
    let mut types = TypeTable::new();
    let pointer = types.pointer_to(TypeId::INT);
    let self_map = types.map_of(pointer, TypeId::ANY);
    let mut heap = Fixture::stressed(types);
    let map = heap.map(pointer, TypeId::ANY);
    heap.put(map, int(0), dynamic(self_map, map));
    for _ in 0..3000 {
        heap.frame.paused.set(true);
        let key = heap.alloc_object(TypeId::INT).unwrap();
        let value = heap.string("value");
        heap.put(map, one(Slot::from_ptr(key)), dynamic(TypeId::STRING, value));
        heap.frame.paused.set(false);
    }
    heap.collect();
    assert_eq!(heap.range(map, |_, _| ()).len(), 3001);
    heap.drop_roots();
    assert_eq!(heap.live(), 0);
}

#[test]
fn random_operations_agree_with_a_model() {
    for (seed, keys) in [(1, 8), (2, 100), (3, 5000)] {
        let mut heap = Fixture::new(TypeTable::new());
        let map = heap.map(TypeId::STRING, TypeId::INT);
        let mut random = Random(seed);
        let mut model: HashMap<String, i64> = HashMap::new();
        let mut order: Vec<String> = Vec::new();
        for step in 0..40_000 {
            let key = format!("key {}", random.below(keys));
            let slot = heap.string(&key);
            match random.below(100) {
                0..50 => {
                    heap.root(slot);
                    heap.put(map, one(slot), int(step));
                    if model.insert(key.clone(), step).is_none() {
                        order.push(key);
                    }
                }
                50..80 => {
                    heap.delete(map, one(slot));
                    if model.remove(&key).is_some() {
                        order.retain(|other| *other != key);
                    }
                }
                80..99 => {
                    let found = heap.get(map, one(slot)).map(|value| value[0].as_i64());
                    assert_eq!(found, model.get(&key).copied());
                }
                _ if step % 7 == 0 => {
                    // SAFETY: it is a map.
                    unsafe { heap.map_clear(map) };
                    model.clear();
                    order.clear();
                }
                _ => {
                    heap.drop_roots();
                    heap.root(map);
                    heap.collect();
                }
            }
            assert_eq!(heap.len(map), model.len());
            if step % 500 == 0 {
                let (mut found, mut cursor) = (Vec::new(), 0);
                // SAFETY: it is a map.
                while let Some(entry) = unsafe { heap.map_next_before(map, cursor, usize::MAX) } {
                    found.push(text(entry.key[0]));
                    cursor = entry.next;
                }
                assert_eq!(found, order, "seed {seed}, step {step}");
            }
        }
    }
}
