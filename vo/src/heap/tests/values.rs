//! Loading, storing and comparing by type.

use vo_ffi::{Scalar, Slot, TypeId, TypeTable};

use super::super::HeapError;
use super::{Fixture, dynamic, int, one, struct_of};

#[test]
fn values_go_to_memory_and_back() {
    let mut types = TypeTable::new();
    let pair = struct_of(&mut types, &[TypeId::BYTE, TypeId::RUNE]);
    let mut heap = Fixture::new(types);
    let any = dynamic(TypeId::INT, Slot::from_i64(-3));
    let rows = [
        (TypeId::scalar(Scalar::Int8), int(-5)),
        (TypeId::BYTE, int(200)),
        (TypeId::FLOAT64, one(Slot::from_f64(-0.0))),
        (TypeId::scalar(Scalar::Float32), one(Slot::from_f32(1.5))),
        (TypeId::STRING, one(heap.static_string(b"s"))),
        (TypeId::ANY, any),
    ];
    for (ty, value) in rows {
        let at = heap.alloc_object(ty).unwrap();
        // SAFETY: the object is of the type.
        unsafe {
            heap.store(ty, at, value);
            assert_eq!(heap.load(ty, at), value, "{}", heap.types().name(ty));
        }
    }
    let (from, to) = (heap.alloc_object(pair).unwrap(), heap.alloc_object(pair).unwrap());
    // SAFETY: both are images of `pair`.
    unsafe {
        from.add(4).cast::<i32>().write(9);
        heap.store(pair, to, one(Slot::from_ptr(from)));
        assert_eq!(to.add(4).cast::<i32>().read(), 9);
        assert_eq!(heap.load(pair, to)[0].as_ptr::<u8>(), to);
        let copy = heap.alloc_copy(pair, to).unwrap();
        assert_eq!(copy.add(4).cast::<i32>().read(), 9);
        heap.store(pair, to, one(Slot::ZERO));
        assert_eq!(to.cast::<u64>().read(), 0);
    }
}

#[test]
fn equality_is_by_type() {
    let mut types = TypeTable::new();
    let float32 = TypeId::scalar(Scalar::Float32);
    let ints = types.slice_of(TypeId::INT);
    let bad = struct_of(&mut types, &[TypeId::INT, ints]);
    let mut heap = Fixture::new(types);
    let (a, b) = (heap.string("same"), heap.string("same"));
    let other = heap.string("other");
    let float = |value: f64| one(Slot::from_f64(value));
    let single = |value: f32| one(Slot::from_f32(value));
    let any = |ty, data| dynamic(ty, data);
    let nil = [Slot::ZERO; 2];
    let rows = [
        (TypeId::INT, int(1), int(1), Ok(true)),
        (TypeId::INT, int(1), int(2), Ok(false)),
        (TypeId::FLOAT64, float(0.0), float(-0.0), Ok(true)),
        (TypeId::FLOAT64, float(f64::NAN), float(f64::NAN), Ok(false)),
        (float32, single(0.0), single(-0.0), Ok(true)),
        (float32, single(f32::NAN), single(f32::NAN), Ok(false)),
        (TypeId::STRING, one(a), one(b), Ok(true)),
        (TypeId::STRING, one(a), one(other), Ok(false)),
        (TypeId::STRING, one(Slot::ZERO), one(other), Ok(false)),
        (TypeId::ANY, nil, nil, Ok(true)),
        (TypeId::ANY, nil, any(TypeId::INT, Slot::ZERO), Ok(false)),
        (TypeId::ANY, any(TypeId::STRING, a), any(TypeId::STRING, b), Ok(true)),
        (TypeId::ANY, any(TypeId::INT, Slot::ZERO), any(TypeId::BYTE, Slot::ZERO), Ok(false)),
        (TypeId::ANY, any(ints, a), any(ints, a), Err(HeapError::Uncomparable(ints))),
        (TypeId::ANY, any(bad, a), any(bad, a), Err(HeapError::Uncomparable(bad))),
        (TypeId::ANY, any(ints, a), any(bad, a), Ok(false)),
    ];
    for (index, (ty, left, right, expected)) in rows.into_iter().enumerate() {
        // SAFETY: the values are of the row's type.
        assert_eq!(unsafe { heap.equal(ty, left, right) }, expected, "row {index}");
    }
    let message = HeapError::Uncomparable(ints).message(heap.types());
    assert_eq!(message, "runtime error: comparing uncomparable type []int");
}

#[test]
fn images_are_compared_field_by_field() {
    let mut types = TypeTable::new();
    let inner = struct_of(&mut types, &[TypeId::BYTE, TypeId::RUNE]);
    let floats = types.array_of(TypeId::FLOAT64, 3);
    let outer = struct_of(&mut types, &[inner, TypeId::STRING, TypeId::ANY, floats]);
    let mut heap = Fixture::new(types);
    // SAFETY: offsets are those of `outer`: 0 and 4, 8, 16, 32.
    let mut make = |rune: i32, text: &str, held: i64, last: f64, padding: u8| unsafe {
        let at = heap.alloc_object(outer).unwrap();
        at.add(1).write(padding);
        at.add(4).cast::<i32>().write(rune);
        let string = heap.string(text);
        at.add(8).cast::<Slot>().write(string);
        let data = heap.alloc_object(inner).unwrap();
        data.add(4).cast::<i32>().write(held as i32);
        at.add(16).cast::<[Slot; 2]>().write(dynamic(inner, Slot::from_ptr(data)));
        at.add(48).cast::<f64>().write(last);
        one(Slot::from_ptr(at))
    };
    let base = make(1, "text", 5, 0.0, 0);
    let rows = [
        (make(1, "text", 5, -0.0, 77), true),
        (make(2, "text", 5, 0.0, 0), false),
        (make(1, "tex", 5, 0.0, 0), false),
        (make(1, "text", 6, 0.0, 0), false),
        (make(1, "text", 5, f64::NAN, 0), false),
    ];
    for (index, (other, expected)) in rows.into_iter().enumerate() {
        // SAFETY: both are images of `outer`.
        unsafe {
            assert_eq!(heap.equal(outer, base, other), Ok(expected), "row {index}");
            let boxed = |value: [Slot; 2]| dynamic(outer, value[0]);
            assert_eq!(heap.equal(TypeId::ANY, boxed(base), boxed(other)), Ok(expected), "row {index}");
            let same_hash = heap.hash(outer, base) == heap.hash(outer, other);
            assert_eq!(same_hash, expected, "row {index}");
        }
    }
}

#[test]
fn deep_values_need_no_stack() {
    let mut types = TypeTable::new();
    let wrapper = struct_of(&mut types, &[TypeId::ANY]);
    let mut heap = Fixture::new(types);
    heap.frame.paused.set(true);
    let mut make = || {
        let mut value = [Slot::ZERO; 2];
        for _ in 0..200_000 {
            let at = heap.alloc_object(wrapper).unwrap();
            // SAFETY: the wrapper's only field is an interface.
            unsafe { at.cast::<[Slot; 2]>().write(value) };
            value = dynamic(wrapper, Slot::from_ptr(at));
        }
        value
    };
    let (a, b) = (make(), make());
    // SAFETY: both are interfaces.
    unsafe {
        assert_eq!(heap.equal(TypeId::ANY, a, b), Ok(true));
        assert_eq!(heap.hash(TypeId::ANY, a), heap.hash(TypeId::ANY, b));
    }
}
