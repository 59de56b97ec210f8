//! Formatting against tables of what Go prints.

use std::ptr::NonNull;
use std::sync::Arc;

use crate::call::{CallContext, Status};
use crate::ctx::{Access, VmCtx};
use crate::format::Formatter;
use crate::heap::{ArenaHeap, Heap, new_error};
use crate::scalar::{SCALARS, Scalar};
use crate::slot::Slot;
use crate::types::{Field, Method, TypeId, TypeKind, TypeTable};
use crate::value::{VoSlice, VoVariadic};

mod c;

/// An arena of values, and a context over it.
struct World {
    heap: Box<ArenaHeap>,
    types: Arc<TypeTable>,
}

impl World {
    fn new(types: TypeTable) -> World {
        let types = Arc::new(types);
        World { heap: Box::new(ArenaHeap::new(Arc::clone(&types))), types }
    }

    fn any(ty: TypeId, data: Slot) -> [Slot; 2] {
        [Slot::from_bits(ty.number().into()), data]
    }

    fn string(&mut self, text: &[u8]) -> [Slot; 2] {
        World::any(TypeId::STRING, self.heap.new_string(text))
    }

    fn bytes(&mut self, bytes: &[u8]) -> [Slot; 2] {
        let (slot, data) = self.heap.new_slice(TypeId::BYTE, bytes.len());
        // SAFETY: the new slice has room for the bytes.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), data, bytes.len()) };
        World::any(TypeId::BYTES, slot)
    }

    fn slice<T: Copy>(&mut self, ty: TypeId, elem: TypeId, items: &[T]) -> [Slot; 2] {
        assert_eq!(self.types.layout(elem).size, size_of::<T>());
        let (slot, data) = self.heap.new_slice(elem, items.len());
        // SAFETY: the new slice has room for the items, whose size was compared.
        unsafe { std::ptr::copy_nonoverlapping(items.as_ptr(), data.cast(), items.len()) };
        World::any(ty, slot)
    }

    /// An object whose image is made of these words.
    fn object(&mut self, ty: TypeId, words: &[Slot]) -> Slot {
        assert_eq!(self.types.layout(ty).size, size_of_val(words));
        let image = self.heap.new_object(ty).cast::<Slot>();
        // SAFETY: the size was compared.
        unsafe { std::ptr::copy_nonoverlapping(words.as_ptr(), image, words.len()) };
        Slot::from_ptr(image)
    }

    /// Runs a formatter that calls `method` for the method `String` of every type that has one.
    fn format(
        &mut self,
        operands: &[[Slot; 2]],
        write: impl FnOnce(&mut Formatter<'_>, &VoVariadic<'_>),
    ) -> Vec<u8> {
        let [_, slice] = self.slice(TypeId::ANYS, TypeId::ANY, operands);
        let heap: &mut dyn Heap = &mut *self.heap;
        let types = Arc::clone(&self.types);
        // SAFETY: the heap outlives the context, and is used through it alone meanwhile.
        let mut cx = unsafe { CallContext::new(NonNull::from(heap), types, |_, _, _, _| Status::Ok) };
        // SAFETY: it writes the one string that `String` returns.
        unsafe {
            cx.set_enter_method(|cx, receiver, name, _, results| {
                let text = format!("<{name} of {}>", receiver[1].as_i64());
                if receiver[1] == Slot::ZERO {
                    return Some(
                        (*cx).trap("runtime error: invalid memory address or nil pointer dereference"),
                    );
                }
                results[0] = Access::new(NonNull::new_unchecked(cx)).new_string(text.as_bytes());
                Some(Status::Ok)
            });
        }
        // SAFETY: the context lives until the end of this function, and the slice is of the type `[]any`.
        let (access, operands) = unsafe {
            let access = Access::new(NonNull::from(&mut cx));
            (access, VoVariadic::new(VoSlice::from_slot(access, slice, TypeId::ANY)))
        };
        let mut out = Vec::new();
        write(&mut Formatter::calling_methods(&mut VmCtx::new(access), &mut out), &operands);
        out
    }

    fn printf(&mut self, format: &[u8], operands: &[[Slot; 2]]) -> String {
        let out = self.format(operands, |formatter, operands| {
            formatter.printf(format, operands).expect("no method panics");
        });
        out.escape_ascii().to_string()
    }
}

/// Undoes Go's `strconv.QuoteToASCII`.
fn unquote(text: &str) -> Vec<u8> {
    let inside = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).expect("quotes");
    let mut out = Vec::new();
    let mut chars = inside.chars();
    let hex = |chars: &mut std::str::Chars<'_>, digits: usize| {
        let text: String = chars.take(digits).collect();
        u32::from_str_radix(&text, 16).expect("hex digits")
    };
    while let Some(c) = chars.next() {
        let mut push = |c: char| out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        match c {
            '\\' => match chars.next().expect("an escape") {
                'x' => out.push(hex(&mut chars, 2) as u8),
                'u' => push(char::from_u32(hex(&mut chars, 4)).expect("a rune")),
                'U' => push(char::from_u32(hex(&mut chars, 8)).expect("a rune")),
                letter => push(match letter {
                    'a' => '\x07',
                    'b' => '\x08',
                    'f' => '\x0c',
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    'v' => '\x0b',
                    other => other,
                }),
            },
            c => push(c),
        }
    }
    out
}

fn operand(world: &mut World, text: &str) -> [Slot; 2] {
    let (ty, value) = text.split_once(' ').unwrap_or((text, ""));
    match ty {
        "nil" => return [Slot::ZERO; 2],
        "string" => return world.string(&unquote(value)),
        "[]byte" | "[]uint8" => return world.bytes(&unquote(value)),
        _ => {}
    }
    let row = SCALARS.iter().find(|row| row.name == ty).unwrap_or_else(|| panic!("type {ty}"));
    let slot = match (row.scalar, value.strip_prefix("0x")) {
        (Scalar::Bool, _) => Slot::from_bool(value == "true"),
        (_, Some(bits)) => Slot::from_bits(u64::from_str_radix(bits, 16).expect("bits")),
        (_, None) => Slot::from_bits(value.parse::<i128>().expect("a number") as u64),
    };
    World::any(TypeId::scalar(row.scalar), slot)
}

#[test]
fn scalars_and_strings_print_as_in_go() {
    let mut world = World::new(TypeTable::new());
    let (mut wrong, mut rows) = (Vec::new(), 0);
    for line in include_str!("tests/table.txt").lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let [format, operands @ .., expected] = fields.as_slice() else { panic!("a row of {line}") };
        let operands: Vec<_> = operands.iter().map(|text| operand(&mut world, text)).collect();
        let found = world.printf(&unquote(format), &operands);
        let expected = unquote(expected).escape_ascii().to_string();
        rows += 1;
        if found != expected {
            wrong.push(format!("{line}\n    expected {expected}\n    found    {found}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {rows} rows:\n{}", wrong.len(), wrong.join("\n"));
}

/// Types as a program would have them, and a value of each.
fn composites() -> (World, Vec<(&'static str, [Slot; 2])>) {
    let mut types = TypeTable::new();
    let ints = types.slice_of(TypeId::INT);
    let strings_to_ints = types.map_of(TypeId::STRING, TypeId::INT);
    let floats_to_any = types.map_of(TypeId::FLOAT64, TypeId::ANY);
    let pair = types.array_of(TypeId::BOOL, 2);
    let field = |name: &str, ty| Field { name: name.into(), ty, embedded: false };
    let point = types.new_named("main.Point");
    let fields = types.intern(TypeKind::Struct(vec![field("X", TypeId::INT), field("name", TypeId::STRING)]));
    types.set_underlying(point, fields);
    let point_ptr = types.pointer_to(point);
    let celsius = types.new_named("main.Celsius");
    types.set_underlying(celsius, TypeId::INT);
    let string = Method { name: "String".into(), ty: TypeId::FUNC_STRING, pointer_receiver: false };
    types.add_method(celsius, string);
    let celsius_ptr = types.pointer_to(celsius);
    let temperatures = types.slice_of(celsius);
    let weather_fields = vec![field("Now", celsius), field("later", celsius), field("Err", TypeId::ERROR)];
    let weather = types.intern(TypeKind::Struct(weather_fields));
    let mut world = World::new(types);

    let name = world.heap.new_string(b"here");
    let origin = world.object(point, &[Slot::from_i64(1), name]);
    let a_map = world.heap.new_map(TypeId::STRING, TypeId::INT);
    for (key, value) in [("b", 2), ("a", 1)] {
        let key = world.heap.new_string(key.as_bytes());
        // SAFETY: the map is of strings and ints.
        unsafe { world.heap.map_insert(a_map, [key, Slot::ZERO], [Slot::from_i64(value), Slot::ZERO]) };
    }
    let mixed = world.heap.new_map(TypeId::FLOAT64, TypeId::ANY);
    for key in [1.5, f64::NAN, -2.0] {
        // SAFETY: the map is of floats and interfaces.
        unsafe { world.heap.map_insert(mixed, [Slot::from_f64(key), Slot::ZERO], [Slot::ZERO; 2]) };
    }
    let list = world.slice(ints, TypeId::INT, &[1_i64, -2, 3]);
    let anys = {
        let text = world.string(b"x");
        let item = [World::any(TypeId::INT, Slot::from_i64(7)), text, [Slot::ZERO; 2]];
        world.slice(TypeId::ANYS, TypeId::ANY, &item)
    };
    let error = new_error(&mut *world.heap, "it broke");
    let forecast = [Slot::from_i64(20), Slot::from_i64(25), error[0], error[1]];
    let forecast = world.object(weather, &forecast);
    let temps = world.slice(temperatures, celsius, &[30_i64, 31]);
    let pair_image = world.heap.new_object(pair);
    // SAFETY: the image is two bools.
    unsafe { pair_image.add(1).write(1) };
    let mut values = vec![
        ("[]int", list),
        ("nil []int", World::any(ints, Slot::ZERO)),
        ("[]any", anys),
        ("Point", World::any(point, origin)),
        ("*Point", World::any(point_ptr, origin)),
        ("nil *Point", World::any(point_ptr, Slot::ZERO)),
        ("map", World::any(strings_to_ints, a_map)),
        ("nil map", World::any(strings_to_ints, Slot::ZERO)),
        ("NaN map", World::any(floats_to_any, mixed)),
        ("error", error),
        ("Celsius", World::any(celsius, Slot::from_i64(20))),
        ("nil *Celsius", World::any(celsius_ptr, Slot::ZERO)),
        ("[]Celsius", temps),
        ("struct", World::any(weather, forecast)),
        ("[2]bool", World::any(pair, Slot::from_ptr(pair_image))),
    ];
    let bytes = world.bytes(b"ab");
    values.push(("[]byte", bytes));
    (world, values)
}

#[test]
fn composite_values_print_as_in_go() {
    let rows = [
        ("%v", "[]int", "[1 -2 3]"),
        ("%#v", "[]int", "[]int{1, -2, 3}"),
        ("%03d", "[]int", "[001 -02 003]"),
        ("%x", "[]int", "[1 -2 3]"),
        ("%s", "[]int", "[%!s(int=1) %!s(int=-2) %!s(int=3)]"),
        ("%v", "nil []int", "[]"),
        ("%#v", "nil []int", "[]int(nil)"),
        ("%v", "[]any", "[7 x <nil>]"),
        ("%d", "[]any", "[7 %!d(string=x) <nil>]"),
        ("%#v", "[]any", "[]interface {}{7, \\\"x\\\", interface {}(nil)}"),
        ("%T", "[]any", "[]interface {}"),
        ("%v", "Point", "{1 here}"),
        ("%+v", "Point", "{X:1 name:here}"),
        ("%#v", "Point", "main.Point{X:1, name:\\\"here\\\"}"),
        ("%v", "*Point", "&{1 here}"),
        ("%+v", "*Point", "&{X:1 name:here}"),
        ("%T", "*Point", "*main.Point"),
        ("%v", "nil *Point", "<nil>"),
        ("%+v", "nil *Point", "<nil>"),
        ("%#v", "nil *Point", "(*main.Point)(nil)"),
        ("%s", "nil *Point", "%!s(*main.Point=<nil>)"),
        ("%v", "map", "map[a:1 b:2]"),
        ("%#v", "map", "map[string]int{\\\"a\\\":1, \\\"b\\\":2}"),
        ("%v", "nil map", "map[]"),
        ("%#v", "nil map", "map[string]int(nil)"),
        ("%v", "NaN map", "map[NaN:<nil> -2:<nil> 1.5:<nil>]"),
        ("%v", "error", "it broke"),
        ("%10s|", "error", "  it broke|"),
        ("%q", "error", "\\\"it broke\\\""),
        ("%d", "error", "&{%!d(string=it broke)}"),
        ("%w", "error", "%!w(*errors.errorString=&{it broke})"),
        ("%v", "Celsius", "<String of 20>"),
        ("%d", "Celsius", "20"),
        ("%z", "Celsius", "%!z(main.Celsius=20)"),
        ("%#v", "Celsius", "20"),
        ("%v", "nil *Celsius", "<nil>"),
        ("%v", "[]Celsius", "[<String of 30> <String of 31>]"),
        ("%v", "struct", "{<String of 20> 25 it broke}"),
        ("%T", "struct", "struct { Now main.Celsius; later main.Celsius; Err error }"),
        ("%v", "[2]bool", "[false true]"),
        ("%#v", "[2]bool", "[2]bool{false, true}"),
        ("%v", "[]byte", "[97 98]"),
        ("%s %x %q", "[]byte", "ab %!x(MISSING) %!q(MISSING)"),
        ("%#v", "[]byte", "[]byte{0x61, 0x62}"),
        ("%T", "[]byte", "[]uint8"),
    ];
    let (mut world, values) = composites();
    for (format, name, expected) in rows {
        let value = values.iter().find(|value| value.0 == name).expect("a value of this name").1;
        assert_eq!(world.printf(format.as_bytes(), &[value]), expected, "{format} of {name}");
    }
}

#[test]
fn print_and_println_place_spaces_as_in_go() {
    let mut world = World::new(TypeTable::new());
    let int = |value| World::any(TypeId::INT, Slot::from_i64(value));
    let (a, b) = (world.string(b"a"), world.string(b"b"));
    let rows = [
        (vec![], "", ""),
        (vec![int(1), int(2)], "1 2", "1 2"),
        (vec![a, b], "ab", "a b"),
        (vec![a, int(1), int(2), b], "a1 2b", "a 1 2 b"),
        (vec![[Slot::ZERO; 2], [Slot::ZERO; 2]], "<nil> <nil>", "<nil> <nil>"),
    ];
    for (operands, print, println) in rows {
        let found =
            world.format(&operands, |formatter, operands| formatter.print(operands).expect("no panic"));
        assert_eq!(String::from_utf8_lossy(&found), print);
        let found =
            world.format(&operands, |formatter, operands| formatter.println(operands).expect("no panic"));
        assert_eq!(String::from_utf8_lossy(&found), println);
    }
}

#[test]
fn errorf_tells_what_it_wraps() {
    let mut world = World::new(TypeTable::new());
    let error = new_error(&mut *world.heap, "inner");
    let int = World::any(TypeId::INT, Slot::from_i64(1));
    let rows = [
        (&b"%d: %w"[..], vec![int, error], "1: inner", vec![1]),
        (b"%w", vec![int], "%!w(int=1)", vec![]),
        (b"%w", vec![[Slot::ZERO; 2]], "%!w(<nil>)", vec![]),
        (b"%[2]w %[1]w", vec![error, error], "inner inner", vec![0, 1]),
    ];
    for (format, operands, text, wrapped) in rows {
        let out = world.format(&operands, |formatter, operands| {
            assert_eq!(formatter.errorf(format, operands).expect("no panic"), wrapped);
        });
        assert_eq!(String::from_utf8_lossy(&out), text);
    }
}

#[test]
fn a_value_that_contains_itself_is_an_error() {
    let mut world = World::new(TypeTable::new());
    let cycle = world.slice(TypeId::ANYS, TypeId::ANY, &[[Slot::ZERO; 2]]);
    // SAFETY: the slice has one element, an interface.
    unsafe { world.heap.slice(cycle[1]).data.cast::<[Slot; 2]>().write(cycle) };
    world.format(&[cycle], |formatter, operands| {
        let error = formatter.println(operands).expect_err("there is no end");
        assert!(error.is_trap(), "{error}");
    });
}
