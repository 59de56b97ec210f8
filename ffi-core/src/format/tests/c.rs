//! Values of C: names of enums, texts in arrays, unions and bit-fields.

use super::*;
use crate::types::{BitField, Layout};

/// A value of each kind, its bytes given.
fn values() -> (World, Vec<(&'static str, [Slot; 2])>) {
    let mut types = TypeTable::new();
    let field = |name: &str, ty| Field { name: name.into(), ty, embedded: false };
    let character = |types: &mut TypeTable, name: &str, scalar, len| {
        let unit = types.new_c_character(name, scalar);
        (types.array_of(unit, len), types.slice_of(unit), unit)
    };
    let (name, chars, char) = character(&mut types, "C.char", Scalar::Int8, 6);
    let (wide, ..) = character(&mut types, "C.char16_t", Scalar::Uint16, 4);
    let (wider, ..) = character(&mut types, "C.wchar_t", Scalar::Int32, 3);
    let color = types.new_c_enum("C.enum_color", Scalar::Uint32, vec![("RED".into(), 0), ("BLUE".into(), 4)]);
    let level = types.new_c_enum("C.enum_level", Scalar::Int32, vec![("LOW".into(), -1)]);
    let colors = types.array_of(color, 2);
    let void = types.new_c_opaque("C.void");
    let pointer = types.pointer_to(void);

    // union { int32_t i; float f; uint8_t bytes[2]; }
    let bytes = types.array_of(TypeId::BYTE, 2);
    let fields =
        vec![field("i", TypeId::RUNE), field("f", TypeId::scalar(Scalar::Float32)), field("bytes", bytes)];
    let union = types.new_named("C.union_u");
    types.set_c_record(union, fields, Layout { size: 4, align: 4, offsets: vec![0; 3] }, true, vec![]);

    // struct { enum color c : 3; int n : 5; char name[6]; } in one packed run
    let flags = types.new_named("C.struct_flags");
    let fields = vec![field("c", color), field("n", TypeId::RUNE), field("name", name)];
    let bits = [(0, 3), (3, 5)].map(|(offset, width)| Some(BitField { offset, width }));
    let layout = Layout { size: 7, align: 1, offsets: vec![0, 0, 1] };
    types.set_c_record(flags, fields, layout, false, [&bits[..], &[None]].concat());
    let by_flags = types.map_of(flags, TypeId::INT);

    let mut world = World::new(types);
    let image = |world: &mut World, ty, bytes: &[u8]| {
        assert_eq!(world.types.layout(ty).size, bytes.len());
        let image = world.heap.new_object(ty);
        // SAFETY: the size was compared.
        unsafe { image.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
        World::any(ty, Slot::from_ptr(image))
    };
    let map = world.heap.new_map(flags, TypeId::INT);
    // (4, -1), (0, 2), (0, -3)
    for first in [0b1111_1100, 0b0001_0000, 0b1110_1000] {
        let key = image(&mut world, flags, &[first, b'x', 0, 0, 0, 0, 0]);
        // SAFETY: the map is of these keys and ints.
        unsafe { world.heap.map_insert(map, [key[1], Slot::ZERO], [Slot::from_i64(1), Slot::ZERO]) };
    }
    let values = vec![
        ("name", image(&mut world, name, b"bob\0xy")),
        ("full name", image(&mut world, name, b"\"robin")),
        ("[]char", world.slice(chars, char, b"ab\0c")),
        ("wide", image(&mut world, wide, &[0x68, 0, 0xe9, 0, 0, 0, 0x78, 0])),
        ("wider", image(&mut world, wider, &[0x00, 0xf6, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0])),
        ("char", World::any(char, Slot::from_i64(65))),
        ("BLUE", World::any(color, Slot::from_i64(4))),
        ("no color", World::any(color, Slot::from_bits(0xffff_ffff))),
        ("LOW", World::any(level, Slot::from_i64(-1))),
        ("no level", World::any(level, Slot::from_i64(-2))),
        ("colors", image(&mut world, colors, &[4, 0, 0, 0, 9, 0, 0, 0])),
        ("pointer", World::any(pointer, Slot::from_bits(0x1234))),
        ("nil", World::any(pointer, Slot::ZERO)),
        ("union", image(&mut world, union, &[0, 0, 0x80, 0x3f])),
        ("flags", image(&mut world, flags, &[0b1110_1100, b'h', b'i', 0, 0, 0, 0])),
        ("map", World::any(by_flags, map)),
    ];
    (world, values)
}

#[test]
fn values_of_c_print_what_they_mean() {
    let rows = [
        ("%v", "name", "bob"),
        ("%s|%6[1]s|%-6[1]s|%.2[1]s", "name", "bob|   bob|bob   |bo"),
        ("%q", "name", "\\\"bob\\\""),
        ("%#v", "name", "\\\"bob\\\""),
        ("%x", "name", "626f62"),
        ("%d", "name", "[98 111 98 0 120 121]"),
        ("%T", "name", "[6]C.char"),
        ("%v", "full name", "\\\"robin"),
        ("%v", "[]char", "[97 98 0 99]"),
        ("%s %[1]q", "[]char", "ab \\\"ab\\\""),
        ("%v", "wide", "h\\xc3\\xa9"),
        ("%q", "wider", "\\\"\\xf0\\x9f\\x98\\x80\\\""),
        ("%v %[1]c %[1]q", "char", "65 A \\'A\\'"),
        ("%v %[1]s %[1]d %[1]x", "BLUE", "BLUE BLUE 4 4"),
        ("%6v|%-6[1]v|%+[1]v|%#[1]v", "BLUE", "  BLUE|BLUE  |BLUE|0x4"),
        ("%v %[1]s %[1]d", "no color", "4294967295 4294967295 4294967295"),
        ("%v %[1]d", "LOW", "LOW -1"),
        ("%v", "no level", "-2"),
        ("%v %[1]d", "colors", "[BLUE 9] [4 9]"),
        ("%v %[1]p %[1]T", "pointer", "0x1234 0x1234 *C.void"),
        ("%v", "nil", "<nil>"),
        ("%+v", "union", "{i:1065353216 f:1 bytes:[0 0]}"),
        ("%+v", "flags", "{c:BLUE n:-3 name:hi}"),
        ("%v", "map", "map[{RED -3 x}:1 {RED 2 x}:1 {BLUE -1 x}:1]"),
    ];
    let (mut world, values) = values();
    for (format, name, expected) in rows {
        let value = values.iter().find(|value| value.0 == name).expect("a value of this name").1;
        assert_eq!(world.printf(format.as_bytes(), &[value]), expected, "{format} of {name}");
    }
}
