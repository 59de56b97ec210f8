//! `Option`: nil.

use std::collections::BTreeMap;

use vo_ffi::prelude::*;
use vo_ffi::{Slot, TypeId, TypeKind, TypeTable};

use crate::host::{End, Host, func, int, word};

#[vo_extern("nil.Len")]
fn len(items: Option<&[i64]>, names: Option<BTreeMap<i64, i64>>, then: Option<VoFunc>) -> i64 {
    let items = items.map_or(-1, |items| items.len() as i64);
    let names = names.map_or(-1, |names| names.len() as i64);
    items * 100 + names * 10 + i64::from(then.is_some())
}

#[vo_extern("nil.Point")]
fn point(point: Option<VoObject>, value: Option<VoValue>) -> String {
    format!("{:?} {value:?}", point.map(|point| point.value()))
}

#[vo_extern("nil.Find")]
fn find(items: Vec<i64>, wanted: i64, ctx: &mut ExternCtx) -> (Option<VoSlice<i64>>, bool) {
    match items.iter().position(|&item| item == wanted) {
        Some(index) => (Some(ctx.new_slice(&items[index..])), true),
        None => (None, false),
    }
}

#[vo_extern("nil.Same")]
fn same(point: VoObject, how: u8) -> Result<Option<VoObject>, VoError> {
    match how {
        0 => Ok(None),
        1 => Ok(Some(point)),
        _ => Err(VoError::new("neither")),
    }
}

#[vo_extern("nil.Any")]
fn any(how: bool) -> Option<VoValue> {
    how.then_some(VoValue::Int(7))
}

#[test]
fn none_is_nil() {
    let mut table = TypeTable::new();
    let ints = table.slice_of(TypeId::INT);
    let map = table.map_of(TypeId::INT, TypeId::INT);
    let then = table.intern(TypeKind::Func(func(&[], &[])));
    let pointer = table.pointer_to(TypeId::INT);
    let mut host = Host::with_types(table);
    let nil = Slot::ZERO;

    let len = func(&[ints, map, then], &[TypeId::INT]);
    let items = host.slice(TypeId::INT, &[7i64, 8]);
    let closure = host.closure(|_, _| Ok(vec![]));
    assert_eq!(host.call("nil.Len", &len, &[nil, nil, nil]), End::Ok(vec![int(-110)]));
    assert_eq!(host.call("nil.Len", &len, &[items, nil, closure]), End::Ok(vec![int(191)]));

    let point = func(&[pointer, TypeId::ANY], &[TypeId::STRING]);
    let seven = vo_ffi::Heap::new_object(host.heap(), TypeId::INT);
    // SAFETY: a new image of an int.
    unsafe { seven.cast::<i64>().write(7) };
    let rows = [
        ([nil, nil, nil], "None None"),
        ([Slot::from_ptr(seven), word(TypeId::INT), int(3)], "Some(Int(7)) Some(Int(3))"),
    ];
    for (args, expected) in rows {
        let End::Ok(results) = host.call("nil.Point", &point, &args) else { panic!("{expected}") };
        assert_eq!(host.read_string(results[0]), expected);
    }

    let find = func(&[ints, TypeId::INT], &[ints, TypeId::BOOL]);
    let End::Ok(results) = host.call("nil.Find", &find, &[items, int(8)]) else { panic!() };
    assert_eq!((host.read_slice::<i64>(results[0]), results[1]), (vec![8], Slot::from_bool(true)));
    assert_eq!(host.call("nil.Find", &find, &[items, int(9)]), End::Ok(vec![nil, Slot::from_bool(false)]));

    let same = func(&[pointer, TypeId::BYTE], &[pointer, TypeId::ERROR]);
    let at = Slot::from_ptr(seven);
    assert_eq!(host.call("nil.Same", &same, &[at, int(0)]).result(), Some(nil));
    assert_eq!(host.call("nil.Same", &same, &[at, int(1)]).result(), Some(at));
    assert_eq!(host.call("nil.Same", &same, &[at, int(2)]), End::Error("neither".into()));

    let any = func(&[TypeId::BOOL], &[TypeId::ANY]);
    assert_eq!(host.call("nil.Any", &any, &[Slot::from_bool(false)]), End::Ok(vec![nil, nil]));
    let seven = End::Ok(vec![word(TypeId::INT), int(7)]);
    assert_eq!(host.call("nil.Any", &any, &[Slot::from_bool(true)]), seven);
}
