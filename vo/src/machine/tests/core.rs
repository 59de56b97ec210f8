//! Arithmetic, loops, memory, strings, slices, maps.

use vo_ffi::TypeId;

use super::assembler::{Assembler, R, S, abc, func, ret, wide};
use crate::bytecode::{Constant, Insn, NO_REG, Op, RegKind, RuntimeFn};

const INT: TypeId = TypeId::INT;

/// One function of two integers with a result in register 2.
#[track_caller]
fn check(op_code: &[Insn], registers: &[RegKind], rows: &[(i64, i64, i64)]) {
    let mut assembler = Assembler::new();
    let mut all = vec![S, S, S];
    all.extend(registers);
    assembler.function("f", func(&[INT, INT], &[INT]), &all, op_code);
    let mut loaded = assembler.load();
    for &(x, y, expected) in rows {
        assert_eq!(loaded.int("f", &[x, y]), Ok(expected), "f({x}, {y})");
    }
}

#[test]
fn arithmetic_wraps_and_shifts_as_in_go() {
    let op = |op| [abc(op, 2, 0, 1), ret()];
    check(&op(Op::Add), &[], &[(1, 2, 3), (i64::MAX, 1, i64::MIN)]);
    check(&op(Op::Div), &[], &[(7, -2, -3), (i64::MIN, -1, i64::MIN)]);
    check(&op(Op::Rem), &[], &[(-7, 2, -1), (i64::MIN, -1, 0)]);
    check(&op(Op::DivU), &[], &[(-1, 2, i64::MAX)]);
    check(&op(Op::Shl), &[], &[(1, 63, i64::MIN), (1, 64, 0)]);
    check(&op(Op::Shr), &[], &[(-8, 1, -4), (-8, 100, -1)]);
    check(&op(Op::ShrU), &[], &[(-1, 63, 1), (-1, 64, 0)]);
    check(&op(Op::LtU), &[], &[(-1, 1, 0), (1, -1, 1)]);
    check(&[abc(Op::DivI, 2, 0, -3i16 as u16), ret()], &[], &[(7, 0, -2)]);
    check(&[abc(Op::Sext8, 2, 0, 0), ret()], &[], &[(200, 0, -56)]);
    check(&[abc(Op::Zext16, 2, 0, 0), ret()], &[], &[(-1, 0, 65535)]);
}

#[test]
fn a_loop_sums() {
    // for i := 0; i < a; i++ { sum += i * b }
    let code = [
        wide(Op::LoadInt, 3, 0),
        wide(Op::LoadInt, 2, 0),
        abc(Op::JumpLtI, 0, 1, 3),
        abc(Op::Mul, 4, 3, 1),
        abc(Op::Add, 2, 2, 4),
        abc(Op::ForLt, 3, 0, -3i16 as u16),
        ret(),
    ];
    check(&code, &[S, S], &[(5, 3, 30), (0, 1, 0)]);
}

#[test]
fn slices_grow_and_are_indexed() {
    // s := []int32{}; for i := range a { s = append(s, i - b) }; return s[a-1] + len(s)
    let append = abc(Op::Append, 4, 4, 5);
    let code = [
        wide(Op::LoadInt, 3, 0),
        abc(Op::Sub, 5, 3, 1),
        append,
        Insn::ext(0, TypeId::RUNE.number()),
        abc(Op::ForLt, 3, 0, -4i16 as u16),
        abc(Op::AddI, 5, 0, -1i16 as u16),
        abc(Op::IndexI32, 2, 4, 5),
        abc(Op::Len, 5, 4, 0),
        abc(Op::Add, 2, 2, 5),
        ret(),
    ];
    check(&code, &[S, R, S], &[(3, 0, 5), (1000, 1001, 998)]);
}

#[test]
fn strings_are_made_compared_and_decoded() {
    let mut assembler = Assembler::new();
    let text = assembler.constant(Constant::Str("a€\u{10348}".as_bytes().to_vec()));
    // t := s + s; for i, r := range t { sum += i * r }
    let code = [
        wide(Op::LoadInt, 1, 0),
        wide(Op::LoadConst, 2, text),
        wide(Op::LoadConst, 3, text),
        abc(Op::Concat, 2, 2, 2),
        wide(Op::LoadInt, 4, 0),
        abc(Op::RangeStr, 4, 2, 3),
        abc(Op::Mul, 6, 5, 6),
        abc(Op::Add, 1, 1, 6),
        wide(Op::Jump, 0, -4),
        ret(),
    ];
    let registers = [S, S, R, R, S, S, S];
    assembler.function("f", func(&[INT], &[INT]), &registers, &code);
    let expected: i64 =
        "a€\u{10348}a€\u{10348}".char_indices().map(|(at, rune)| at as i64 * rune as i64).sum();
    assert_eq!(assembler.load().int("f", &[0]), Ok(expected));
}

#[test]
fn maps_count_and_keep_their_order() {
    let mut types = vo_ffi::TypeTable::new();
    let map = types.map_of(INT, INT);
    let mut assembler = Assembler::with_types(types);
    let e = Insn::ext(0, map.number());
    // m := map[int]int{}; for i := range n { m[i*7%10]++ }; for k, v := range m { r = r*100 + k*10 + v }
    let code = [
        Insn::runtime(RuntimeFn::MakeMap, 2, 0, 0),
        e,
        wide(Op::LoadInt, 3, 0),
        wide(Op::LoadInt, 1, 0),
        abc(Op::MulI, 4, 3, 7),
        abc(Op::RemI, 4, 4, 10),
        abc(Op::MapSlot, 7, 2, 4),
        e,
        abc(Op::Load64, 8, 7, 0),
        abc(Op::AddI, 8, 8, 1),
        abc(Op::Store64, 8, 7, 0),
        abc(Op::ForLt, 3, 0, -8i16 as u16),
        wide(Op::LoadInt, 5, 0),
        Insn::runtime(RuntimeFn::MapEnd, 6, 2, 0),
        Insn::ext(0, 0),
        abc(Op::MapNext, 5, 2, 5),
        Insn::ext(3, map.number()),
        Insn::ext(4, 0),
        abc(Op::MulI, 1, 1, 100),
        abc(Op::MulI, 3, 3, 10),
        abc(Op::Add, 3, 3, 4),
        abc(Op::Add, 1, 1, 3),
        wide(Op::Jump, 0, -8),
        ret(),
    ];
    assembler.function("f", func(&[INT], &[INT]), &[S, S, R, S, S, S, S, S, S], &code);
    let mut loaded = assembler.load();
    // Keys 0, 7, 4; then the first a second time.
    assert_eq!(loaded.int("f", &[3]), Ok(1_71_41));
    assert_eq!(loaded.int("f", &[11]), Ok(2_71_41_11_81_51_21_91_61_31));
}

#[test]
fn strings_convert_and_compare() {
    let mut assembler = Assembler::new();
    let text = assembler.constant(Constant::Str(b"h\xe9\xc3\xa9\xff".to_vec()));
    let runtime = |function, a, b| [Insn::runtime(function, a, b, 0), Insn::ext(0, 0)];
    // The runes of the text, back as a string, its bytes, back as a string; compared with the text.
    let mut code = vec![wide(Op::LoadConst, 2, text)];
    code.extend(runtime(RuntimeFn::StrToRunes, 3, 2));
    code.extend(runtime(RuntimeFn::RunesToStr, 4, 3));
    code.extend(runtime(RuntimeFn::StrToBytes, 5, 4));
    code.extend(runtime(RuntimeFn::BytesToStr, 5, 5));
    code.extend([
        abc(Op::EqStr, 1, 4, 5),
        abc(Op::CmpStr, 6, 2, 4),
        abc(Op::MulI, 1, 1, 100),
        abc(Op::MulI, 6, 6, 10),
        abc(Op::Add, 1, 1, 6),
        abc(Op::Len, 6, 3, 0),
        abc(Op::Add, 1, 1, 6),
        ret(),
    ]);
    assembler.function("f", func(&[INT], &[INT]), &[S, S, R, R, R, R, S], &code);
    // Four runes, of which two are U+FFFD; the text itself is less, for 0xe9 < 0xef.
    assert_eq!(assembler.load().int("f", &[0]), Ok(100 - 10 + 4));
}

#[test]
fn slices_of_slices_share_their_elements() {
    // s := make([]int, 4); t := s[1:3]; t[0] = a; return s[1]*100 + len(t)*10 + cap(t)
    let code = [
        wide(Op::LoadInt, 3, 4),
        Insn::runtime(RuntimeFn::MakeSlice, 4, 3, NO_REG),
        Insn::ext(0, INT.number()),
        wide(Op::LoadInt, 6, 1),
        wide(Op::LoadInt, 7, 3),
        abc(Op::SliceSlice, 5, 4, 6).with_x(3),
        Insn::ext(0, INT.number()),
        wide(Op::LoadInt, 3, 0),
        abc(Op::SetIndex64, 0, 5, 3),
        abc(Op::Index64, 2, 4, 6),
        abc(Op::MulI, 2, 2, 10),
        abc(Op::Len, 3, 5, 0),
        abc(Op::Add, 2, 2, 3),
        abc(Op::MulI, 2, 2, 10),
        abc(Op::Cap, 3, 5, 0),
        abc(Op::Add, 2, 2, 3),
        ret(),
    ];
    check(&code, &[S, R, R, S, S], &[(9, 0, 923)]);
}
