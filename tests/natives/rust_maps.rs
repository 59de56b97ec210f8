//! Rust's maps as parameters and results.

use std::collections::{BTreeMap, HashMap};

use vo_ffi::prelude::*;
use vo_ffi::{Heap, Scalar, Slot, TypeId, TypeTable};

use crate::host::{End, Host, func, int, trap};

#[vo_extern("maps.Invert")]
fn invert(map: HashMap<String, i64>) -> HashMap<i64, String> {
    map.into_iter().map(|(key, value)| (value, key)).collect()
}

#[vo_extern("maps.Total")]
fn total(map: BTreeMap<&str, u8>) -> String {
    map.iter().map(|(key, value)| format!("{key}={value} ")).collect()
}

#[vo_extern("maps.Counts")]
fn counts(text: &str) -> Result<BTreeMap<char, i64>, VoError> {
    let mut counts = BTreeMap::new();
    for c in text.chars() {
        *counts.entry(c).or_insert(0) += 1;
    }
    if counts.is_empty() { Err(VoError::new("no text")) } else { Ok(counts) }
}

#[vo_extern("maps.Values")]
fn values(map: BTreeMap<i64, VoValue>) -> String {
    map.iter().map(|(key, value)| format!("{key}={value:?} ")).collect()
}

struct Types {
    by_name: TypeId,
    by_number: TypeId,
    by_rune: TypeId,
    any: TypeId,
}

fn host() -> (Host, Types) {
    let mut table = TypeTable::new();
    let types = Types {
        by_name: table.map_of(TypeId::STRING, TypeId::INT),
        by_number: table.map_of(TypeId::INT, TypeId::STRING),
        by_rune: table.map_of(TypeId::RUNE, TypeId::INT),
        any: table.map_of(TypeId::INT, TypeId::ANY),
    };
    (Host::with_types(table), types)
}

fn names(host: &mut Host, entries: &[(&str, i64)]) -> Slot {
    let map = host.heap().new_map(TypeId::STRING, TypeId::INT);
    for &(key, value) in entries {
        let key = [host.string(key), Slot::ZERO];
        // SAFETY: the map is new, and the slots are of its types.
        unsafe { host.heap().map_insert(map, key, [int(value), Slot::ZERO]) };
    }
    map
}

fn entries(host: &mut Host, map: Slot) -> Vec<[Slot; 2]> {
    let (mut cursor, mut all) = (0, Vec::new());
    // SAFETY: the test gives a map of the heap.
    while let Some(entry) = unsafe { host.heap().map_next(map, cursor) } {
        cursor = entry.next;
        all.push([entry.key[0], entry.value[0]]);
    }
    all
}

#[test]
fn maps_are_copied_in_and_out() {
    let (mut host, types) = host();
    let map = names(&mut host, &[("two", 2), ("one", 1), ("three", 3)]);
    let invert = func(&[types.by_name], &[types.by_number]);
    let End::Ok(results) = host.call("maps.Invert", &invert, &[map]) else { panic!() };
    let found: Vec<(i64, String)> = entries(&mut host, results[0])
        .into_iter()
        .map(|[key, value]| (key.as_i64(), host.read_string(value)))
        .collect();
    assert_eq!(found, [(1, "one".into()), (2, "two".into()), (3, "three".into())]);

    let End::Ok(results) = host.call("maps.Invert", &invert, &[Slot::ZERO]) else { panic!() };
    assert_eq!(entries(&mut host, results[0]), Vec::<[Slot; 2]>::new());
}

#[test]
fn entries_are_checked_as_arguments_are() {
    let (mut host, types) = host();
    let total = func(&[types.by_name], &[TypeId::STRING]);
    let map = names(&mut host, &[("b", 255), ("a", 0)]);
    let End::Ok(results) = host.call("maps.Total", &total, &[map]) else { panic!() };
    assert_eq!(host.read_string(results[0]), "a=0 b=255 ");
    let map = names(&mut host, &[("b", 256)]);
    let message = "maps.Total: argument 1 `map`: expected uint8 (0 to 255) as value, found 256";
    assert_eq!(host.call("maps.Total", &total, &[map]), trap(message));
}

#[test]
fn results_have_the_declared_types() {
    let (mut host, types) = host();
    let counts = func(&[TypeId::STRING], &[types.by_rune, TypeId::ERROR]);
    let text = host.string("abca");
    let End::Ok(results) = host.call("maps.Counts", &counts, &[text]) else { panic!() };
    let a = |c: char| Slot::from_bits(u32::from(c).into());
    assert_eq!(entries(&mut host, results[0]), [[a('a'), int(2)], [a('b'), int(1)], [a('c'), int(1)]]);
    let empty = host.string("");
    assert_eq!(host.call("maps.Counts", &counts, &[empty]), End::Error("no text".into()));

    let map = host.heap().new_map(TypeId::INT, TypeId::ANY);
    let value = [Slot::from_bits(TypeId::scalar(Scalar::Bool).number().into()), Slot::from_bool(true)];
    // SAFETY: the map is new, and the slots are of its types.
    unsafe { host.heap().map_insert(map, [int(7), Slot::ZERO], value) };
    let End::Ok(results) = host.call("maps.Values", &func(&[types.any], &[TypeId::STRING]), &[map]) else {
        panic!()
    };
    assert_eq!(host.read_string(results[0]), "7=Bool(true) ");
}
