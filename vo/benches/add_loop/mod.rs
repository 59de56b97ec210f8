//! The loop of the machine in which benchmarks measure the call of `add`, in bytecode.

use std::sync::Arc;

use vo_ffi::{FuncType, TypeId, TypeTable};
use vo_vm::bytecode::{
    Callable, CodeBuilder, ExternDecl, ExternSource, FRAME_LINK, Function, Insn, Op, Program, RegKind,
};

/// The call window.
pub(crate) const WINDOW: u16 = (3 + FRAME_LINK) as u16;

/// The type of `add`.
pub(crate) fn add_type() -> FuncType {
    FuncType { params: vec![TypeId::INT; 2], variadic: false, results: vec![TypeId::INT] }
}

/// `for i := 0; i < calls; i++ { x = add(x, i) }`; `call` is what calls the one extern with the window behind three registers.
pub(crate) fn program(calls: i32, call: &[Insn]) -> Program {
    let [i, n, x, w0, w1, w2] = [0, 1, 2, 6, 7, 8];
    let mut code = CodeBuilder::new();
    code.emit(Insn::wide(Op::LoadInt, i, 0));
    code.emit(Insn::wide(Op::LoadInt, n, calls));
    code.emit(Insn::wide(Op::LoadInt, x, 0));
    let again = code.label();
    code.bind(again);
    code.emit(Insn::abc(Op::Move, w0, x, 0));
    code.emit(Insn::abc(Op::Move, w1, i, 0));
    call.iter().for_each(|&insn| code.emit(insn));
    code.emit(Insn::abc(Op::Move, x, w2, 0));
    code.emit_jump(Insn::abc(Op::ForLt, i, n, 0), again);
    code.emit(Insn::abc(Op::Return, 0, 0, 0));
    let (code, lines, defers) = code.finish(None);
    let mut program = Program::new(Arc::new(TypeTable::new()));
    program.functions.push(Function {
        name: "main.main".into(),
        ty: FuncType { params: Vec::new(), variadic: false, results: Vec::new() },
        param_names: Vec::new(),
        has_captures: false,
        defers,
        is_wrapper: false,
        registers: vec![RegKind::Scalar; 3],
        code,
        lines,
        file: 0,
    });
    program.externs.push(ExternDecl {
        name: "bench.Add".into(),
        ty: add_type(),
        param_names: Vec::new(),
        source: ExternSource::Native { name: "bench.Add".into() },
        passes: Vec::new(),
        direct: None,
        place: (0, 0),
    });
    program.callables = vec![Callable::Extern(0), Callable::Function(0)];
    program.main = Some(1);
    program.files.push("bench.vo".into());
    program
}
