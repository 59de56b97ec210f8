//! Types that a signature in Rust leaves open: what a native returns, stores or passes on is compared with the
//! declaration in the call, so that safe Rust cannot give the script a value of another type.

use vo_ffi::prelude::*;
use vo_ffi::{Field, FuncType, Heap, RawSlice, Slot, TypeId, TypeKind, TypeTable};

use crate::host::{End, Host, func, int, trap, word};

#[vo_extern("types.Object")]
fn object(value: VoObject) -> VoObject {
    value
}

#[vo_extern("types.Struct")]
fn structure(value: VoStruct) -> VoStruct {
    value
}

#[vo_extern("types.Map")]
fn map(value: VoMap) -> VoMap {
    value
}

#[vo_extern("types.Func")]
fn function(value: VoFunc) -> (i64, VoFunc) {
    (1, value)
}

#[vo_extern("types.Slice")]
fn slice(value: VoSlice) -> Result<VoSlice, VoError> {
    Ok(value)
}

#[vo_extern("types.Interface")]
fn interface(value: VoInterface) -> VoInterface {
    value
}

#[vo_extern("types.Interfaces")]
fn interfaces(values: VoSlice<VoInterface>) -> i64 {
    values.iter().filter(VoInterface::is_nil).count() as i64
}

#[vo_extern("types.Set")]
fn set(mut to: VoSlice, value: VoValue) {
    to.set(0, value);
}

#[vo_extern("types.SetIn")]
fn set_in(value: VoValue) {
    if let VoValue::Slice(mut array) = value {
        array.set(0, VoValue::Int(1));
    }
}

#[vo_extern("types.Pass", reentrant)]
fn pass(ctx: &mut VmCtx, f: VoFunc, object: VoObject) -> Result<(), VoError> {
    ctx.call(&f, (object,))
}

struct Types {
    a: TypeId,
    b: TypeId,
    a_ptr: TypeId,
    b_ptr: TypeId,
    takes_a: TypeId,
    takes_b: TypeId,
    ints: TypeId,
    int_slices: TypeId,
    errors: TypeId,
    array: TypeId,
    text_map: TypeId,
}

fn host() -> (Host, Types) {
    let mut table = TypeTable::new();
    let mut named = |name: &str, field| {
        let ty = table.new_named(name);
        let fields = vec![Field { name: "x".into(), ty: field, embedded: false }];
        let fields = table.intern(TypeKind::Struct(fields));
        table.set_underlying(ty, fields);
        ty
    };
    let (a, b) = (named("main.A", TypeId::INT), named("main.B", TypeId::STRING));
    let (a_ptr, b_ptr) = (table.pointer_to(a), table.pointer_to(b));
    let mut takes =
        |ty| table.intern(TypeKind::Func(FuncType { params: vec![ty], variadic: false, results: vec![] }));
    let (takes_a, takes_b) = (takes(a_ptr), takes(b_ptr));
    let ints = table.slice_of(TypeId::INT);
    // So that its name can be found.
    table.map_of(TypeId::INT, TypeId::INT);
    let types = Types {
        a,
        b,
        a_ptr,
        b_ptr,
        takes_a,
        takes_b,
        ints,
        int_slices: table.slice_of(ints),
        errors: table.slice_of(TypeId::ERROR),
        array: table.intern(TypeKind::Array(TypeId::INT, 2)),
        text_map: table.map_of(TypeId::STRING, TypeId::INT),
    };
    (Host::with_types(table), types)
}

#[test]
fn results_have_the_type_that_is_declared() {
    let (mut host, types) = host();
    let object = Slot::from_ptr(host.heap().new_object(types.a));
    let map = host.heap().new_map(TypeId::INT, TypeId::INT);
    let ints = host.slice(TypeId::INT, &[1_i64]);
    let rows = [
        ("types.Object", types.a_ptr, types.b_ptr, object, "expected *main.B, found *main.A"),
        ("types.Struct", types.a, types.b, object, "expected main.B, found main.A"),
        ("types.Slice", types.ints, TypeId::ANYS, ints, "expected []any, found []int"),
    ];
    for (name, from, to, value, message) in rows {
        let end = host.call(name, &func(&[from], &[to]), &[value]);
        assert_eq!(end, trap(format!("the result: {message}")), "{name}");
    }
    let convert = func(&[types.text_map], &[types.text_map]);
    assert_eq!(
        host.call("types.Map", &convert, &[map]),
        trap("the result: expected map[string]int, found map[int]int")
    );
    let convert = func(&[types.takes_a], &[TypeId::INT, types.takes_b]);
    assert_eq!(
        host.call("types.Func", &convert, &[int(1)]),
        trap("the result: expected func(*main.B), found func(*main.A)")
    );
    let same = func(&[types.a_ptr], &[types.a_ptr]);
    assert_eq!(host.call("types.Object", &same, &[object]), End::Ok(vec![object]));
    assert_eq!(host.call("types.Object", &same, &[Slot::ZERO]), End::Ok(vec![Slot::ZERO]));
}

#[test]
fn an_interface_holds_what_has_its_methods() {
    let (mut host, types) = host();
    let number = [word(TypeId::INT), int(1)];
    let message = "expected error, found int";
    let end = host.call("types.Interface", &func(&[TypeId::ANY], &[TypeId::ERROR]), &number);
    assert_eq!(end, trap(format!("the result: {message}")));
    let end = host.call("types.Interface", &func(&[TypeId::ANY], &[TypeId::ERROR]), &[Slot::ZERO; 2]);
    assert_eq!(end, End::Ok(vec![Slot::ZERO; 2]));
    let errors = host.slice(TypeId::ERROR, &[[Slot::ZERO; 2]]);
    let set = func(&[types.errors, TypeId::ANY], &[]);
    let end = host.call("types.Set", &set, &[errors, number[0], number[1]]);
    assert_eq!(end, trap(format!("element 0: {message}")));
}

#[test]
fn elements_of_interfaces_are_not_those_of_other_slices() {
    let (mut host, types) = host();
    let anys = host.slice(TypeId::ANY, &[[Slot::ZERO; 2], [word(TypeId::INT), int(1)]]);
    let count = func(&[TypeId::ANYS], &[TypeId::INT]);
    assert_eq!(host.call("types.Interfaces", &count, &[anys]), End::Ok(vec![int(1)]));
    let ints = vo_ffi::Declaration {
        name: "types.Interfaces".into(),
        func: func(&[types.ints], &[TypeId::INT]),
        param_names: vec!["values".into()],
        origin: vo_ffi::Origin::Rust,
        file: "test.vo".into(),
        line: 1,
    };
    let errors = ExternRegistry::from_inventory().link(&[ints], &host.types).unwrap_err().to_string();
    let expected = "parameter 1 `values`: declared []int, the native takes []any";
    assert!(errors.contains(expected), "{errors}");
}

#[test]
fn an_array_becomes_a_slice_of_its_own() {
    let (mut host, types) = host();
    let image = host.heap().new_object(types.array);
    // SAFETY: a new image of two ints.
    unsafe { image.cast::<[i64; 2]>().write([5, 6]) };
    let array = [word(types.array), Slot::from_ptr(image)];
    let slices = host.slice(types.ints, &[Slot::ZERO]);
    let set = func(&[types.int_slices, TypeId::ANY], &[]);
    assert_eq!(host.call("types.Set", &set, &[slices, array[0], array[1]]), End::Ok(vec![]));
    let stored = host.read_slice::<Slot>(slices)[0];
    assert_eq!(host.read_slice::<i64>(stored), [5, 6]);
    // SAFETY: what is stored is a slice, which is the address of its header.
    assert_ne!(unsafe { (*stored.as_ptr::<RawSlice>()).data }, image);
    let end = host.call("types.SetIn", &func(&[TypeId::ANY], &[]), &array);
    assert_eq!(end, trap("write to an array, which is a value here; only a slice can be changed"));
    // SAFETY: as above.
    assert_eq!(unsafe { image.cast::<[i64; 2]>().read() }, [5, 6]);
}

#[test]
fn arguments_of_closures_have_the_type_of_the_parameter() {
    let (mut host, types) = host();
    let object = Slot::from_ptr(host.heap().new_object(types.a));
    let closure = host.closure(|_, args| {
        assert_eq!(args.len(), 1);
        Ok(vec![])
    });
    let fits = func(&[types.takes_a, types.a_ptr], &[]);
    assert_eq!(host.call("types.Pass", &fits, &[closure, object]), End::Ok(vec![]));
    let differs = func(&[types.takes_b, types.a_ptr], &[]);
    let message = "call of a func(*main.B): argument 1: expected *main.B, found *main.A";
    assert_eq!(host.call("types.Pass", &differs, &[closure, object]), End::Error(message.into()));
}
