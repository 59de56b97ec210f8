//! `VoMap<K, V>`: maps whose types are compared when linked, read and written in place.

use vo_ffi::prelude::*;
use vo_ffi::{Heap, Slot, TypeId, TypeKind, TypeTable};

use crate::host::{End, Host, func, int, trap};

#[vo_extern("typedmaps.Count")]
fn count(mut counts: VoMap<VoString, i32>, name: VoString) -> i32 {
    let next = counts.get(name).unwrap_or(0) + 1;
    counts.insert(name, next);
    next
}

#[vo_extern("typedmaps.Total")]
fn total(counts: VoMap<&str, i64>) -> (i64, String) {
    let total = counts.iter().map(|(_, count)| count).sum();
    (total, counts.iter().map(|(name, _)| name).collect::<Vec<_>>().join(" "))
}

#[vo_extern("typedmaps.Narrow")]
fn narrow(counts: VoMap<&str, i8>, name: &str) -> Option<VoMap<&str, i8>> {
    counts.get(name).map(|_| counts)
}

#[vo_extern("typedmaps.Same")]
fn same(counts: VoMap<VoString, i64>) -> VoMap<VoString, i64> {
    counts
}

#[vo_extern("typedmaps.Loose")]
fn loose(values: VoMap<VoString, VoValue>) -> i64 {
    values.iter().filter(|(_, value)| matches!(value, VoValue::Int(_))).count() as i64
}

const INT: TypeId = TypeId::INT;
const STRING: TypeId = TypeId::STRING;

fn host() -> (Host, TypeId, TypeId) {
    let mut table = TypeTable::new();
    let (ints, anys) = (table.map_of(STRING, INT), table.map_of(STRING, TypeId::ANY));
    (Host::with_types(table), ints, anys)
}

fn map(host: &mut Host, entries: &[(&[u8], i64)]) -> Slot {
    let map = host.heap().new_map(STRING, INT);
    for (name, count) in entries {
        let name = host.string(name);
        // SAFETY: the map is new, with these types.
        unsafe { host.heap().map_insert(map, [name, Slot::ZERO], [int(*count), Slot::ZERO]) };
    }
    map
}

#[test]
fn entries_are_read_and_written_in_place() {
    let (mut host, ints, anys) = host();
    let counts = map(&mut host, &[(b"a", 1), (b"b", 2)]);
    let int32 = TypeId::scalar(vo_ffi::Scalar::Int32);
    for (name, expected) in [("a", 2), ("new", 1), ("a", 3)] {
        let name = host.string(name);
        let end = host.call("typedmaps.Count", &func(&[ints, STRING], &[int32]), &[counts, name]);
        assert_eq!(end, End::Ok(vec![int(expected)]));
    }
    let End::Ok(slots) = host.call("typedmaps.Total", &func(&[ints], &[INT, STRING]), &[counts]) else {
        panic!("no total")
    };
    assert_eq!((slots[0], host.read_string(slots[1]).as_str()), (int(6), "a b new"));
    assert_eq!(host.call("typedmaps.Same", &func(&[ints], &[ints]), &[counts]), End::Ok(vec![counts]));
    let values = host.heap().new_map(STRING, TypeId::ANY);
    let name = host.string("a");
    // SAFETY: the map is new, with these types.
    unsafe { host.heap().map_insert(values, [name, Slot::ZERO], [crate::host::word(INT), int(1)]) };
    assert_eq!(host.call("typedmaps.Loose", &func(&[anys], &[INT]), &[values]), End::Ok(vec![int(1)]));
}

#[test]
fn nil_values_out_of_range_and_bad_text_are_clean() {
    let (mut host, ints, _) = host();
    let name = host.string("a");
    let int32 = TypeId::scalar(vo_ffi::Scalar::Int32);
    let count = func(&[ints, STRING], &[int32]);
    assert_eq!(
        host.call("typedmaps.Count", &count, &[Slot::ZERO, name]),
        trap("assignment to entry in nil map")
    );
    let total = func(&[ints], &[INT, STRING]);
    let End::Ok(slots) = host.call("typedmaps.Total", &total, &[Slot::ZERO]) else { panic!("no total") };
    assert_eq!(slots[0], int(0));
    let bad = map(&mut host, &[(b"\xff", 1)]);
    let message = "map key: expected a string of UTF-8, found one that is not valid UTF-8 from byte 0";
    assert_eq!(host.call("typedmaps.Total", &total, &[bad]), trap(message));
    let large = map(&mut host, &[(b"a", 300)]);
    let narrow = func(&[ints, STRING], &[ints]);
    let message = "map value: expected int8 (-128 to 127), found 300";
    assert_eq!(host.call("typedmaps.Narrow", &narrow, &[large, name]), trap(message));
    assert_eq!(host.call("typedmaps.Narrow", &narrow, &[Slot::ZERO, name]), End::Ok(vec![Slot::ZERO]));
}

#[test]
fn the_types_are_compared_when_linked() {
    let mut types = TypeTable::new();
    let other = types.map_of(INT, STRING);
    let registry = ExternRegistry::from_inventory();
    let entry = registry.get("typedmaps.Same").expect("a native");
    let errors =
        registry.link(&[entry.declaration(func(&[other], &[other]))], &types).expect_err("another map");
    let expected = "parameter 1 `counts`: declared map[int]string, the native takes map[string]int";
    assert!(errors.to_string().contains(expected), "{errors}");
    assert!(matches!(types.kind(other), TypeKind::Map(..)));
}
