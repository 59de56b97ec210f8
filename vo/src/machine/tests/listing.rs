//! The disassembler and the verifier.

use vo_ffi::TypeId;

use super::assembler::{Assembler, S, abc, func, ret, wide};
use crate::bytecode::{Constant, Insn, Op, verify};

#[test]
fn a_listing_names_what_it_can() {
    let mut assembler = Assembler::new();
    let text = assembler.constant(Constant::Str("hi".into()));
    let code = [
        abc(Op::JumpGeI, 0, 2, 3),
        wide(Op::LoadConst, 1, text),
        abc(Op::Append, 1, 1, 0),
        Insn::ext(0, 2),
        wide(Op::Call, 5, 0),
        abc(Op::Move, 1, 6, 0),
        ret(),
    ];
    assembler.function("main.f", func(&[TypeId::INT], &[TypeId::INT]), &[S, S], &code);
    let expected = "\
func main.f(int) int  // 2 registers
    1     0  JumpGeI        r0, 2, -> 4
    2     1  LoadConst      r1, \"hi\"
    3     2  Append         r1, r1, r0 [2]
    5     4  Call           w0, main.f
    6     5  Move           r1, w1
    7     6  Return
";
    assert_eq!(assembler.program.to_string(), expected);
}

#[test]
fn malformed_code_is_refused() {
    let rows: [(&[Insn], &str); 6] = [
        (&[abc(Op::Move, 0, 2, 0), ret()], "pc 0: Move 0 0 2 0: register 2 of 2"),
        (&[abc(Op::JumpEq, 0, 1, 7), ret()], "pc 0: JumpEq 0 0 1 7: jumps to 8"),
        (&[abc(Op::RemI, 0, 1, 0), ret()], "pc 0: RemI 0 0 1 0: divides by 0 or -1"),
        (&[wide(Op::Call, 4, 0), ret()], "pc 0: Call 0 4 0 0: the window is 5"),
        (&[abc(Op::New, 0, 2, 0)], "ends in New"),
        (&[abc(Op::Append, 0, 0, 0), ret()], "pc 0: Append wants 1 more words"),
    ];
    for (code, expected) in rows {
        let mut assembler = Assembler::new();
        assembler.function("f", func(&[TypeId::INT], &[TypeId::INT]), &[S, S], code);
        let program = &assembler.program;
        assert_eq!(verify(program, &program.functions[0]), Err(format!("f: {expected}")));
    }
}
