//! Calls of everything: functions, closures, natives, methods, and back.

use vo_ffi::{CallContext, Callee, FuncType, Slot, Status, TypeId, TypeKind, TypeTable, VoError};

use super::assembler::{Assembler, D, R, S, abc, func, ret, wide};
use crate::bytecode::{Constant, Insn, MethodEntry, MethodName, Op, Receiver};
use crate::machine::enter::enter;

const INT: TypeId = TypeId::INT;

/// `func() int`
fn func_int() -> (TypeTable, TypeId) {
    let mut types = TypeTable::new();
    let ty = types.intern(TypeKind::Func(FuncType { params: vec![], variadic: false, results: vec![INT] }));
    (types, ty)
}

fn fib(assembler: &mut Assembler) {
    let code = [
        abc(Op::JumpGeI, 0, 2, 2),
        abc(Op::Move, 1, 0, 0),
        ret(),
        abc(Op::AddI, 6, 0, -1i16 as u16),
        wide(Op::Call, 6, 0),
        abc(Op::Move, 2, 7, 0),
        abc(Op::AddI, 6, 0, -2i16 as u16),
        wide(Op::Call, 6, 0),
        abc(Op::Add, 1, 2, 7),
        ret(),
    ];
    assembler.function("fib", func(&[INT], &[INT]), &[S, S, S], &code);
}

#[test]
fn functions_call_themselves() {
    let mut assembler = Assembler::new();
    fib(&mut assembler);
    assert_eq!(assembler.load().int("fib", &[20]), Ok(6765));
}

/// Calls its only argument, a `func() int`, and adds one.
unsafe extern "C" fn call_and_add(cx: *mut CallContext, _callee: *const Callee, frame: *mut Slot) -> Status {
    // SAFETY: the frame holds a func value and room for one result.
    unsafe {
        let mut result = [Slot::ZERO];
        let status = enter(cx, *frame, &[], &mut result);
        if status == Status::Ok {
            *frame.add(1) = Slot::from_i64(result[0].as_i64() + 1);
        }
        status
    }
}

#[test]
fn natives_call_closures_with_a_collection_at_every_allocation() {
    let (types, func_ty) = func_int();
    let mut assembler = Assembler::with_types(types);
    let native = assembler.native("test.Call", func(&[func_ty], &[INT]), call_and_add);
    // A closure over a box: box += 5; allocates; returns box.
    let inner = assembler.closure(
        "main.f.func1",
        func(&[], &[INT]),
        &[S, R, R, R],
        &[
            abc(Op::Load64, 2, 1, 8),
            abc(Op::Load64, 0, 2, 0),
            wide(Op::New, 3, INT.number() as i32),
            wide(Op::New, 3, INT.number() as i32),
            abc(Op::AddI, 0, 0, 5),
            abc(Op::Store64, 0, 2, 0),
            ret(),
        ],
    );
    // x := new(int); *x = a; test.Call(func…); return test.Call(func…) + *x
    assembler.function(
        "main.f",
        func(&[INT], &[INT]),
        &[S, S, R, R],
        &[
            wide(Op::New, 2, INT.number() as i32),
            abc(Op::Store64, 0, 2, 0),
            abc(Op::Closure, 3, 2, 1),
            Insn::ext(0, inner),
            abc(Op::Move, 7, 3, 0),
            wide(Op::Call, 7, native as i32),
            abc(Op::Move, 7, 3, 0),
            wide(Op::Call, 7, native as i32),
            abc(Op::Move, 0, 8, 0),
            wide(Op::New, 3, INT.number() as i32),
            abc(Op::Load64, 1, 2, 0),
            abc(Op::Add, 1, 1, 0),
            ret(),
        ],
    );
    let mut loaded = assembler.load();
    loaded.machine.heap().set_stress(true);
    assert_eq!(loaded.int("main.f", &[100]), Ok(110 + 1 + 110));
    assert!(loaded.machine.heap().stats().cycles >= 7);
}

/// A chain of closures, each of which calls the native with the next.
#[test]
fn ten_thousand_levels_through_natives() {
    let (types, func_ty) = func_int();
    let mut assembler = Assembler::with_types(types);
    let native = assembler.native("test.Call", func(&[func_ty], &[INT]), call_and_add);
    // Captures: a box with the depth that is left. Calls the native with itself until that is zero.
    assembler.closure(
        "main.f.func1",
        func(&[], &[INT]),
        &[S, R, R, S],
        &[
            abc(Op::Load64, 2, 1, 8),
            abc(Op::Load64, 3, 2, 0),
            abc(Op::JumpEqI, 3, 0, 5),
            abc(Op::AddI, 3, 3, -1i16 as u16),
            abc(Op::Store64, 3, 2, 0),
            abc(Op::Move, 7, 1, 0),
            wide(Op::Call, 7, native as i32),
            abc(Op::Move, 0, 8, 0),
            ret(),
        ],
    );
    assembler.function(
        "main.f",
        func(&[INT], &[INT]),
        &[S, S, R, R],
        &[
            wide(Op::New, 2, INT.number() as i32),
            abc(Op::Store64, 0, 2, 0),
            abc(Op::Closure, 3, 2, 1),
            Insn::ext(0, 1),
            abc(Op::CallValue, 7, 3, 0),
            abc(Op::Move, 1, 7, 0),
            ret(),
        ],
    );
    // At zero the result register holds what the frame held before.
    assembler.program.functions[0].code.insert(0, wide(Op::LoadInt, 0, 0));
    let mut loaded = assembler.load();
    assert_eq!(loaded.int("main.f", &[20_000]), Ok(20_000));
    let trap = loaded.int("main.f", &[200_000]).expect_err("too deep");
    assert_eq!(trap[0], "stack overflow: too many nested calls");
    assert_eq!(trap.last().map(String::as_str), Some("main.f test.vo:5"));
    assert!(trap.len() < 100, "{} entries", trap.len());
    assert_eq!(loaded.int("main.f", &[3]), Ok(3));
}

/// Fails on 0, else gives its argument.
unsafe extern "C" fn fail_on_zero(cx: *mut CallContext, _callee: *const Callee, frame: *mut Slot) -> Status {
    // SAFETY: the frame holds an integer and room for the results.
    unsafe {
        if *frame == Slot::ZERO {
            return (*cx).fail(VoError::new("no zero").into());
        }
        *frame.add(1) = *frame;
    }
    Status::Ok
}

#[test]
fn errors_of_natives_are_values_where_the_declaration_says_so() {
    let mut assembler = Assembler::new();
    let native = assembler.native("test.F", func(&[INT], &[INT, TypeId::ERROR]), fail_on_zero);
    let callee = assembler.last_native();
    callee.plan.error_result = Some(callee.plan.results[1]);
    assembler.program.methods = vec![MethodName { name: "Error".into(), ty: TypeId::FUNC_STRING }];
    // n, err := test.F(a); if err != nil { return len(err.Error()) + n }; return n * 10
    assembler.function(
        "f",
        func(&[INT], &[INT]),
        &[S, S, S, D],
        &[
            abc(Op::Move, 7, 0, 0),
            wide(Op::Call, 7, native as i32),
            abc(Op::Move, 1, 8, 0),
            abc(Op::MovePair, 2, 9, 0),
            abc(Op::JumpNeI, 2, 0, 2),
            abc(Op::MulI, 1, 1, 10),
            ret(),
            abc(Op::CallMethod, 7, 2, 0),
            Insn::ext(0, 0),
            abc(Op::Len, 0, 8, 0),
            abc(Op::Add, 1, 1, 0),
            ret(),
        ],
    );
    let mut loaded = assembler.load();
    loaded.machine.heap().set_stress(true);
    assert_eq!(loaded.int("f", &[4]), Ok(40));
    assert_eq!(loaded.int("f", &[0]), Ok("no zero".len() as i64));
}

#[test]
fn methods_get_their_receivers_loaded_or_copied() {
    let mut types = TypeTable::new();
    let pair = types.array_of(INT, 2);
    let pointer = types.pointer_to(INT);
    let func_ty = types.intern(TypeKind::Func(func(&[INT], &[INT])));
    let mut assembler = Assembler::with_types(types);
    let add =
        assembler.function("T.Add", func(&[INT, INT], &[INT]), &[S, S, S], &[abc(Op::Add, 2, 0, 1), ret()]);
    // Changes its own copy.
    let bump = assembler.function(
        "P.Add",
        func(&[pair, INT], &[INT]),
        &[R, S, S],
        &[abc(Op::Load64, 2, 0, 8), abc(Op::Add, 2, 2, 1), abc(Op::Store64, 2, 0, 8), ret()],
    );
    assembler.program.methods = vec![MethodName { name: "Add".into(), ty: func_ty }];
    let entry = |ty, callable, receiver| MethodEntry { ty, method: 0, callable, receiver };
    assembler.program.method_entries = vec![
        entry(INT, add, Receiver::Data),
        entry(pointer, add, Receiver::Deref),
        entry(pair, bump, Receiver::Copy),
    ];
    // An interface of each kind in turn: x.Add(1) twice, summed.
    let calls = |make: Vec<Insn>| {
        let mut code = make;
        for _ in 0..2 {
            code.extend([
                wide(Op::LoadInt, 9, 1),
                abc(Op::CallMethod, 8, 2, 0),
                Insn::ext(0, 0),
                abc(Op::Add, 1, 1, 10),
            ]);
        }
        code.push(ret());
        code
    };
    let registers = [S, S, S, D, R];
    let start = wide(Op::LoadInt, 1, 0);
    let word = |ty: TypeId| ty.number() as u16;
    let value = vec![start, abc(Op::Interface, 2, 0, word(INT))];
    let through = vec![
        start,
        wide(Op::New, 4, INT.number() as i32),
        abc(Op::Store64, 0, 4, 0),
        abc(Op::Interface, 2, 4, word(pointer)),
    ];
    let image = vec![
        start,
        wide(Op::New, 4, pair.number() as i32),
        abc(Op::Store64, 0, 4, 8),
        abc(Op::Interface, 2, 4, word(pair)),
    ];
    for (name, make) in [("value", value), ("through", through), ("image", image)] {
        assembler.function(name, func(&[INT], &[INT]), &registers, &calls(make));
    }
    let mut loaded = assembler.load();
    loaded.machine.heap().set_stress(true);
    for name in ["value", "through", "image"] {
        assert_eq!(loaded.int(name, &[20]), Ok(42), "{name}");
    }
}

#[test]
fn func_constants_call_functions_and_natives() {
    let mut assembler = Assembler::new();
    let native = assembler.native("test.F", func(&[INT], &[INT]), fail_on_zero);
    let add = assembler.function("add", func(&[INT], &[INT]), &[S, S], &[abc(Op::AddI, 1, 0, 1), ret()]);
    let constants = [native, add].map(|callable| assembler.constant(Constant::Func(callable)));
    let call = |constant| {
        [
            wide(Op::LoadConst, 2, constant),
            abc(Op::Move, 6, 0, 0),
            abc(Op::CallValue, 6, 2, 0),
            abc(Op::Move, 1, 7, 0),
            ret(),
        ]
    };
    assembler.function("native", func(&[INT], &[INT]), &[S, S, R], &call(constants[0]));
    assembler.function("vo", func(&[INT], &[INT]), &[S, S, R], &call(constants[1]));
    let mut loaded = assembler.load();
    assert_eq!(loaded.int("native", &[7]), Ok(7));
    assert_eq!(loaded.int("vo", &[7]), Ok(8));
    let expected = ["no zero", "test.F (native)", "native test.vo:3"].map(String::from).to_vec();
    assert_eq!(loaded.int("native", &[0]), Err(expected));
}

/// Notes how deep the stack is: the lowest and the highest address of a local.
unsafe extern "C" fn probe(_cx: *mut CallContext, _callee: *const Callee, frame: *mut Slot) -> Status {
    let here = (&raw const frame) as i64;
    // SAFETY: the frame holds the address of two integers.
    unsafe {
        let ends = &mut *(*frame).as_ptr::<[i64; 2]>();
        *ends = [ends[0].min(here), ends[1].max(here)];
    }
    Status::Ok
}

/// Handlers that call each other must not grow the stack. Each step of the loop runs one of every kind.
#[test]
fn many_steps_need_no_stack() {
    let mut types = TypeTable::new();
    let map = types.map_of(INT, INT);
    let func_ty = types.intern(TypeKind::Func(func(&[INT], &[INT])));
    let mut assembler = Assembler::with_types(types);
    let native = assembler.native("test.Probe", func(&[TypeId::UINTPTR], &[]), probe) as i32;
    let add = assembler.function("add", func(&[INT], &[INT]), &[S, S, R], &[abc(Op::AddI, 1, 0, 1), ret()]);
    let constant = assembler.constant(Constant::Func(add));
    let text = assembler.constant(Constant::Str("é".into()));
    assembler.program.methods = vec![MethodName { name: "Add".into(), ty: func_ty }];
    assembler.program.method_entries =
        vec![MethodEntry { ty: INT, method: 0, callable: add, receiver: Receiver::Data }];
    let window = 12;
    let e = Insn::ext(0, INT.number());
    let code = [
        wide(Op::LoadInt, 2, 0),
        wide(Op::LoadInt, 1, 100_000),
        wide(Op::LoadConst, 8, constant),
        abc(Op::Move, window, 0, 0),
        wide(Op::Call, window, native),
        wide(Op::LoadConst, 3, text),
        abc(Op::Concat, 3, 3, 1),
        wide(Op::LoadInt, 4, 0),
        abc(Op::RangeStr, 4, 3, 0),
        abc(Op::EqStr, 4, 3, 3),
        wide(Op::New, 3, INT.number() as i32),
        abc(Op::Store64, 2, 3, 0),
        wide(Op::LoadInt, 3, 0),
        abc(Op::Append, 3, 3, 2),
        e,
        wide(Op::LoadInt, 4, 0),
        abc(Op::Index64, 4, 3, 4),
        Insn::runtime(crate::bytecode::RuntimeFn::MakeMap, 3, 0, 0),
        Insn::ext(0, map.number()),
        abc(Op::MapSet, 3, 2, 2),
        Insn::ext(0, map.number()),
        abc(Op::MapGet, 4, 3, 2),
        Insn::ext(0, map.number()),
        abc(Op::Interface, 6, 2, INT.number() as u16),
        abc(Op::EqInterface, 4, 6, 6),
        abc(Op::CallMethod, window, 6, 0),
        Insn::ext(0, 0),
        abc(Op::Move, window, 2, 0),
        abc(Op::CallValue, window, 8, 0),
        abc(Op::ForLt, 2, 1, -27i16 as u16),
        ret(),
    ];
    let registers = [S, S, S, R, S, S, S, D, R];
    assembler.function("main.f", func(&[TypeId::UINTPTR], &[INT]), &registers, &code);
    let mut ends = [i64::MAX, i64::MIN];
    let result = assembler.load().int("main.f", &[(&raw mut ends) as i64]);
    assert_eq!(result, Ok(100_000));
    assert!(ends[1] - ends[0] < 4096, "{} bytes", ends[1] - ends[0]);
}
