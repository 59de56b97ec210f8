//! Values that natives keep beyond a call.

use vo_ffi::prelude::*;
use vo_ffi::{FuncType, Slot, TypeId, TypeKind, TypeTable};

use crate::host::{End, Host, func, int};

#[derive(Default)]
struct Kept(Vec<Root>);

#[vo_extern("roots.Keep")]
fn keep(ctx: &mut ExternCtx, value: VoValue) -> i64 {
    let root = ctx.root(value);
    let kept = &mut ctx.state_or_default::<Kept>().0;
    kept.push(root);
    kept.len() as i64 - 1
}

#[vo_extern("roots.KeepSlice")]
fn keep_slice(ctx: &mut ExternCtx, items: VoSlice<i64>, handler: VoFunc<(i64,), i64>) {
    let roots = [ctx.root(items), ctx.root(handler)];
    ctx.state_or_default::<Kept>().0.extend(roots);
}

#[vo_extern("roots.Get")]
fn get(ctx: &mut ExternCtx, index: u32) -> Result<VoValue, VoError> {
    let root = ctx.state::<Kept>().0[index as usize].clone();
    ctx.rooted(&root)
}

#[vo_extern("roots.GetAs")]
fn get_as(ctx: &mut ExternCtx, index: u32, what: &str) -> Result<String, VoError> {
    let root = ctx.state::<Kept>().0[index as usize].clone();
    Ok(match what {
        "string" => format!("{:?}", ctx.rooted::<&str>(&root)?),
        "int" => format!("{:?}", ctx.rooted::<i64>(&root)?),
        "i8" => format!("{:?}", ctx.rooted::<i8>(&root)?),
        "slice" => format!("{:?}", ctx.rooted::<Vec<i64>>(&root)?),
        "borrowed" => format!("{:?}", ctx.rooted::<&[i64]>(&root)?),
        "interface" => ctx.rooted::<VoInterface>(&root)?.type_name(),
        _ => format!("{:?}", ctx.rooted::<Option<VoMap>>(&root)?.is_none()),
    })
}

#[vo_extern("roots.Call", reentrant)]
fn call(ctx: &mut VmCtx, index: u32, n: i64) -> Result<i64, VoError> {
    let root = ctx.state::<Kept>().0[index as usize].clone();
    let handler: VoFunc<(i64,), i64> = ctx.rooted(&root)?;
    handler.call(ctx, (n,))
}

#[vo_extern("roots.Borrow", reentrant)]
fn borrow(ctx: &mut VmCtx, index: u32) -> Result<i64, VoError> {
    let root = ctx.state::<Kept>().0[index as usize].clone();
    Ok(ctx.rooted::<&[i64]>(&root)?.len() as i64)
}

#[vo_extern("roots.Release")]
fn release(ctx: &mut ExternCtx, index: u32) -> Result<(), VoError> {
    let root = ctx.state::<Kept>().0[index as usize].clone();
    ctx.unroot(&root)
}

#[vo_extern("roots.Drop")]
fn drop_all(#[vo(state)] kept: &mut Kept) {
    kept.0.clear();
}

const INT: TypeId = TypeId::INT;
const ANY: TypeId = TypeId::ANY;

fn host() -> (Host, TypeId, TypeId) {
    let mut table = TypeTable::new();
    let ints = table.slice_of(INT);
    let handler =
        table.intern(TypeKind::Func(FuncType { params: vec![INT], variadic: false, results: vec![INT] }));
    (Host::with_types(table), ints, handler)
}

fn get_as_text(host: &mut Host, index: i64, what: &str) -> Result<String, String> {
    let what = host.string(what);
    let ty = func(&[INT, TypeId::STRING], &[TypeId::STRING, TypeId::ERROR]);
    match host.call("roots.GetAs", &ty, &[int(index), what]) {
        End::Ok(slots) => Ok(host.read_string(slots[0])),
        End::Error(text) => Err(text),
        End::Trap(message) => panic!("{message}"),
    }
}

#[test]
fn a_root_is_read_in_a_later_call_as_any_type_that_fits() {
    let (mut host, ints, handler) = host();
    let word = crate::host::word;
    let text = host.string("text");
    let keep = func(&[ANY], &[INT]);
    let values = [[word(TypeId::STRING), text], [word(INT), int(300)], [Slot::ZERO; 2]];
    for (index, value) in (0..).zip(values) {
        assert_eq!(host.call("roots.Keep", &keep, &value), End::Ok(vec![int(index)]));
        let end = host.call("roots.Get", &func(&[INT], &[ANY, TypeId::ERROR]), &[int(index)]);
        assert!(matches!(end, End::Ok(slots) if slots[..2] == value));
    }
    let items = host.slice(INT, &[1i64, 2]);
    let triple = host.closure(|_, args| Ok(vec![int(args[0].as_i64() * 3)]));
    assert_eq!(host.call("roots.KeepSlice", &func(&[ints, handler], &[]), &[items, triple]), End::Ok(vec![]));
    let rows = [
        (0, "string", Ok("\"text\"")),
        (0, "interface", Ok("string")),
        (0, "int", Err("the root is of type string, not int")),
        (1, "int", Ok("300")),
        (1, "i8", Err("the root: expected int8 (-128 to 127), found 300")),
        (1, "slice", Err("the root is of type int, not []int")),
        (2, "map", Err("the root is of type nil, not map[K]V")),
        (3, "slice", Ok("[1, 2]")),
        (3, "borrowed", Ok("[1, 2]")),
    ];
    for (index, what, expected) in rows {
        let expected = expected.map(str::to_string).map_err(str::to_string);
        assert_eq!(get_as_text(&mut host, index, what), expected, "{index} as {what}");
    }
    let call = func(&[INT, INT], &[INT, TypeId::ERROR]);
    let End::Ok(slots) = host.call("roots.Call", &call, &[int(4), int(7)]) else { panic!("no result") };
    assert_eq!(slots[0], int(21));
    let End::Error(error) = host.call("roots.Call", &call, &[int(0), int(7)]) else { panic!("no error") };
    assert_eq!(error, "the root is of type string, not func(int) int");
    let end = host.call("roots.Borrow", &func(&[INT], &[INT, TypeId::ERROR]), &[int(3)]);
    let message = "the root: expected a slice that no closure can change, found one in a reentrant native; use get and set, \
                   or copy it with to_vec";
    assert_eq!(end, End::Error(message.into()));
}

#[test]
fn a_stale_root_is_an_error() {
    let (mut host, ..) = host();
    let text = host.string("text");
    host.call("roots.Keep", &func(&[ANY], &[INT]), &[crate::host::word(TypeId::STRING), text]);
    assert_eq!(host.roots(), [[crate::host::word(TypeId::STRING), text]]);
    let release = func(&[INT], &[TypeId::ERROR]);
    assert!(matches!(host.call("roots.Release", &release, &[int(0)]), End::Ok(_)));
    let stale = "the root is stale: it was released, or is of another program";
    assert_eq!(host.call("roots.Release", &release, &[int(0)]), End::Error(stale.into()));
    assert_eq!(get_as_text(&mut host, 0, "string"), Err(stale.into()));
    assert_eq!(host.roots(), [] as [[Slot; 2]; 0]);
    host.call("roots.Keep", &func(&[ANY], &[INT]), &[crate::host::word(TypeId::STRING), text]);
    host.call("roots.Drop", &func(&[], &[]), &[]);
    assert_eq!(host.roots(), [] as [[Slot; 2]; 0]);
}
