//! Reentrant natives: calls of closures, what goes wrong in them, and what the collector sees meanwhile.

use std::cell::RefCell;
use std::rc::Rc;

use vo_ffi::prelude::*;
use vo_ffi::{CallContext, Callee, Failure, FuncType, Slot, TypeId, TypeKind, TypeTable};

use crate::host::{End, Host, func, int, panicked, trap};

#[vo_extern("closures.Apply", reentrant)]
fn apply(ctx: &mut VmCtx, f: VoFunc, n: i64) -> Result<i64, VoError> {
    ctx.call(&f, (n,))
}

#[vo_extern("closures.Ignore", reentrant)]
fn ignore(f: VoFunc, ctx: &mut VmCtx, n: i64) -> String {
    match ctx.call::<i64>(&f, (n,)) {
        Ok(result) => format!("ok {result}"),
        Err(error) => format!("{} {error}", if error.is_trap() { "trap" } else { "error" }),
    }
}

#[vo_extern("closures.Pair", reentrant)]
fn pair(ctx: &mut VmCtx, f: VoFunc, text: VoString) -> Result<(i64, VoString), VoError> {
    ctx.call(&f, (text, 2.5, true))
}

#[vo_extern("closures.Nothing", reentrant)]
fn nothing(ctx: &mut VmCtx, f: VoFunc) -> Result<(), VoError> {
    f.call(ctx, ())
}

#[vo_extern("closures.WrongTypes", reentrant)]
fn wrong_types(ctx: &mut VmCtx, f: VoFunc, how: u8) -> Result<i64, VoError> {
    match how {
        0 => ctx.call(&f, ("text",)),
        1 => ctx.call(&f, (1i64, 2i64)),
        2 => ctx.call::<VoString>(&f, (1i64,)).map(|text| text.len() as i64),
        3 => ctx.call::<()>(&f, (1i64,)).map(|()| 0),
        _ => ctx.call::<i8>(&f, (1i64,)).map(i64::from),
    }
}

#[vo_extern("closures.Hold", reentrant)]
fn hold(ctx: &mut VmCtx, f: VoFunc, n: i64) -> Result<VoString, VoError> {
    let held = ctx.new_string(format!("held {n}"));
    let slice = ctx.new_slice(&[n]);
    ctx.call::<i64>(&f, (n,))?;
    assert_eq!(slice.get(0), n);
    Ok(held)
}

#[vo_extern("closures.Borrow", reentrant)]
fn borrow(_ctx: &mut VmCtx, items: VoSlice<i64>) -> i64 {
    items.as_slice().len() as i64
}

#[vo_extern("closures.Sort", reentrant)]
fn sort(mut items: VoSlice, less: VoFunc, ctx: &mut VmCtx) -> Result<(), VoError> {
    let less = less.typed::<(i64, i64), bool>()?;
    for end in 1..items.len() {
        for i in (0..end).rev() {
            if !less.call(ctx, (i as i64 + 1, i as i64))? {
                break;
            }
            items.swap(i, i + 1);
        }
    }
    Ok(())
}

#[vo_extern("closures.Twice")]
fn twice(n: i64) -> i64 {
    n * 2
}

const INT: TypeId = TypeId::INT;

fn host() -> (Host, impl Fn(&[TypeId], &[TypeId]) -> TypeId) {
    let mut table = TypeTable::new();
    let mut known = Vec::new();
    for (params, results) in [
        (vec![INT], vec![INT]),
        (vec![TypeId::STRING, TypeId::FLOAT64, TypeId::BOOL], vec![INT, TypeId::STRING]),
        (vec![], vec![]),
        (vec![INT, INT], vec![TypeId::BOOL]),
    ] {
        let func = FuncType { params, variadic: false, results };
        known.push((func.clone(), table.intern(TypeKind::Func(func))));
    }
    table.slice_of(INT);
    let find = move |params: &[TypeId], results: &[TypeId]| {
        known
            .iter()
            .find(|(ty, _)| *ty == func(params, results))
            .map(|(_, id)| *id)
            .expect("a type of the table")
    };
    (Host::with_types(table), find)
}

#[test]
fn arguments_and_results_of_closures_are_converted() {
    let (mut host, ty) = host();
    let apply = func(&[ty(&[INT], &[INT]), INT], &[INT]);
    let double = host.closure(|_, args| Ok(vec![int(args[0].as_i64() * 2)]));
    assert_eq!(host.call("closures.Apply", &apply, &[double, int(21)]), End::Ok(vec![int(42)]));

    let pair_ty = ty(&[TypeId::STRING, TypeId::FLOAT64, TypeId::BOOL], &[INT, TypeId::STRING]);
    let swap = host.closure(|_, args| {
        assert_eq!(args[1..], [Slot::from_f64(2.5), int(1)]);
        Ok(vec![int(7), args[0]])
    });
    let text = host.string("text");
    let pair = func(&[pair_ty, TypeId::STRING], &[INT, TypeId::STRING]);
    assert_eq!(host.call("closures.Pair", &pair, &[swap, text]), End::Ok(vec![int(7), text]));

    let empty = host.closure(|_, args| {
        assert_eq!(args, []);
        Ok(vec![])
    });
    let nothing = func(&[ty(&[], &[])], &[]);
    assert_eq!(host.call("closures.Nothing", &nothing, &[empty]), End::Ok(vec![]));
}

#[test]
fn what_goes_wrong_in_a_closure_reaches_the_native() {
    let (mut host, ty) = host();
    let f = ty(&[INT], &[INT]);
    let fails = host.closure(|_, args| match args[0].as_i64() {
        1 => Err(Failure::Error(VoError::new("refused"))),
        2 => Err(panicked("index out of range")),
        n => Ok(vec![int(n)]),
    });
    let apply = func(&[f, INT], &[INT]);
    assert_eq!(host.call("closures.Apply", &apply, &[fails, int(1)]), End::Error("refused".into()));
    assert_eq!(host.call("closures.Apply", &apply, &[fails, int(2)]), trap("index out of range"));
    let ignore = func(&[f, INT], &[TypeId::STRING]);
    for (n, expected) in [(0, "ok 0"), (1, "error refused"), (2, "trap index out of range")] {
        let End::Ok(results) = host.call("closures.Ignore", &ignore, &[fails, int(n)]) else { panic!() };
        assert_eq!(host.read_string(results[0]), expected);
    }
    let end = host.call("closures.Apply", &apply, &[Slot::ZERO, int(1)]);
    assert_eq!(end, trap("runtime error: invalid memory address or nil pointer dereference"));
}

#[test]
fn closures_of_another_type_are_refused_by_name() {
    let (mut host, ty) = host();
    let runs = host.closure(|_, _| Ok(vec![int(300)]));
    let wrong = func(&[ty(&[INT], &[INT]), TypeId::BYTE], &[INT]);
    let rows = [
        (0, "call of a func(int) int: argument 1: expected int, found string"),
        (1, "call of a func(int) int: expected 1 argument, found 2"),
        (2, "call of a func(int) int: result 1: expected int, found string"),
        (3, "call of a func(int) int: expected 1 result, found 0"),
        (4, "call of a func(int) int: result 1: expected int8 (-128 to 127), found 300"),
    ];
    for (how, message) in rows {
        let end = host.call("closures.WrongTypes", &wrong, &[runs, int(how)]);
        assert_eq!(end, End::Error(message.into()), "{how}");
    }
}

#[test]
fn what_a_native_holds_is_a_root_while_its_closure_runs() {
    let (mut host, ty) = host();
    let seen = Rc::new(RefCell::new(Vec::new()));
    let note = seen.clone();
    let watch = host.closure(move |cx: *mut CallContext, args| {
        // SAFETY: the context is valid while the closure runs; the borrow ends here.
        let (paused, roots) = unsafe { ((*cx).paused, (*cx).handed_out().len()) };
        note.borrow_mut().push((paused, roots));
        Ok(vec![args[0]])
    });
    let hold = func(&[ty(&[INT], &[INT]), INT], &[TypeId::STRING]);
    host.paused_at_allocations();
    let End::Ok(results) = host.call("closures.Hold", &hold, &[watch, int(5)]) else { panic!() };
    assert_eq!(host.read_string(results[0]), "held 5");
    assert_eq!(host.paused_at_allocations(), [1, 1]);
    // Not paused in the closure, and the new string and the new slice are roots there.
    assert_eq!(*seen.borrow(), [(0, 2)]);
}

#[test]
fn natives_in_closures_of_natives_nest() {
    let (mut host, ty) = host();
    let f = ty(&[INT], &[INT]);
    let hold = Rc::new(host.link("closures.Hold", &func(&[f, INT], &[TypeId::STRING])));
    let twice = Rc::new(host.link("closures.Twice", &func(&[INT], &[INT])));
    let seen = Rc::new(RefCell::new(Vec::new()));
    let innermost = host.closure({
        let seen = seen.clone();
        move |cx: *mut CallContext, args| {
            // SAFETY: as above.
            unsafe { seen.borrow_mut().push(((*cx).paused, (*cx).handed_out().len())) };
            Ok(vec![call(cx, &twice, &[args[0]], 1)[0]])
        }
    });
    let outer = host.closure({
        let (hold, seen) = (hold.clone(), seen.clone());
        move |cx: *mut CallContext, args| {
            call(cx, &hold, &[innermost, int(args[0].as_i64() + 1)], 1);
            // SAFETY: as above.
            unsafe { seen.borrow_mut().push(((*cx).paused, (*cx).handed_out().len())) };
            Ok(vec![args[0]])
        }
    });
    let End::Ok(results) = host.call_linked(&hold, &[outer, int(1)]) else { panic!() };
    assert_eq!(host.read_string(results[0]), "held 1");
    // Inside, both natives hold two values; when the inner one has returned, its two are forgotten.
    assert_eq!(*seen.borrow(), [(0, 4), (0, 2)]);
}

/// Calls a native as a VM does for a script's code.
fn call(cx: *mut CallContext, callee: &Callee, args: &[Slot], results: usize) -> Vec<Slot> {
    let mut frame = args.to_vec();
    frame.resize(args.len() + results, Slot::ZERO);
    // SAFETY: the frame has the plan's slots, with arguments of the declared types.
    let status = unsafe { (callee.native)(cx, callee, frame.as_mut_ptr()) };
    assert_eq!(status, vo_ffi::Status::Ok);
    frame.split_off(args.len())
}

#[test]
fn a_reentrant_native_cannot_borrow_elements() {
    let (mut host, _) = host();
    let ints = host.slice(INT, &[1i64]);
    let slice = host.types.find(&TypeKind::Slice(INT)).unwrap();
    let end = host.call("closures.Borrow", &func(&[slice], &[INT]), &[ints]);
    let message = "as_slice: expected a slice that no closure can change, found one in a reentrant native; use get and \
                   set, or copy it with to_vec";
    assert_eq!(end, trap(message));
}

#[test]
fn a_closure_decides_how_to_sort() {
    let (mut host, ty) = host();
    let ints = host.slice(INT, &[3i64, 1, 2, 5, 4]);
    // SAFETY: the slice is of this heap.
    let raw = unsafe { vo_ffi::Heap::slice(host.heap(), ints) }.data.cast::<i64>();
    let less = host.closure(move |_, args| {
        // SAFETY: the native gives indices of the slice, whose elements stay where they are.
        let item = |slot: Slot| unsafe { *raw.add(slot.bits() as usize) };
        Ok(vec![Slot::from_bool(item(args[0]) < item(args[1]))])
    });
    let slice = host.types.find(&TypeKind::Slice(INT)).unwrap();
    let sort = func(&[slice, ty(&[INT, INT], &[TypeId::BOOL])], &[]);
    assert_eq!(host.call("closures.Sort", &sort, &[ints, less]), End::Ok(vec![]));
    assert_eq!(host.read_slice::<i64>(ints), [1, 2, 3, 4, 5]);

    let broken = host.closure(|_, _| Err(panicked("broken order")));
    assert_eq!(host.call("closures.Sort", &sort, &[ints, broken]), trap("broken order"));
}
