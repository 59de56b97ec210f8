//! Panics: messages and traces.

use std::thread;
use std::time::Duration;

use vo_ffi::{CallContext, Callee, Slot, Status, TypeId};

use super::assembler::{Assembler, D, R, S, abc, func, ret, wide};
use crate::bytecode::{Constant, Insn, NO_REG, Op, RuntimeFn};

const INT: TypeId = TypeId::INT;

/// A function of two integers, that fails.
#[track_caller]
fn check(code: &[Insn], rows: &[(i64, i64, &str)]) {
    let mut assembler = Assembler::new();
    assembler.function("f", func(&[INT, INT], &[INT]), &[S, S, S, S, D, R, R], code);
    let mut loaded = assembler.load();
    for &(x, y, expected) in rows {
        let trap = loaded.int("f", &[x, y]).expect_err("a trap");
        assert_eq!(trap[0], expected, "f({x}, {y})");
        assert_eq!(trap.len(), 2, "{trap:?}");
    }
}

#[test]
fn messages_are_those_of_go() {
    check(&[abc(Op::Div, 2, 0, 1), ret()], &[(1, 0, "runtime error: integer divide by zero")]);
    check(&[abc(Op::CheckShift, 0, 0, 0), ret()], &[(-1, 0, "runtime error: negative shift amount")]);
    let nil = "runtime error: invalid memory address or nil pointer dereference";
    check(&[abc(Op::Load64, 2, 5, 8), ret()], &[(0, 0, nil)]);
    check(&[abc(Op::CallValue, 10, 5, 0), ret()], &[(0, 0, nil)]);
    check(&[wide(Op::LoadInt, 3, 0), abc(Op::CallMethod, 10, 3, 0), Insn::ext(0, 0), ret()], &[(0, 0, nil)]);

    let elem = Insn::ext(0, INT.number());
    let index = [Insn::runtime(RuntimeFn::MakeSlice, 5, 0, NO_REG), elem, abc(Op::Index64, 2, 5, 1), ret()];
    check(
        &index,
        &[
            (3, 5, "runtime error: index out of range [5] with length 3"),
            (3, -1, "runtime error: index out of range [-1]"),
            (-1, 0, "runtime error: makeslice: len out of range"),
            (1 << 62, 0, "runtime error: makeslice: len out of range"),
        ],
    );
    let slice = [
        wide(Op::LoadInt, 3, 3),
        Insn::runtime(RuntimeFn::MakeSlice, 5, 3, NO_REG),
        elem,
        abc(Op::SliceSlice, 6, 5, 0).with_x(3),
        elem,
        ret(),
    ];
    check(
        &slice,
        &[
            (0, 5, "runtime error: slice bounds out of range [:5] with capacity 3"),
            (2, 1, "runtime error: slice bounds out of range [2:1]"),
            (-1, 1, "runtime error: slice bounds out of range [-1:]"),
        ],
    );
    let assert = |static_type: TypeId| {
        [abc(Op::AssertType, 0, 0, 0), Insn::ext(0, INT.number()), Insn::ext(0, static_type.number()), ret()]
    };
    let string = TypeId::STRING.number() as i64;
    check(
        &assert(TypeId::ANY),
        &[
            (string, 0, "interface conversion: interface {} is string, not int"),
            (0, 0, "interface conversion: interface {} is nil, not int"),
        ],
    );
}

#[test]
fn panics_print_their_value() {
    let panic = |ty: TypeId| {
        [wide(Op::LoadInt, 3, ty.number() as i32), abc(Op::Move, 4, 0, 0), abc(Op::Panic, 3, 0, 0)]
    };
    check(&panic(INT), &[(42, 0, "42"), (-1, 0, "-1")]);
    check(&panic(TypeId::BOOL), &[(1, 0, "true")]);
    check(&panic(TypeId::FLOAT64), &[(1.5f64.to_bits() as i64, 0, "+1.500000e+000")]);
    let mut assembler = Assembler::new();
    let text = assembler.constant(Constant::Str(b"oh no".to_vec()));
    let code = [
        wide(Op::LoadConst, 3, text),
        abc(Op::Interface, 1, 3, TypeId::STRING.number() as u16),
        abc(Op::Panic, 1, 0, 0),
    ];
    assembler.function("f", func(&[], &[INT]), &[S, S, D, R], &code);
    let expected = ["oh no", "f test.vo:3"].map(String::from).to_vec();
    assert_eq!(assembler.load().int("f", &[]), Err(expected));
}

/// Calls a func value that takes nothing and gives an integer.
unsafe extern "C" fn call(cx: *mut CallContext, _callee: *const Callee, frame: *mut Slot) -> Status {
    // SAFETY: the frame holds a func value and room for one result.
    unsafe { super::super::enter::enter(cx, *frame, &[], std::slice::from_raw_parts_mut(frame.add(1), 1)) }
}

#[test]
fn traces_go_through_natives_and_nested_runs() {
    let mut assembler = Assembler::new();
    let native = assembler.native("test.Call", func(&[TypeId::ANYS], &[INT]), call);
    let divide = assembler.function(
        "main.divide",
        func(&[], &[INT]),
        &[S],
        &[wide(Op::LoadInt, 0, 0), abc(Op::Div, 0, 0, 0), ret()],
    );
    let middle = assembler.function(
        "main.middle",
        func(&[], &[INT]),
        &[S],
        &[wide(Op::Call, 4, divide as i32), ret()],
    );
    let constant = assembler.constant(Constant::Func(middle));
    let code = [wide(Op::LoadConst, 4, constant), wide(Op::Call, 4, native as i32), ret()];
    assembler.function("main.main", func(&[], &[INT]), &[S], &code);
    let expected = [
        "runtime error: integer divide by zero",
        "main.divide test.vo:2",
        "main.middle test.vo:1",
        "test.Call (native)",
        "main.main test.vo:2",
    ];
    assert_eq!(assembler.load().int("main.main", &[]), Err(expected.map(String::from).to_vec()));
}

#[test]
fn endless_recursion_is_a_trap_with_a_short_trace() {
    let mut assembler = Assembler::new();
    assembler.function("main.f", func(&[], &[INT]), &[S], &[wide(Op::Call, 4, 0), ret()]);
    assembler.function("main.main", func(&[], &[INT]), &[S], &[wide(Op::Call, 4, 0), ret()]);
    let trap = assembler.load().int("main.main", &[]).expect_err("a trap");
    assert_eq!(trap[0], "stack overflow: too many nested calls");
    assert_eq!(trap[1], "main.f test.vo:1");
    assert!(trap[33].starts_with("... ") && trap[33].ends_with(" more calls ..."), "{}", trap[33]);
    assert_eq!(trap[trap.len() - 1], "main.main test.vo:1");
    assert_eq!(trap.len(), 66);
}

#[test]
fn an_interrupt_ends_a_loop() {
    let mut assembler = Assembler::new();
    assembler.function("main.main", func(&[], &[INT]), &[S], &[wide(Op::Jump, 0, -1)]);
    let mut loaded = assembler.load();
    let interrupt = loaded.machine.interrupts().clone();
    thread::spawn(move || {
        thread::sleep(Duration::from_millis(20));
        interrupt.interrupt();
    });
    let expected = ["interrupted", "main.main test.vo:1"].map(String::from).to_vec();
    assert_eq!(loaded.int("main.main", &[]), Err(expected));
}
