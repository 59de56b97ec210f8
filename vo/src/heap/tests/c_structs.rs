//! Structs and unions of C: references at odd places, and what is no reference at all.

use vo_ffi::{BitField, Field, Layout, Packing, Slot, TypeId, TypeTable};

use super::{Fixture, one};

fn field(name: &str, ty: TypeId) -> Field {
    Field { name: name.into(), ty, embedded: false }
}

#[test]
fn references_in_packed_structs_and_unions_are_traced() {
    let mut types = TypeTable::new();
    let pointer = types.pointer_to(TypeId::INT);
    let packed = types.new_named("main.packed");
    let fields = vec![field("tag", TypeId::BYTE), field("where", pointer)];
    types.set_packed(packed, fields, Packing { packed: true, align: None });
    let union = types.new_named("C.union_u");
    let fields = vec![field("number", TypeId::UINT64), field("pointer", pointer)];
    types.set_c_record(union, fields, Layout { size: 8, align: 8, offsets: vec![0, 0] }, true, vec![]);
    let row = types.array_of(packed, 3);
    let mut heap = Fixture::new(types);

    let dead = heap.alloc_object(TypeId::INT).unwrap();
    assert_eq!(heap.live(), 0);
    let rows = [(row, 1 + 9, 32), (packed, 1, 16), (union, 0, 16)];
    for (ty, offset, own) in rows {
        heap.drop_roots();
        heap.frame.paused.set(true);
        let object = heap.alloc_object(ty).unwrap();
        let number = heap.alloc_object(TypeId::INT).unwrap();
        heap.frame.paused.set(false);
        heap.root(Slot::from_ptr(object));
        // SAFETY: the object has a pointer at the offset.
        let at = unsafe { object.add(offset).cast::<Slot>() };
        let foreign = 0u64;
        for (bits, alive) in [
            (Slot::from_ptr(number), own + 16),
            (Slot::from_ptr(&raw const foreign), own),
            (Slot::from_ptr(dead), own),
            (Slot::from_bits(7), own),
            (Slot::from_bits(u64::MAX), own),
        ] {
            // SAFETY: as above.
            unsafe { at.write_unaligned(bits) };
            assert_eq!(heap.live(), alive, "{bits:?} in {}", heap.types().name(ty));
        }
    }
}

#[test]
fn structs_are_equal_by_fields_and_unions_by_bytes() {
    let mut types = TypeTable::new();
    let flags = types.new_named("C.struct_flags");
    let fields = vec![field("low", TypeId::RUNE), field("high", TypeId::UINT64), field("tail", TypeId::BYTE)];
    // struct { int low : 3; long high : 40; char tail; }, and 21 bits that are nobody's.
    let bits = [(0, 3), (3, 40)].map(|(offset, width)| Some(BitField { offset, width }));
    let layout = Layout { size: 8, align: 8, offsets: vec![0, 0, 6] };
    types.set_c_record(flags, fields, layout, false, [&bits[..], &[None]].concat());
    let union = types.new_named("C.union_u");
    let bytes = types.array_of(TypeId::BYTE, 8);
    let fields = vec![field("x", TypeId::scalar(vo_ffi::Scalar::Float32)), field("bytes", bytes)];
    types.set_c_record(union, fields, Layout { size: 8, align: 4, offsets: vec![0, 0] }, true, vec![]);
    let mut heap = Fixture::new(types);
    heap.frame.paused.set(true);
    let minus_zero = 0x8000_0000;
    let rows: [(TypeId, u64, u64, bool); 8] = [
        (flags, 0, 0, true),
        (flags, 0, 1 << 43, true),
        (flags, 0, u64::MAX << 56 | 0b1_1111 << 43, true),
        (flags, 0, 1 << 42, false),
        (flags, 0b101, 0b001, false),
        (flags, 0, 1 << 48, false),
        (union, 0, minus_zero, false),
        (union, 7 << 40, 7 << 40, true),
    ];
    for (ty, a, b, expected) in rows {
        let mut image = |bits: u64| {
            let at = heap.alloc_object(ty).unwrap();
            // SAFETY: both types have 8 bytes.
            unsafe { at.cast::<u64>().write(bits) };
            one(Slot::from_ptr(at))
        };
        let (left, right) = (image(a), image(b));
        // SAFETY: both are images of the type.
        unsafe {
            assert_eq!(heap.equal(ty, left, right), Ok(expected), "{a:#x} {b:#x}");
            assert_eq!(heap.hash(ty, left) == heap.hash(ty, right), expected, "{a:#x} {b:#x}");
        }
    }
}
