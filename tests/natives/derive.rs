//! Rust structs and enums as parameters, results and elements.

use std::collections::BTreeMap;

use vo_ffi::prelude::*;
use vo_ffi::{Declaration, Field, FuncType, Heap, Origin, Scalar, Slot, TypeId, TypeKind, TypeTable};

use crate::host::{End, Host, func, int, trap};

#[derive(Clone, Copy, Debug, PartialEq, FromVo, IntoVo, VoPacked)]
#[repr(C)]
struct Point {
    x: f64,
    y: f64,
}

#[derive(Debug, FromVo, IntoVo)]
struct Label<'call> {
    text: &'call str,
    at: Point,
    color: Color,
    tags: Vec<String>,
    #[vo(rename = "Next")]
    next: Option<VoObject<'call>>,
    user_id: i16,
}

#[derive(Clone, Copy, Debug, PartialEq, FromVo, IntoVo)]
enum Color {
    Red,
    Green = 5,
}

#[derive(Debug, FromVo, IntoVo)]
#[repr(u8)]
enum Level {
    Low = 1,
    High = 200,
}

/// With room between its fields.
#[derive(Clone, Copy, Debug, PartialEq, FromVo, IntoVo, VoPacked)]
#[repr(C)]
struct Particle {
    kind: u8,
    at: Point,
    age: u16,
    _spare: u16,
}

#[derive(FromVo, IntoVo)]
struct Empty {}

#[vo_extern("derive.Length")]
fn length(point: Point) -> f64 {
    point.x.hypot(point.y)
}

#[vo_extern("derive.Describe")]
fn describe(label: Label<'_>) -> String {
    let Label { text, at, color, tags, next, user_id } = label;
    format!("{text} {at:?} {color:?} {tags:?} {} {user_id}", next.is_some())
}

#[vo_extern("derive.Same")]
fn same(label: Label<'_>) -> Label<'_> {
    label
}

#[vo_extern("derive.Mirror")]
fn mirror(points: Vec<Point>) -> Vec<Point> {
    points.into_iter().map(|Point { x, y }| Point { x: y, y: x }).collect()
}

#[vo_extern("derive.Shift")]
fn shift(mut points: VoSlice<Point>, by: Point) -> VoSlice<Point> {
    for index in 0..points.len() {
        let Point { x, y } = points.get(index);
        points.set(index, Point { x: x + by.x, y: y + by.y });
    }
    points
}

#[vo_extern("derive.Names")]
fn names(points: BTreeMap<String, Point>) -> BTreeMap<String, Point> {
    points.into_iter().map(|(name, point)| (name + "!", Point { x: -point.x, ..point })).collect()
}

#[vo_extern("derive.Age")]
fn age(particles: &mut [Particle], by: Point) -> f64 {
    particles.iter_mut().for_each(|particle| particle.age += 1);
    particles.iter().map(|particle| particle.at.x * by.x + f64::from(particle.kind)).sum()
}

#[vo_extern("derive.Sum")]
fn sum(points: &[Point]) -> Point {
    points
        .iter()
        .fold(Point { x: 0.0, y: 0.0 }, |sum, point| Point { x: sum.x + point.x, y: sum.y + point.y })
}

#[vo_extern("derive.Move")]
fn move_all(points: &mut [Point], by: Point) {
    points.iter_mut().for_each(|point| point.x += by.x);
}

#[vo_extern("derive.Invert")]
fn invert(color: Color, levels: Vec<Level>) -> (Color, Vec<Level>) {
    let color = if color == Color::Red { Color::Green } else { Color::Red };
    let inverted = |level| if matches!(level, Level::Low) { Level::High } else { Level::Low };
    (color, levels.into_iter().map(inverted).collect())
}

#[vo_extern("derive.Nothing")]
fn nothing(empty: Empty) -> Result<Empty, VoError> {
    Ok(empty)
}

#[vo_extern("derive.First")]
fn first(points: Vec<Point>) -> Result<(i64, Point), VoError> {
    let first = points.first().ok_or_else(|| VoError::new("no points"))?;
    Ok((points.len() as i64, *first))
}

#[vo_extern("derive.Apply", reentrant)]
fn apply(ctx: &mut VmCtx, f: VoFunc, point: Point) -> Result<Point, VoError> {
    ctx.call(&f, (point,))
}

struct Types {
    point: TypeId,
    points: TypeId,
    label: TypeId,
    color: TypeId,
    levels: TypeId,
    particle: TypeId,
    particles: TypeId,
    by_name: TypeId,
    apply: TypeId,
}

type Fields<'a> = &'a [(&'a str, TypeId)];

fn structure(table: &mut TypeTable, name: &str, fields: Fields) -> TypeId {
    let ty = table.new_named(name);
    let field = |&(name, ty): &(&str, TypeId)| Field { name: name.into(), ty, embedded: false };
    let fields = table.intern(TypeKind::Struct(fields.iter().map(field).collect()));
    table.set_underlying(ty, fields);
    ty
}

fn host() -> (Host, Types) {
    let mut table = TypeTable::new();
    let float = TypeId::FLOAT64;
    let point = structure(&mut table, "main.Point", &[("X", float), ("Y", float)]);
    let color = table.new_named("main.Color");
    table.set_underlying(color, TypeId::INT);
    let strings = table.slice_of(TypeId::STRING);
    let pointer = table.pointer_to(point);
    let (int16, uint16) = (TypeId::scalar(Scalar::Int16), TypeId::scalar(Scalar::Uint16));
    let fields = [
        ("Text", TypeId::STRING),
        ("at", point),
        ("Color", color),
        ("Tags", strings),
        ("Next", pointer),
        ("userID", int16),
    ];
    let label = structure(&mut table, "main.Label", &fields);
    let fields = [("Kind", TypeId::BYTE), ("At", point), ("Age", uint16), ("_", uint16)];
    let particle = structure(&mut table, "main.Particle", &fields);
    let types = Types {
        point,
        points: table.slice_of(point),
        label,
        color,
        levels: TypeId::BYTES,
        particle,
        particles: table.slice_of(particle),
        by_name: table.map_of(TypeId::STRING, point),
        apply: table.intern(TypeKind::Func(func(&[point], &[point]))),
    };
    (Host::with_types(table), types)
}

/// A struct on the heap with this image.
fn image<T>(host: &mut Host, ty: TypeId, value: T) -> Slot {
    assert_eq!(host.types.layout(ty).size, size_of::<T>());
    let at = host.heap().new_object(ty);
    // SAFETY: a new image of this size.
    unsafe { at.cast::<T>().write(value) };
    Slot::from_ptr(at)
}

/// The struct that a slot holds.
fn read<T>(slot: Slot) -> T {
    // SAFETY: the test gives the image of a struct, and names its layout.
    unsafe { slot.as_ptr::<T>().read() }
}

/// The address of a slice's first element.
fn slice_data(host: &mut Host, slice: Slot) -> u64 {
    // SAFETY: the test gives a slice of the heap.
    unsafe { host.heap().slice(slice) }.data.addr() as u64
}

/// A `main.Label` as it lies in memory.
#[derive(Clone, Copy)]
#[repr(C)]
struct LabelImage {
    text: Slot,
    at: Point,
    color: i64,
    tags: Slot,
    next: Slot,
    user_id: i16,
}

const ONE: Point = Point { x: 3.0, y: -4.0 };
const TWO: Point = Point { x: 0.5, y: 1.0 };

fn label(host: &mut Host, text: impl AsRef<[u8]>, color: i64) -> LabelImage {
    let (text, tags) = (host.string(text), host.strings(&["a", "b"]));
    LabelImage { text, at: ONE, color, tags, next: Slot::ZERO, user_id: -7 }
}

#[test]
fn structs_are_read_where_they_lie() {
    let (mut host, types) = host();
    let point = image(&mut host, types.point, ONE);
    let end = host.call("derive.Length", &func(&[types.point], &[TypeId::FLOAT64]), &[point]);
    assert_eq!(end, End::Ok(vec![Slot::from_f64(5.0)]));

    let describe = func(&[types.label], &[TypeId::STRING]);
    let value = label(&mut host, "ada", 5);
    let value = image(&mut host, types.label, LabelImage { next: point, ..value });
    let End::Ok(results) = host.call("derive.Describe", &describe, &[value]) else { panic!() };
    let expected = "ada Point { x: 3.0, y: -4.0 } Green [\"a\", \"b\"] true -7";
    assert_eq!(host.read_string(results[0]), expected);

    for (text, color, message) in [
        (
            &b"a\xff"[..],
            5,
            "a string of UTF-8 as field `text`, found one that is not valid UTF-8 from byte 1",
        ),
        (b"ada", 1, "a variant of Color: 0 (Red), 5 (Green) as field `color`, found 1"),
    ] {
        let value = label(&mut host, text, color);
        let value = image(&mut host, types.label, value);
        let end = host.call("derive.Describe", &describe, &[value]);
        assert_eq!(end, trap(format!("derive.Describe: argument 1 `label`: expected {message}")));
    }
}

#[test]
fn results_are_new_structs() {
    let (mut host, types) = host();
    let value = label(&mut host, "ada", 0);
    let value = image(&mut host, types.label, value);
    let same = func(&[types.label], &[types.label]);
    let End::Ok(results) = host.call("derive.Same", &same, &[value]) else { panic!() };
    let (old, new) = (read::<LabelImage>(value), read::<LabelImage>(results[0]));
    assert_ne!(results[0], value);
    assert_eq!(
        (host.read_string(new.text), new.at, new.color, host.read_strings(new.tags), new.next, new.user_id),
        ("ada".into(), ONE, 0, vec!["a".into(), "b".into()], old.next, -7)
    );
    let mut table = TypeTable::new();
    let empty = structure(&mut table, "main.Empty", &[]);
    let mut host = Host::with_types(table);
    let value = image(&mut host, empty, ());
    let end = host.call("derive.Nothing", &func(&[empty], &[empty, TypeId::ERROR]), &[value]);
    assert_eq!(end.result().map(|slot| slot != Slot::ZERO), Some(true));
}

#[test]
fn a_struct_is_zero_where_there_is_an_error() {
    let (mut host, types) = host();
    let first = func(&[types.points], &[TypeId::INT, types.point, TypeId::ERROR]);
    let callee = host.link("derive.First", &first);
    let points = host.slice(types.point, &[ONE]);
    let results = host.call_whole(&callee, &[points]).unwrap();
    assert_eq!((results[0], read::<Point>(results[1]), &results[2..]), (int(1), ONE, &[Slot::ZERO; 2][..]));
    let results = host.call_whole(&callee, &[Slot::ZERO]).unwrap();
    assert_eq!((results[0], read::<Point>(results[1])), (int(0), Point { x: 0.0, y: 0.0 }));
    assert_ne!(results[2], Slot::ZERO);
}

#[test]
fn slices_and_maps_of_structs_are_copied() {
    let (mut host, types) = host();
    let points = host.slice(types.point, &[ONE, TWO]);
    let mirror = func(&[types.points], &[types.points]);
    let End::Ok(results) = host.call("derive.Mirror", &mirror, &[points]) else { panic!() };
    let mirrored = [Point { x: -4.0, y: 3.0 }, Point { x: 1.0, y: 0.5 }];
    assert_eq!(host.read_slice::<Point>(results[0]), mirrored);
    assert_eq!(host.read_slice::<Point>(points), [ONE, TWO]);

    let (name, value) = (host.string("one"), image(&mut host, types.point, ONE));
    let map = host.heap().new_map(TypeId::STRING, types.point);
    // SAFETY: the map is new, and the entry of its types.
    unsafe { host.heap().map_insert(map, [name, Slot::ZERO], [value, Slot::ZERO]) };
    let names = func(&[types.by_name], &[types.by_name]);
    let End::Ok(results) = host.call("derive.Names", &names, &[map]) else { panic!() };
    let name = host.string("one!");
    // SAFETY: the result is a map of these types.
    let found = unsafe { host.heap().map_get(results[0], [name, Slot::ZERO]) };
    assert_eq!(found.map(|slots| read::<Point>(slots[0])), Some(Point { x: -3.0, y: -4.0 }));
}

#[test]
fn elements_are_replaced() {
    let (mut host, types) = host();
    let (points, by) = (host.slice(types.point, &[ONE, TWO]), image(&mut host, types.point, TWO));
    let shift = func(&[types.points, types.point], &[types.points]);
    assert_eq!(host.call("derive.Shift", &shift, &[points, by]), End::Ok(vec![points]));
    let expected = [Point { x: 3.5, y: -3.0 }, Point { x: 1.0, y: 2.0 }];
    assert_eq!(host.read_slice::<Point>(points), expected);
}

#[test]
fn packed_structs_are_borrowed() {
    let (mut host, types) = host();
    let particle = |kind, at| Particle { kind, at, age: 9, _spare: 1 };
    let particles = host.slice(types.particle, &[particle(1, ONE), particle(2, TWO)]);
    let by = image(&mut host, types.point, TWO);
    let age = func(&[types.particles, types.point], &[TypeId::FLOAT64]);
    let end = host.call("derive.Age", &age, &[particles, by]);
    assert_eq!(end, End::Ok(vec![Slot::from_f64(4.75)]));
    let older = |kind, at| Particle { age: 10, ..particle(kind, at) };
    assert_eq!(host.read_slice::<Particle>(particles), [older(1, ONE), older(2, TWO)]);

    let points = host.slice(types.point, &[ONE, TWO]);
    let sum = func(&[types.points], &[types.point]);
    let End::Ok(results) = host.call("derive.Sum", &sum, &[points]) else { panic!() };
    assert_eq!(read::<Point>(results[0]), Point { x: 3.5, y: -3.0 });

    let shift = func(&[types.points, types.point], &[]);
    assert_eq!(host.call("derive.Move", &shift, &[points, by]), End::Ok(vec![]));
    assert_eq!(host.read_slice::<Point>(points)[0], Point { x: 3.5, y: -4.0 });
    // An argument that is an element of what is borrowed for change.
    let first = Slot::from_bits(slice_data(&mut host, points));
    let message = "read of a slice that the native borrows as &mut [T]; take a VoSlice, and use get and set";
    let end = host.call("derive.Move", &shift, &[points, first]);
    assert_eq!(end.panic_message(), Some(message));
}

#[test]
fn enums_are_integers() {
    let (mut host, types) = host();
    let levels = host.slice(TypeId::BYTE, &[1_u8, 200]);
    let invert = func(&[types.color, types.levels], &[types.color, types.levels]);
    for (color, inverted) in [(0, 5), (5, 0)] {
        let End::Ok(results) = host.call("derive.Invert", &invert, &[int(color), levels]) else { panic!() };
        assert_eq!((results[0], host.read_slice::<u8>(results[1])), (int(inverted), vec![200, 1]));
    }
    let end = host.call("derive.Invert", &invert, &[int(-1), levels]);
    let message =
        "derive.Invert: argument 1 `color`: expected a variant of Color: 0 (Red), 5 (Green), found -1";
    assert_eq!(end, trap(message));
    let levels = host.slice(TypeId::BYTE, &[1_u8, 2]);
    let end = host.call("derive.Invert", &invert, &[int(0), levels]);
    let message = "derive.Invert: argument 2 `levels`: expected a variant of Level: 1 (Low), 200 (High) as element 1, found 2";
    assert_eq!(end, trap(message));
}

#[test]
fn closures_take_and_return_structs() {
    let (mut host, types) = host();
    let point = image(&mut host, types.point, ONE);
    let closure = host.closure(move |_, args| {
        assert_ne!(args[0], point);
        Ok(vec![Slot::from_bits(args[0].bits())])
    });
    let apply = func(&[types.apply, types.point], &[types.point]);
    let End::Ok(results) = host.call("derive.Apply", &apply, &[closure, point]) else { panic!() };
    assert_eq!(read::<Point>(results[0]), ONE);
}

/// What is wrong with a declaration of a native, each line behind the first.
fn problems(types: &TypeTable, name: &str, func: FuncType) -> Vec<String> {
    let declaration = Declaration {
        name: name.into(),
        func,
        param_names: vec!["p".into(), "q".into()],
        origin: Origin::Rust,
        file: "test.vo".into(),
        line: 1,
    };
    match ExternRegistry::from_inventory().link(&[declaration], types) {
        Ok(_) => Vec::new(),
        Err(errors) => errors.to_string().lines().skip(1).map(|line| line.trim_start().to_string()).collect(),
    }
}

#[test]
fn fields_are_compared_when_linked() {
    let mut types = TypeTable::new();
    let (float, int) = (TypeId::FLOAT64, TypeId::INT);
    let rows: [(Fields, &[&str]); 9] = [
        (&[("x", float), ("y", float)], &[]),
        (&[("X", float), ("Y", float)], &[]),
        (&[("x", float), ("y", TypeId::STRING)], &["field `y`: declared string, the native takes float64"]),
        (
            &[("X", int), ("Y", TypeId::scalar(Scalar::Float32))],
            &[
                "field `X`: declared int, the native takes float64",
                "field `Y`: declared float32, the native takes float64",
            ],
        ),
        (&[("x", float)], &["field `y`: Point has it, main.T has not"]),
        (&[("x", float), ("y", float), ("z", float)], &["field `z`: main.T has it, Point has not"]),
        (
            &[("x", float), ("height", float)],
            &["field `y`: Point has it, main.T has not", "field `height`: main.T has it, Point has not"],
        ),
        (&[("y", float), ("x", float)], &["the fields of main.T are in another order than Point's: x, y"]),
        (&[], &["field `x`: Point has it, main.T has not", "field `y`: Point has it, main.T has not"]),
    ];
    for (fields, expected) in rows {
        let ty = structure(&mut types, "main.T", fields);
        let expected: Vec<String> = expected.iter().map(|text| format!("parameter 1 `p`: {text}")).collect();
        assert_eq!(problems(&types, "derive.Length", func(&[ty], &[float])), expected);
        // Elements of slices are compared alike.
        let slice = types.slice_of(ty);
        let sum = problems(&types, "derive.Sum", func(&[slice], &[ty]));
        assert_eq!(sum[..sum.len() / 2], expected);
    }
    let message = ["parameter 1 `p`: declared int, the native takes Point"];
    assert_eq!(problems(&types, "derive.Length", func(&[int], &[float])), message);
    let ints = types.slice_of(int);
    let message = "parameter 1 `p`: declared []int, the native takes []Point";
    assert_eq!(problems(&types, "derive.Mirror", func(&[ints], &[ints]))[0], message);
}

#[test]
fn differences_name_the_way_to_a_field() {
    let mut types = TypeTable::new();
    let point = structure(&mut types, "main.Point", &[("x", TypeId::FLOAT64), ("y", TypeId::INT)]);
    let strings = types.slice_of(TypeId::STRING);
    let pointer = types.pointer_to(point);
    let int16 = TypeId::scalar(Scalar::Int16);
    let rows = [
        ("Next", int16, "field `At.y`: declared int, the native takes float64"),
        ("Next", TypeId::INT, "field `user_id`: declared int, the native takes int16"),
        ("next", int16, "field `Next`: Label has it, main.Label has not; did you mean `next`?"),
    ];
    for (next, user_id, expected) in rows {
        let fields = [
            ("text", TypeId::STRING),
            ("At", point),
            ("color", TypeId::INT),
            ("tags", strings),
            (next, pointer),
            ("user_id", user_id),
        ];
        let label = structure(&mut types, "main.Label", &fields);
        let found = problems(&types, "derive.Describe", func(&[label], &[TypeId::STRING]));
        assert!(found.contains(&format!("parameter 1 `p`: {expected}")), "{found:?}");
    }
}

#[test]
fn signatures_name_the_rust_types() {
    let registry = ExternRegistry::from_inventory();
    let mut types = TypeTable::new();
    for (name, expected, usual) in [
        ("derive.Length", "(point Point) float64", "(struct { x float64; y float64 }) float64"),
        (
            "derive.Mirror",
            "(points []Point) []Point",
            "([]struct { x float64; y float64 }) []struct { x float64; y float64 }",
        ),
        ("derive.Invert", "(color int, levels []byte) (int, []byte)", "(int, []uint8) (int, []uint8)"),
    ] {
        let signature = registry.get(name).unwrap().signature;
        assert_eq!(signature.vo_signature(), expected);
        let func = signature.func_type(&mut types).unwrap();
        let mut text = String::new();
        types.write_signature(&func, &mut text);
        assert_eq!(text, usual);
        assert_eq!(problems(&types, name, func), [""; 0]);
    }
}
