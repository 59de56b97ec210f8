//! Rust values that live in the heap: lent, kept apart, dropped.

use std::rc::Rc;

use vo_ffi::prelude::*;
use vo_ffi::{ArenaHeap, Heap, RustObject, Slot, TypeId, TypeKind, TypeTable};

use crate::host::{End, Host, func, int, panicked, trap};

/// Counts what it is told.
#[derive(VoObject)]
#[vo(name = "tally.Tally", bytes = |tally: &Tally| tally.names.capacity())]
struct Tally {
    total: i64,
    names: String,
    #[expect(dead_code, reason = "is dropped")]
    alive: Option<Rc<()>>,
}

#[derive(VoObject)]
#[vo(name = "tally.Empty")]
struct Empty;

#[vo_extern("tally.New")]
fn new(total: i64) -> Tally {
    Tally { total, names: String::with_capacity(100), alive: None }
}

#[vo_extern("tally.Checked")]
fn checked(total: i64) -> Result<Option<Tally>, VoError> {
    match total {
        ..0 => Err(VoError::new("less than nothing")),
        0 => Ok(None),
        _ => Ok(Some(new(total))),
    }
}

#[vo_extern("tally.Pair")]
fn pair(ctx: &mut ExternCtx) -> (VoObject<Tally>, Vec<Tally>) {
    let first = ctx.new_rust(new(1));
    first.with_mut(|tally| tally.total += 1);
    (first, vec![new(3), new(4)])
}

#[vo_extern("tally.Anything")]
fn anything(ctx: &mut ExternCtx) -> VoValue {
    ctx.new_rust(new(1)).into_value()
}

#[vo_extern("tally.Tally.Add")]
fn add(tally: &mut Tally, by: i64) -> i64 {
    tally.total += by;
    tally.total
}

#[vo_extern("tally.Tally.Total")]
fn total(tally: &Tally) -> i64 {
    tally.total
}

#[vo_extern("tally.OrZero")]
fn or_zero(tally: Option<&Tally>) -> i64 {
    tally.map_or(0, |tally| tally.total)
}

#[vo_extern("tally.Both")]
fn both(a: &Tally, b: &Tally) -> i64 {
    a.total + b.total
}

#[vo_extern("tally.Move")]
fn move_all(from: &mut Tally, to: &mut Tally) {
    to.total += std::mem::take(&mut from.total);
}

#[vo_extern("tally.Tally.While", reentrant)]
fn add_while(ctx: &mut VmCtx, tally: &mut Tally, more: VoFunc<(i64,), bool>) -> Result<i64, VoError> {
    while more.call(ctx, (tally.total,))? {
        tally.total += 1;
    }
    Ok(tally.total)
}

#[vo_extern("tally.Tally.Lend", reentrant)]
fn lend(ctx: &mut VmCtx, tally: VoObject<Tally>, then: VoFunc<(), ()>) -> Result<i64, VoError> {
    let before = tally.with(|tally| tally.total);
    then.call(ctx, ())?;
    Ok(tally.with_mut(|tally| std::mem::replace(&mut tally.total, before)))
}

#[vo_extern("tally.Nested")]
fn nested(tally: VoObject<Tally>, both: bool) -> i64 {
    tally.with(|a| {
        let b = tally.with(|b| b.total);
        if both { tally.with_mut(|b| a.total + b.total) } else { a.total + b }
    })
}

#[vo_extern("tally.Kind")]
fn kind(value: VoValue) -> String {
    match value {
        VoValue::Object(object) => match object.downcast::<Tally>() {
            Some(tally) => format!("a tally of {}", tally.with(|tally| tally.total)),
            None if object.downcast::<Empty>().is_some() => "empty".into(),
            None => format!("{object:?}"),
        },
        other => format!("{other:?}"),
    }
}

#[vo_extern("tally.NewEmpty")]
fn new_empty() -> Empty {
    Empty
}

#[vo_extern("tally.Empty.Twice")]
fn twice(_one: &mut Empty, _other: &mut Empty) {}

/// The types of the tests: those of programs that declare `extern type Tally` and `extern type Empty`.
struct Types {
    tally: TypeId,
    empty: TypeId,
    tallies: TypeId,
    wanted: TypeId,
    nothing: TypeId,
}

fn host() -> (Host, Types) {
    let mut table = TypeTable::new();
    let mut pointer = |name: &str| {
        let named = table.new_named(name);
        table.set_opaque(named);
        table.pointer_to(named)
    };
    let (tally, empty) = (pointer("tally.Tally"), pointer("tally.Empty"));
    let tallies = table.slice_of(tally);
    let wanted = table.intern(TypeKind::Func(func(&[INT], &[TypeId::BOOL])));
    let nothing = table.intern(TypeKind::Func(func(&[], &[])));
    (Host::with_types(table), Types { tally, empty, tallies, wanted, nothing })
}

const INT: TypeId = TypeId::INT;

fn made(host: &mut Host, types: &Types, total: i64) -> Slot {
    host.call("tally.New", &func(&[INT], &[types.tally]), &[int(total)]).result().expect("a tally")
}

#[test]
fn natives_borrow_values_of_the_heap() {
    let (mut host, types) = host();
    let tally = made(&mut host, &types, 5);
    let add = func(&[types.tally, INT], &[INT]);
    assert_eq!(host.call("tally.Tally.Add", &add, &[tally, int(2)]), End::Ok(vec![int(7)]));
    assert_eq!(
        host.call("tally.Tally.Total", &func(&[types.tally], &[INT]), &[tally]),
        End::Ok(vec![int(7)])
    );
    let rows = [(tally, 7), (Slot::ZERO, 0)];
    for (argument, expected) in rows {
        let end = host.call("tally.OrZero", &func(&[types.tally], &[INT]), &[argument]);
        assert_eq!(end, End::Ok(vec![int(expected)]));
    }
}

#[test]
fn results_are_new_objects_or_nil() {
    let (mut host, types) = host();
    let checked = func(&[INT], &[types.tally, TypeId::ERROR]);
    let rows = [(-1, "less than nothing"), (0, ""), (9, "")];
    for (total, error) in rows {
        match host.call("tally.Checked", &checked, &[int(total)]) {
            End::Error(text) => assert_eq!(text, error),
            End::Ok(slots) => assert_eq!((slots[0] == Slot::ZERO, error), (total == 0, "")),
            trap => panic!("{trap:?}"),
        }
    }
    let End::Ok(slots) = host.call("tally.Pair", &func(&[], &[types.tally, types.tallies]), &[]) else {
        panic!("no pair")
    };
    let all: Vec<Slot> = [slots[0]].into_iter().chain(host.read_slice::<Slot>(slots[1])).collect();
    let totals: Vec<End> = all
        .into_iter()
        .map(|tally| host.call("tally.Tally.Total", &func(&[types.tally], &[INT]), &[tally]))
        .collect();
    assert_eq!(totals, [2, 3, 4].map(|total| End::Ok(vec![int(total)])));
}

#[test]
fn a_value_is_lent_to_one_who_changes_it_or_to_many_who_read() {
    let (mut host, types) = host();
    let (a, b) = (made(&mut host, &types, 1), made(&mut host, &types, 2));
    let two = func(&[types.tally, types.tally], &[]);
    let sum = func(&[types.tally, types.tally], &[INT]);
    assert_eq!(host.call("tally.Both", &sum, &[a, a]), End::Ok(vec![int(2)]));
    assert_eq!(host.call("tally.Move", &two, &[a, b]), End::Ok(vec![]));
    assert_eq!(host.call("tally.Both", &sum, &[a, b]), End::Ok(vec![int(3)]));
    let in_use = "expected a tally.Tally that is not in use, found one that a native borrows which is still running, or \
                  another argument does";
    assert_eq!(
        host.call("tally.Move", &two, &[a, a]),
        trap(format!("tally.Move: argument 2 `to`: {in_use}"))
    );
    let nested = func(&[types.tally, TypeId::BOOL], &[INT]);
    assert_eq!(host.call("tally.Nested", &nested, &[b, int(0)]), End::Ok(vec![int(6)]));
    let end = host.call("tally.Nested", &nested, &[b, int(1)]);
    assert_eq!(end.panic_message(), Some(in_use));
    // Values without a size are apart, too.
    let empty = host.call("tally.NewEmpty", &func(&[], &[types.empty]), &[]).result().unwrap();
    let other = host.call("tally.NewEmpty", &func(&[], &[types.empty]), &[]).result().unwrap();
    let twice = func(&[types.empty, types.empty], &[]);
    assert_eq!(host.call("tally.Empty.Twice", &twice, &[empty, other]), End::Ok(vec![]));
    assert!(matches!(host.call("tally.Empty.Twice", &twice, &[empty, empty]), End::Trap(_)));
}

#[test]
fn nil_and_other_types_are_told() {
    let (mut host, types) = host();
    let total = func(&[types.tally], &[INT]);
    let message = "tally.Tally.Total: argument 1 `tally`: expected a tally.Tally, found nil";
    assert_eq!(host.call("tally.Tally.Total", &total, &[Slot::ZERO]), trap(message));
    // A VM that mixes its types up.
    let empty = host.call("tally.NewEmpty", &func(&[], &[types.empty]), &[]).result().unwrap();
    let End::Trap(message) = host.call("tally.Tally.Total", &total, &[empty]) else { panic!("no trap") };
    let (tally, empty) = (Tally::OBJECT, Empty::OBJECT);
    let expected = format!(
        "tally.Tally.Total: argument 1 `tally`: expected the tally.Tally of {}:{}, found the tally.Empty of {}:{}",
        tally.file, tally.line, empty.file, empty.line
    );
    assert_eq!(message, expected);
    assert_eq!((tally.docs, empty.docs), ("Counts what it is told.", ""));
}

#[test]
fn closures_meet_what_the_native_borrows() {
    let (mut host, types) = host();
    let tally = made(&mut host, &types, 1);
    let (total, add) = (func(&[types.tally], &[INT]), func(&[types.tally, INT], &[INT]));
    let more = host.closure(|_, args| Ok(vec![int(i64::from(args[0].as_i64() < 4))]));
    let add_while = func(&[types.tally, types.wanted], &[INT]);
    assert_eq!(host.call("tally.Tally.While", &add_while, &[tally, more]), End::Ok(vec![int(4)]));
    let callee = host.link("tally.Tally.Total", &total);
    let nosy = host.closure(move |cx, _| {
        let mut frame = [tally, Slot::ZERO];
        // SAFETY: the frame has the plan's two slots, and the argument is a tally.
        let status = unsafe { (callee.native)(cx, &callee, frame.as_mut_ptr()) };
        assert_eq!(status, vo_ffi::Status::Trap);
        // SAFETY: the call is over.
        Err(unsafe { (*cx).take_failure() }.expect("a reason"))
    });
    let end = host.call("tally.Tally.While", &add_while, &[tally, nosy]);
    let message = "tally.Tally.Total: argument 1 `tally`: expected a tally.Tally that is not in use, found one that a \
                   native borrows which is still running, or another argument does";
    assert_eq!(end, trap(message));
    // Nothing stays lent.
    let panics = host.closure(|_, _| Err(panicked("in the closure")));
    assert_eq!(host.call("tally.Tally.While", &add_while, &[tally, panics]), trap("in the closure"));
    assert_eq!(host.call("tally.Tally.Add", &add, &[tally, int(1)]), End::Ok(vec![int(5)]));
    // A pointer alone borrows nothing.
    let callee = host.link("tally.Tally.Add", &add);
    let friendly = host.closure(move |cx, _| {
        let mut frame = [tally, int(10), Slot::ZERO];
        // SAFETY: the frame has the plan's slots, and the arguments are a tally and a number.
        assert_eq!(unsafe { (callee.native)(cx, &callee, frame.as_mut_ptr()) }, vo_ffi::Status::Ok);
        Ok(vec![])
    });
    let lend = func(&[types.tally, types.nothing], &[INT]);
    assert_eq!(host.call("tally.Tally.Lend", &lend, &[tally, friendly]), End::Ok(vec![int(15)]));
    assert_eq!(host.call("tally.Tally.Total", &total, &[tally]), End::Ok(vec![int(5)]));
}

#[test]
fn the_type_of_an_object_shows_in_any() {
    let (mut host, types) = host();
    let tally = made(&mut host, &types, 3);
    let empty = host.call("tally.NewEmpty", &func(&[], &[types.empty]), &[]).result().unwrap();
    let word = crate::host::word;
    let rows = [
        ([word(types.tally), tally], "a tally of 3"),
        ([word(types.empty), empty], "empty"),
        ([word(INT), int(1)], "Int(1)"),
        ([word(types.tally), Slot::ZERO], "Nil"),
        ([Slot::ZERO; 2], "Nil"),
    ];
    for (value, expected) in rows {
        let end = host.call("tally.Kind", &func(&[TypeId::ANY], &[TypeId::STRING]), &value);
        assert_eq!(host.read_string(end.result().unwrap()), expected);
    }
}

#[test]
fn the_heap_drops_values_even_where_that_panics() {
    #[derive(VoObject)]
    #[vo(name = "tally.Bomb")]
    struct Bomb(#[expect(dead_code, reason = "is dropped")] Rc<()>);

    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("in a destructor");
        }
    }

    let alive = Rc::new(());
    let mut table = TypeTable::new();
    let named = table.new_named("tally.Tally");
    table.set_opaque(named);
    let mut heap = ArenaHeap::new(table.into());
    let tally = Tally { total: 0, names: String::with_capacity(1000), alive: Some(Rc::clone(&alive)) };
    assert!(tally.extra_bytes() >= 1000);
    heap.new_rust(named, vo_ffi::RustValue::new(tally));
    heap.new_rust(named, vo_ffi::RustValue::new(Bomb(Rc::clone(&alive))));
    assert_eq!(Rc::strong_count(&alive), 3);
    let _quiet = vo_ffi::PanicGuard::new();
    drop(heap);
    assert_eq!(Rc::strong_count(&alive), 1);
}

#[test]
fn a_type_of_the_same_name_that_is_not_written_in_rust_is_another() {
    let mut table = TypeTable::new();
    let empty = table.intern(TypeKind::Struct(vec![]));
    let own = table.new_named("tally.Tally");
    table.set_underlying(own, empty);
    let registry = ExternRegistry::from_inventory();
    let total = registry.get("tally.Tally.Total").unwrap();
    let mut with_both = table.clone();
    let func_type = total.signature.func_type(&mut with_both).unwrap();
    let TypeKind::Pointer(target) = *with_both.kind(func_type.params[0]) else { panic!("no pointer") };
    assert_eq!((with_both.kind(target), with_both.kind(own)), (&TypeKind::Opaque, &TypeKind::Struct(vec![])));
    assert_eq!(with_both.find_opaque("tally.Tally"), Some(target));
    let mut host = Host::with_types(table);
    let end = host.call("tally.Anything", &func(&[], &[TypeId::ANY]), &[]);
    let message = "new_rust: the program does not declare the Rust type tally.Tally";
    assert_eq!(end.panic_message(), Some(message));
}

#[test]
fn declarations_name_the_type() {
    let registry = ExternRegistry::from_inventory();
    let signature = |name: &str| registry.get(name).map(|entry| entry.signature.vo_signature());
    assert_eq!(signature("tally.Move").as_deref(), Some("(from *tally.Tally, to *tally.Tally)"));
    let expected = "(tally *tally.Tally, more func(int) bool) (int, error)";
    assert_eq!(signature("tally.Tally.While").as_deref(), Some(expected));
}
