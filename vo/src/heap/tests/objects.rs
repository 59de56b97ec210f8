//! Survival and reclamation of objects, strings and slices.

use std::rc::Rc;

use vo_ffi::{Heap, RustValue, Slot, TypeId, TypeTable, VoObject};

use super::super::{FuncObject, HeapError, slice_parts, string_bytes};
use super::{Fixture, dynamic, int, one, struct_of, text};

#[test]
fn what_is_reachable_stays_and_the_rest_goes() {
    let mut heap = Fixture::new(TypeTable::new());
    let kept = heap.string("kept");
    heap.root(kept);
    for _ in 0..1000 {
        heap.string("lost");
    }
    // A header of 16 bytes, 4 bytes and a NUL take a cell of 32.
    assert_eq!(heap.live(), 32);
    assert_eq!(text(kept), "kept");
    heap.drop_roots();
    assert_eq!(heap.live(), 0);
    assert_eq!(heap.stats().blocks, 0);
}

#[test]
fn short_strings_in_a_loop_stay_within_a_bound() {
    let mut heap = Fixture::new(TypeTable::new());
    let mut most = 0;
    for number in 0..2_000_000u64 {
        heap.alloc_string(&number.to_le_bytes()).unwrap();
        most = most.max(heap.stats().blocks);
    }
    assert!(heap.stats().cycles >= 7, "{:?}", heap.stats());
    assert!(most * 65536 < 10 << 20, "{most} blocks");
}

#[test]
fn every_size_is_zeroed_aligned_and_its_own() {
    let mut types = TypeTable::new();
    let sizes = [0, 1, 16, 17, 100, 2032, 2048, 2049, 32767, 32768, 32769, 65536, 65537, 300_000];
    let arrays: Vec<TypeId> = sizes.iter().map(|&size| types.array_of(TypeId::BYTE, size)).collect();
    let mut heap = Fixture::new(types);
    for round in 0..4 {
        heap.frame.paused.set(true);
        let mut made = Vec::new();
        for (&ty, &size) in arrays.iter().zip(&sizes).cycle().take(200) {
            let at = heap.alloc_object(ty).unwrap();
            assert_eq!(at.addr() % 16, 0);
            // SAFETY: the object is new, and of this size.
            unsafe {
                assert!(
                    std::slice::from_raw_parts(at, size as usize).iter().all(|&byte| byte == 0),
                    "{size}"
                );
                at.write_bytes(0xaa, size as usize);
            }
            made.push((at.addr(), size as usize));
        }
        made.sort_unstable();
        assert!(made.windows(2).all(|pair| pair[0].0 + pair[0].1 <= pair[1].0), "round {round}");
        heap.frame.paused.set(false);
        assert_eq!(heap.live(), 0);
    }
}

#[test]
fn an_address_inside_an_object_keeps_it() {
    let mut types = TypeTable::new();
    let sizes = [16u64, 48, 1000, 2048, 5000, 32768, 100_000, 1 << 20];
    let arrays: Vec<TypeId> = sizes.iter().map(|&size| types.array_of(TypeId::BYTE, size)).collect();
    let mut heap = Fixture::new(types);
    for (&ty, &size) in arrays.iter().zip(&sizes) {
        for inside in [0, size / 2, size - 1] {
            for _ in 0..3 {
                heap.alloc_object(ty).unwrap();
            }
            let at = heap.alloc_object(ty).unwrap();
            heap.root(Slot::from_ptr(at.wrapping_add(inside as usize)));
            let live = heap.live();
            assert!(live >= size as usize && live < size as usize * 2, "{size}: {live}");
            heap.drop_roots();
        }
    }
}

#[test]
fn addresses_outside_and_of_freed_objects_are_ignored() {
    let mut heap = Fixture::new(TypeTable::new());
    let local = 5u64;
    let gone = heap.string("gone");
    for slot in [Slot::from_ptr(&raw const local), Slot::from_bits(1), Slot::from_bits(u64::MAX)] {
        heap.root(slot);
    }
    assert_eq!(heap.live(), 0);
    heap.root(gone);
    assert_eq!(heap.live(), 0);
}

#[test]
fn a_substring_keeps_the_string_it_points_into() {
    let mut heap = Fixture::stressed(TypeTable::new());
    let owner = heap.string("a longer text, to be cut");
    heap.root(owner);
    // SAFETY: the string is rooted, and the bounds are inside of it.
    let part = unsafe { heap.alloc_substring(owner, 9, 13).unwrap() };
    heap.drop_roots();
    heap.root(part);
    for _ in 0..100 {
        heap.string("something else of the size");
    }
    assert_eq!(text(part), "text");
    // SAFETY: as above.
    unsafe {
        assert_eq!(heap.alloc_substring(part, 2, 2), Ok(Slot::ZERO));
        assert_eq!(heap.alloc_substring(part, 0, 4), Ok(part));
    }
}

#[test]
fn stress_collects_at_every_allocation_but_not_for_ever() {
    let mut heap = Fixture::stressed(TypeTable::new());
    for count in 1..=1000 {
        heap.string("short");
        assert_eq!(heap.stats().cycles, count);
    }
    for _ in 0..30_000 {
        heap.string("short");
    }
    let cycles = heap.stats().cycles;
    assert!((20_000..22_000).contains(&cycles), "{cycles} collections");
}

#[test]
fn strings_end_with_a_nul_and_concatenate() {
    let mut heap = Fixture::stressed(TypeTable::new());
    let literal = heap.static_string(b"lit");
    let (a, big) = (heap.string("ab"), vec![b'x'; 40_000]);
    heap.root(a);
    let big = heap.alloc_string(&big).unwrap();
    heap.root(big);
    // SAFETY: all are strings, and rooted or static.
    unsafe {
        let all = heap.alloc_concat(&[a, Slot::ZERO, literal, big]).unwrap();
        let bytes = string_bytes(all);
        assert_eq!((&bytes[..6], bytes.len()), (&b"ablitx"[..], 40_005));
        assert_eq!(bytes.as_ptr().add(bytes.len()).read(), 0);
        assert_eq!(string_bytes(literal).as_ptr().add(3).read(), 0);
        assert_eq!(heap.alloc_concat(&[Slot::ZERO, a]), Ok(a));
        assert_eq!(heap.alloc_concat(&[]), Ok(Slot::ZERO));
    }
}

#[test]
fn growing_strings_share_a_buffer_and_never_change() {
    let mut heap = Fixture::stressed(TypeTable::new());
    let grow = |heap: &mut Fixture, string: Slot, more: &str| {
        let more = heap.static_string(more.as_bytes());
        // SAFETY: both are strings; the first is rooted by the caller, the other is a literal.
        let grown = unsafe { heap.alloc_grown(&[string, more]) }.unwrap();
        heap.root(grown)
    };
    let start = "0123456789".repeat(13);
    let old = heap.string(&start);
    heap.root(old);
    let data = |string: Slot| string_bytes_at(string);
    let a = grow(&mut heap, old, "a");
    let ab = grow(&mut heap, a, "b");
    assert_eq!(data(a), data(ab));
    assert_ne!(data(a), data(old));
    // Behind `a` there is something already.
    let ac = grow(&mut heap, a, "c");
    assert_ne!(data(a), data(ac));
    let twice = grow(&mut heap, ab, &text(ab));
    let expected = [(old, String::new()), (a, "a".into()), (ab, "ab".into()), (ac, "ac".into())];
    for (string, end) in expected {
        assert_eq!(text(string), format!("{start}{end}"));
    }
    assert_eq!(text(twice), format!("{start}ab{start}ab"));
    // One that does not grow is itself, and a short one is copied with a NUL behind it.
    assert_eq!(grow(&mut heap, ab, ""), ab);
    let short = grow(&mut heap, Slot::ZERO, "short");
    assert_eq!(text(grow(&mut heap, short, "er")), "shorter");
    let mut long = ab;
    for turn in 0..2000 {
        heap.drop_roots();
        heap.root(long);
        long = grow(&mut heap, long, &format!("{turn},"));
    }
    let tail: String = (0..2000).map(|turn| format!("{turn},")).collect();
    assert_eq!(text(long), format!("{start}ab{tail}"));
    heap.drop_roots();
    assert_eq!(heap.live(), 0);
}

/// Where a string's bytes are.
fn string_bytes_at(string: Slot) -> *const u8 {
    // SAFETY: the tests call this with strings only.
    unsafe { super::super::string_bytes(string) }.as_ptr()
}

#[test]
fn cycles_and_long_chains_are_no_problem() {
    let mut types = TypeTable::new();
    let node = types.new_named("main.node");
    let next = types.pointer_to(node);
    let body = struct_of(&mut types, &[TypeId::INT, next]);
    types.set_underlying(node, body);
    let mut heap = Fixture::new(types);
    let link = |from: *mut u8, to: *mut u8| {
        // SAFETY: both are images of `node`, whose second field is at 8.
        unsafe { from.add(8).cast::<*mut u8>().write(to) }
    };
    let first = heap.alloc_object(node).unwrap();
    heap.root(Slot::from_ptr(first));
    let mut last = first;
    for _ in 1..1_000_000 {
        let node = heap.alloc_object(node).unwrap();
        link(last, node);
        last = node;
    }
    link(last, first);
    assert_eq!(heap.live(), 16_000_000);
    heap.drop_roots();
    assert_eq!(heap.live(), 0);
}

#[test]
fn large_arrays_of_references_are_scanned() {
    let mut types = TypeTable::new();
    let strings = types.array_of(TypeId::STRING, 100_000);
    let row = struct_of(&mut types, &[TypeId::INT, strings, TypeId::ANY]);
    let mut heap = Fixture::new(types);
    let image = heap.alloc_object(row).unwrap();
    heap.root(Slot::from_ptr(image));
    let fields = image.cast::<Slot>();
    for index in (0..100_000).step_by(1000) {
        let string = heap.string(&format!("{index:10}"));
        // SAFETY: the strings start behind the first field.
        unsafe { fields.add(1 + index).write(string) };
    }
    let last = heap.string("last");
    // SAFETY: the interface is behind the strings.
    unsafe { fields.add(100_001).cast::<[Slot; 2]>().write(dynamic(TypeId::STRING, last)) };
    // 800,024 bytes are 13 blocks.
    assert_eq!(heap.live(), 13 * 65536 + 101 * 32);
    // SAFETY: as above.
    assert_eq!(text(unsafe { fields.add(1 + 99_000).read() }), "     99000");
    assert_eq!(text(last), "last");
}

#[test]
fn captures_and_interfaces_are_traced() {
    let mut heap = Fixture::stressed(TypeTable::new());
    let captures: Vec<Slot> = (0..20)
        .map(|number| {
            let boxed = heap.alloc_object(TypeId::INT).unwrap();
            // SAFETY: the object is an int's.
            unsafe { boxed.cast::<i64>().write(number) };
            heap.root(Slot::from_ptr(boxed))
        })
        .collect();
    // SAFETY: nothing is called; the captures are rooted.
    let func = unsafe { heap.alloc_func(std::ptr::null(), &captures).unwrap() };
    heap.drop_roots();
    heap.root(func);
    let image = heap.alloc_object(TypeId::ERROR_STRING).unwrap();
    let message = [Slot::from_bits(TypeId::ERROR_STRING_PTR.number().into()), Slot::from_ptr(image)];
    heap.root_dynamic(message);
    let broken = heap.alloc_string(b"broken").unwrap();
    // SAFETY: the error's only field is a string.
    unsafe { image.cast::<Slot>().write(broken) };
    heap.collect();
    for number in 0..20 {
        // SAFETY: the func object has 20 captures, each the address of an int.
        let found = unsafe { FuncObject::captures(func.as_ptr()).add(number).read().as_ptr::<i64>().read() };
        assert_eq!(found, number as i64);
    }
    assert_eq!(message[0].bits(), TypeId::ERROR_STRING_PTR.number() as u64);
    // SAFETY: the error's only field is a string.
    assert_eq!(text(unsafe { message[1].as_ptr::<Slot>().read() }), "broken");
    // 20 ints, the func object, the error and its text.
    assert_eq!(heap.live(), 20 * 16 + 192 + 16 + 32);
}

#[test]
fn append_grows_as_in_go() {
    let mut heap = Fixture::stressed(TypeTable::new());
    let mut grow = |elem: TypeId, steps: usize| {
        let (mut slice, mut caps) = (Slot::ZERO, Vec::new());
        for number in 0..steps {
            // SAFETY: the slice is rooted below, and the value has no references.
            unsafe {
                slice = heap.alloc_append(elem, slice, int(number as i64)).unwrap();
                if caps.last() != Some(&slice_parts(slice).cap) {
                    caps.push(slice_parts(slice).cap);
                }
            }
            heap.drop_roots();
            heap.root(slice);
        }
        caps
    };
    assert_eq!(grow(TypeId::INT, 1300), [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 848, 1280, 1792]);
    assert_eq!(grow(TypeId::BYTE, 100), [8, 16, 32, 64, 128]);
    assert_eq!(grow(TypeId::RUNE, 5), [2, 4, 8]);
    // A slice of 12 bytes' elements would be rounded; ints five at a time are.
    let five = [1i64, 2, 3, 4, 5];
    // SAFETY: the elements are ints.
    unsafe {
        let slice = heap.alloc_append_all(TypeId::INT, Slot::ZERO, five.as_ptr().cast(), 5).unwrap();
        let parts = slice_parts(slice);
        assert_eq!((parts.len, parts.cap), (5, 6));
    }
}

#[test]
fn appending_shares_the_array_while_it_has_room() {
    let mut heap = Fixture::stressed(TypeTable::new());
    let (base, data) = heap.alloc_slice(TypeId::INT, 2, 4).unwrap();
    heap.root(base);
    // SAFETY: the slices are of ints and rooted; bounds are inside of the capacity.
    unsafe {
        let longer = heap.alloc_append(TypeId::INT, base, int(7)).unwrap();
        heap.root(longer);
        assert_eq!((slice_parts(longer).data, slice_parts(longer).len), (data, 3));
        // Appending a slice to itself, in place and grown.
        let twice = heap.alloc_append_all(TypeId::INT, base, data, 2).unwrap();
        heap.root(twice);
        assert_eq!(slice_parts(twice).data, data);
        let grown = heap.alloc_append_all(TypeId::INT, longer, data, 3).unwrap();
        assert_ne!(slice_parts(grown).data, data);
        assert_eq!(slice_parts(grown).len, 6);
        heap.root(grown);
        let part = heap.alloc_reslice(TypeId::INT, grown, 1, 3, 4).unwrap();
        let parts = slice_parts(part);
        assert_eq!((parts.data, parts.len, parts.cap), (slice_parts(grown).data.add(8), 2, 3));
        let none = heap.alloc_reslice(TypeId::INT, base, 4, 4, 4).unwrap();
        assert_eq!((slice_parts(none).data, slice_parts(none).cap), (data, 0));
        assert_eq!(heap.alloc_reslice(TypeId::INT, Slot::ZERO, 0, 0, 0), Ok(Slot::ZERO));
        // 0 0 | overlapping copy of the elements 0.. to 1..
        data.cast::<i64>().copy_from_nonoverlapping([1, 2, 3, 4].as_ptr(), 4);
        let tail = heap.alloc_reslice(TypeId::INT, twice, 1, 4, 4).unwrap();
        assert_eq!(heap.copy_elements(TypeId::INT, tail, data, 4), 3);
        assert_eq!(*data.cast::<[i64; 4]>(), [1, 1, 2, 3]);
    }
}

#[test]
fn a_slice_keeps_its_array_and_the_array_its_elements() {
    let mut heap = Fixture::stressed(TypeTable::new());
    let mut slice = Slot::ZERO;
    for number in 0..50 {
        let string = heap.string(&format!("element {number}"));
        let root = heap.root(string);
        // SAFETY: the slice and the value are rooted.
        slice = unsafe { heap.alloc_append(TypeId::STRING, slice, one(root)).unwrap() };
        heap.drop_roots();
        heap.root(slice);
    }
    // SAFETY: a slice of 50 strings.
    let strings = unsafe { std::slice::from_raw_parts(slice_parts(slice).data.cast::<Slot>(), 50) };
    for (number, &string) in strings.iter().enumerate() {
        assert_eq!(text(string), format!("element {number}"));
    }
}

#[test]
fn too_much_is_an_error_and_the_heap_goes_on() {
    let mut heap = Fixture::new(TypeTable::new());
    heap.set_limit(10 << 20);
    assert_eq!(heap.alloc_slice(TypeId::INT, 1 << 60, 1 << 60).err(), Some(HeapError::OutOfMemory));
    assert_eq!(heap.alloc_slice(TypeId::INT, 1 << 40, 1 << 40).err(), Some(HeapError::OutOfMemory));
    let mut kept = 0;
    let failure = loop {
        match heap.alloc_string(&[b'x'; 1000]) {
            Ok(string) => heap.root(string),
            Err(error) => break error,
        };
        kept += 1;
    };
    assert_eq!(failure, HeapError::OutOfMemory);
    assert!((9000..10486).contains(&kept), "{kept}");
    heap.drop_roots();
    let string = heap.string("again");
    assert_eq!(text(string), "again");
    // Garbage alone never reaches the limit.
    for _ in 0..100_000 {
        heap.alloc_string(&[b'x'; 1000]).unwrap();
    }
}

#[test]
fn nothing_is_collected_while_the_source_refuses() {
    let mut heap = Fixture::stressed(TypeTable::new());
    heap.frame.paused.set(true);
    let strings: Vec<Slot> = (0..1000).map(|number| heap.string(&number.to_string())).collect();
    heap.collect();
    assert_eq!(heap.stats().cycles, 0);
    assert_eq!(text(strings[17]), "17");
    heap.frame.paused.set(false);
    assert_eq!(heap.live(), 0);
}

#[test]
fn epochs_wrap() {
    let mut heap = Fixture::new(TypeTable::new());
    let kept = heap.string("kept through all epochs");
    heap.root(kept);
    for cycle in 0..1000 {
        let passing = heap.string("passing");
        assert_eq!(text(passing), "passing", "{cycle}");
        assert_eq!(heap.live(), 48, "{cycle}");
    }
    assert_eq!(text(kept), "kept through all epochs");
}

#[test]
fn natives_see_the_same_heap() {
    let mut fixture = Fixture::new(TypeTable::new());
    let heap: &mut dyn Heap = &mut fixture.heap;
    let string = heap.new_string(b"key");
    let map = heap.new_map(TypeId::STRING, TypeId::INT);
    let (slice, data) = heap.new_slice(TypeId::RUNE, 3);
    // SAFETY: all values are of this heap, and of the types that their names say.
    unsafe {
        heap.map_insert(map, one(string), int(5));
        assert_eq!(heap.map_get(map, one(string)), Some(int(5)));
        assert_eq!((heap.map_len(map), heap.map_len(Slot::ZERO)), (1, 0));
        assert_eq!(heap.map_types(map), Some((TypeId::STRING, TypeId::INT)));
        let entry = heap.map_next(map, 0).unwrap();
        assert_eq!((entry.next, entry.key, entry.value), (1, one(string), int(5)));
        assert!(heap.map_next(map, entry.next).is_none());
        assert_eq!((heap.slice(slice).data, heap.slice(slice).len), (data, 3));
        assert_eq!(heap.string(Slot::ZERO).1, 0);
    }
}

#[derive(VoObject)]
#[vo(name = "heap.Held", bytes = |held: &Held| held.bytes)]
struct Held {
    #[expect(dead_code, reason = "is dropped")]
    alive: Rc<()>,
    bytes: usize,
}

fn held(alive: &Rc<()>, bytes: usize) -> RustValue {
    RustValue::new(Held { alive: Rc::clone(alive), bytes })
}

#[test]
fn rust_values_are_dropped_with_their_objects() {
    let mut types = TypeTable::new();
    let ty = types.new_opaque("heap.Held");
    let mut heap = Fixture::new(types);
    let alive = Rc::new(());
    let kept = held(&alive, 1000);
    let (bytes, address) = (kept.bytes(), kept.address());
    assert!((1000..1100).contains(&bytes), "{bytes}");
    let kept = heap.alloc_rust(ty, kept).unwrap();
    heap.root(Slot::from_ptr(kept));
    for _ in 0..10 {
        heap.alloc_rust(ty, held(&alive, 0)).unwrap();
    }
    assert_eq!(Rc::strong_count(&alive), 12);
    // The object is a word, in a cell of 16 bytes.
    assert_eq!((heap.live(), Rc::strong_count(&alive)), (16 + bytes, 2));
    // SAFETY: the object is alive.
    assert_eq!(unsafe { *kept.cast::<*const ()>() }, address);
    heap.drop_roots();
    assert_eq!((heap.live(), Rc::strong_count(&alive)), (0, 1));
    let last = heap.alloc_rust(ty, held(&alive, 0)).unwrap();
    heap.root(Slot::from_ptr(last));
    drop(heap);
    assert_eq!(Rc::strong_count(&alive), 1);
}

#[test]
fn rust_values_make_room_for_each_other_and_are_dropped_without() {
    let mut types = TypeTable::new();
    let ty = types.new_opaque("heap.Held");
    let mut heap = Fixture::new(types);
    heap.set_limit(1 << 20);
    let alive = Rc::new(());
    assert_eq!(heap.alloc_rust(ty, held(&alive, 2 << 20)), Err(HeapError::OutOfMemory));
    assert_eq!(Rc::strong_count(&alive), 1);
    for _ in 0..100 {
        heap.alloc_rust(ty, held(&alive, 300 << 10)).unwrap();
        assert!(Rc::strong_count(&alive) <= 4);
    }
}
