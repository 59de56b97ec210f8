//! Structs, objects, maps and values of any type.

use vo_ffi::prelude::*;
use vo_ffi::{Field, FuncType, Heap, Scalar, Slot, TypeId, TypeKind, TypeTable};

use crate::host::{End, Host, func, int, trap, word};

const TYPE_THING: &str = "mypackage.Thing";

#[vo_extern("mypackage.NewThing")]
fn new_thing(ctx: &mut ExternCtx, name: VoString) -> VoObject {
    ctx.new_object(TYPE_THING, &[name.into_vo()])
}

#[vo_extern("objects.NewThing")]
fn new_thing_of(ctx: &mut ExternCtx, kind: u8, name: VoString) -> VoObject {
    match kind {
        0 => ctx.new_object(TYPE_THING, &[name.into_vo(), 7i64.into_vo(), true.into_vo()]),
        1 => ctx.new_object("mypackage.Nothing", &[]),
        2 => ctx.new_object(TYPE_THING, &[1i64.into_vo()]),
        3 => ctx.new_object(TYPE_THING, &[name.into_vo(), 300i64.into_vo()]),
        _ => ctx.new_object(TYPE_THING, &[name.into_vo(), VoValue::Int(1), VoValue::Nil, VoValue::Nil]),
    }
}

#[vo_extern("objects.Thing.Rename")]
fn rename(mut thing: VoObject, name: VoString) -> VoValue {
    let old = thing.field(0);
    thing.set_field(0, name);
    thing.set_field(1, 8i64);
    old
}

#[vo_extern("objects.Describe")]
fn describe(thing: VoStruct) -> String {
    let fields = (0..thing.field_count())
        .map(|index| format!("{}={:?} ", thing.field_name(index).unwrap_or("?"), thing.field(index)));
    fields.collect::<String>() + &format!("{:?}", thing.field_named("age"))
}

#[vo_extern("objects.SameThing")]
fn same_thing(thing: VoStruct) -> VoStruct {
    thing
}

#[vo_extern("objects.Kind")]
fn kind(ctx: &mut ExternCtx, value: VoValue) -> String {
    let ty = ctx.type_of(&value);
    format!("{value:?} is {}", ctx.types().name(ty))
}

#[vo_extern("objects.Exact")]
fn exact(value: VoInterface) -> (VoInterface, String) {
    let name = value.type_name();
    (value, name)
}

#[vo_extern("objects.Box")]
fn boxed(which: u8) -> VoValue {
    match which {
        0 => VoValue::Nil,
        1 => VoValue::Int(-1),
        2 => VoValue::Uint(u64::MAX),
        3 => VoValue::Float(0.5),
        _ => VoValue::Bool(true),
    }
}

#[vo_extern("objects.Count")]
fn count(mut ages: VoMap, name: VoString) -> (VoMap, Vec<i64>) {
    let next = match ages.get(name.into_vo()) {
        Some(VoValue::Int(age)) => age + 1,
        _ => 1,
    };
    ages.insert(name.into_vo(), next.into_vo());
    let values = ages.iter().map(|(_, value)| match value {
        VoValue::Int(value) => value,
        other => unreachable!("{other:?}"),
    });
    let values = values.collect();
    (ages, values)
}

#[vo_extern("objects.NewMap")]
fn new_map(ctx: &mut ExternCtx) -> VoMap {
    let mut map = ctx.new_map(TypeId::STRING, TypeId::INT);
    map.insert(ctx.new_string("a").into_vo(), 1i64.into_vo());
    map
}

#[vo_extern("objects.WrongKey")]
fn wrong_key(map: VoMap) -> i64 {
    i64::from(map.get(1i64.into_vo()).is_some())
}

#[vo_extern("objects.SameFunc")]
fn same_func(f: VoFunc) -> (VoFunc, bool) {
    (f, f.is_nil())
}

struct Types {
    thing: TypeId,
    thing_ptr: TypeId,
    ages: TypeId,
    func: TypeId,
    ints: TypeId,
}

fn host() -> (Host, Types) {
    let mut table = TypeTable::new();
    let thing = table.new_named(TYPE_THING);
    let field = |name: &str, ty| Field { name: name.into(), ty, embedded: false };
    let fields = vec![
        field("name", TypeId::STRING),
        field("age", TypeId::scalar(Scalar::Int8)),
        field("alive", TypeId::BOOL),
    ];
    let fields = table.intern(TypeKind::Struct(fields));
    table.set_underlying(thing, fields);
    let types = Types {
        thing,
        thing_ptr: table.pointer_to(thing),
        ages: table.map_of(TypeId::STRING, TypeId::INT),
        func: table.intern(TypeKind::Func(FuncType { params: vec![], variadic: false, results: vec![] })),
        ints: table.slice_of(TypeId::INT),
    };
    (Host::with_types(table), types)
}

#[test]
fn objects_are_made_by_name() {
    let (mut host, types) = host();
    let name = host.string("ada");
    let new = func(&[TypeId::STRING], &[types.thing_ptr]);
    let End::Ok(results) = host.call("mypackage.NewThing", &new, &[name]) else { panic!() };
    // SAFETY: the result is a pointer to an image of the struct: a string, an int8, a bool.
    let image = unsafe { *results[0].as_ptr::<(Slot, i8, bool)>() };
    assert_eq!(image, (name, 0, false));

    let new = func(&[TypeId::BYTE, TypeId::STRING], &[types.thing_ptr]);
    let End::Ok(results) = host.call("objects.NewThing", &new, &[int(0), name]) else { panic!() };
    // SAFETY: as above.
    let image = unsafe { *results[0].as_ptr::<(Slot, i8, bool)>() };
    assert_eq!(image, (name, 7, true));
    for (kind, message) in [
        (1, "new_object: there is no type mypackage.Nothing; did you mean mypackage.Thing?"),
        (2, "field mypackage.Thing.name: expected string, found int"),
        (3, "field mypackage.Thing.age: expected int8, found 300"),
        (4, "field mypackage.Thing.alive: expected bool, found nil"),
    ] {
        assert_eq!(host.call("objects.NewThing", &new, &[int(kind), name]), trap(message));
    }
}

#[test]
fn fields_are_read_and_replaced() {
    let (mut host, types) = host();
    let (old, new) = (host.string("ada"), host.string("eve"));
    let image = host.heap().new_object(types.thing);
    // SAFETY: a new image of a string, an int8 and a bool.
    unsafe { image.cast::<(Slot, i8, bool)>().write((old, -5, true)) };
    let thing = Slot::from_ptr(image);

    let describe = func(&[types.thing], &[TypeId::STRING]);
    let End::Ok(results) = host.call("objects.Describe", &describe, &[thing]) else { panic!() };
    let expected = "name=String(\"ada\") age=Int(-5) alive=Bool(true) Some(Int(-5))";
    assert_eq!(host.read_string(results[0]), expected);

    let rename = func(&[types.thing_ptr, TypeId::STRING], &[TypeId::ANY]);
    let end = host.call("objects.Thing.Rename", &rename, &[thing, new]);
    assert_eq!(end, End::Ok(vec![word(TypeId::STRING), old]));
    // SAFETY: as above.
    assert_eq!(unsafe { *image.cast::<(Slot, i8, bool)>() }, (new, 8, true));

    let end = host.call("objects.Thing.Rename", &rename, &[Slot::ZERO, new]);
    assert_eq!(end, trap("runtime error: invalid memory address or nil pointer dereference"));
    let same = func(&[types.thing], &[types.thing]);
    let End::Ok(results) = host.call("objects.SameThing", &same, &[thing]) else { panic!() };
    // What is returned is a value of its own, which does not change with the object.
    assert_ne!(results[0], thing);
    // SAFETY: as above.
    assert_eq!(unsafe { *results[0].as_ptr::<(Slot, i8, bool)>() }, (new, 8, true));
}

#[test]
fn values_carry_their_type() {
    let (mut host, types) = host();
    let text = host.string("x");
    let int8 = TypeId::scalar(Scalar::Int8);
    let rows = [
        ([Slot::ZERO; 2], "Nil is nil", "nil"),
        ([word(int8), int(-3)], "Int(-3) is int", "int8"),
        ([word(TypeId::UINT64), int(3)], "Uint(3) is uint64", "uint64"),
        ([word(TypeId::FLOAT64), Slot::from_f64(0.5)], "Float(0.5) is float64", "float64"),
        ([word(TypeId::STRING), text], "String(\"x\") is string", "string"),
        ([word(types.thing_ptr), Slot::ZERO], "Nil is nil", "*mypackage.Thing"),
    ];
    for (value, kind, exact) in rows {
        let End::Ok(results) = host.call("objects.Kind", &func(&[TypeId::ANY], &[TypeId::STRING]), &value)
        else {
            panic!("{kind}")
        };
        assert_eq!(host.read_string(results[0]), kind);
        let same = func(&[TypeId::ANY], &[TypeId::ANY, TypeId::STRING]);
        let End::Ok(results) = host.call("objects.Exact", &same, &value) else { panic!("{exact}") };
        assert_eq!((&results[..2], host.read_string(results[2])), (&value[..], exact.to_string()));
    }
}

#[test]
fn results_of_any_type_get_their_type_word() {
    let mut host = Host::new();
    let rows = [
        [Slot::ZERO, Slot::ZERO],
        [word(TypeId::INT), int(-1)],
        [word(TypeId::UINT64), int(-1)],
        [word(TypeId::FLOAT64), Slot::from_f64(0.5)],
        [word(TypeId::BOOL), int(1)],
    ];
    for (which, expected) in rows.into_iter().enumerate() {
        let end = host.call("objects.Box", &func(&[TypeId::BYTE], &[TypeId::ANY]), &[int(which as i64)]);
        assert_eq!(end, End::Ok(expected.to_vec()));
    }
}

#[test]
fn maps_are_read_and_filled() {
    let (mut host, types) = host();
    let (ada, eve) = (host.string("ada"), host.string("eve"));
    let End::Ok(results) = host.call("objects.NewMap", &func(&[], &[types.ages]), &[]) else { panic!() };
    let map = results[0];
    let count = func(&[types.ages, TypeId::STRING], &[types.ages, types.ints]);
    for (name, expected) in [(ada, vec![1, 1]), (eve, vec![1, 1, 1]), (ada, vec![1, 2, 1])] {
        let End::Ok(results) = host.call("objects.Count", &count, &[map, name]) else { panic!() };
        assert_eq!((results[0], host.read_slice::<i64>(results[1])), (map, expected));
    }
    let end = host.call("objects.Count", &count, &[Slot::ZERO, ada]);
    assert_eq!(end, trap("assignment to entry in nil map"));
    let end = host.call("objects.WrongKey", &func(&[types.ages], &[TypeId::INT]), &[map]);
    assert_eq!(end, trap("map key: expected string, found int"));
}

#[test]
fn function_values_pass_through() {
    let (mut host, types) = host();
    let same = func(&[types.func], &[types.func, TypeId::BOOL]);
    assert_eq!(host.call("objects.SameFunc", &same, &[int(5)]), End::Ok(vec![int(5), int(0)]));
    assert_eq!(host.call("objects.SameFunc", &same, &[int(0)]), End::Ok(vec![int(0), int(1)]));
}
