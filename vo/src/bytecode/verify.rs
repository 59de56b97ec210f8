//! Checks of compiled code that the machine relies on: an error here is a fault of the compiler.

use vo_ffi::Plan;

use super::insn::{Insn, NO_REG};
use super::op::{Op, Operand};
use super::program::{Function, Program};

/// Checks one function: operands within its registers and window, jumps to instructions, tables long enough, an
/// end that is not run past.
///
/// # Errors
/// What is wrong, and where.
pub fn verify(program: &Program, function: &Function) -> Result<(), String> {
    let slots = Plan::of(&function.ty, &program.types).map_or(0, |plan| plan.arg_slots + plan.result_slots);
    let fixed = slots as usize + function.has_captures as usize;
    if function.registers.len() < fixed {
        return Err(format!("{}: {} registers, {fixed} fixed", function.name, function.registers.len()));
    }
    let starts = instruction_starts(function)?;
    let mut pc = 0;
    while pc < function.code.len() {
        let insn = function.code[pc];
        check_insn(program, function, &starts, pc)
            .map_err(|what| format!("{}: pc {pc}: {insn:?}: {what}", function.name))?;
        pc += 1 + insn.op.shape().exts;
    }
    Ok(())
}

fn instruction_starts(function: &Function) -> Result<Vec<bool>, String> {
    let name = &function.name;
    let mut starts = vec![false; function.code.len()];
    let (mut pc, mut last) = (0, Op::Ext);
    while pc < function.code.len() {
        starts[pc] = true;
        last = function.code[pc].op;
        let exts = last.shape().exts;
        let tail = function.code.get(pc + 1..pc + 1 + exts);
        if !tail.is_some_and(|tail| tail.iter().all(|insn| insn.op == Op::Ext)) {
            return Err(format!("{name}: pc {pc}: {last:?} wants {exts} more words"));
        }
        pc += 1 + exts;
    }
    match last {
        Op::Return | Op::Jump | Op::Panic => Ok(starts),
        _ => Err(format!("{name}: ends in {last:?}")),
    }
}

fn check_insn(program: &Program, function: &Function, starts: &[bool], pc: usize) -> Result<(), String> {
    let insn = function.code[pc];
    let shape = insn.op.shape();
    for (operand, value) in [(shape.a, insn.a), (shape.b, insn.b), (shape.c, insn.c)] {
        check_operand(program, function, starts, (pc, insn), (operand, value))?;
    }
    match insn.op {
        Op::Ext | Op::Exit => Err("is not for programs".into()),
        Op::Runtime if Op::runtime_fn(insn.x).is_none() => Err("no such runtime function".into()),
        Op::DivI | Op::RemI if matches!(insn.c as i16, 0 | -1) => Err("divides by 0 or -1".into()),
        Op::ShlI | Op::ShrI | Op::ShrUI if insn.c > 63 => Err("shifts by more than 63".into()),
        _ => Ok(()),
    }
}

fn check_operand(
    program: &Program,
    function: &Function,
    starts: &[bool],
    (pc, insn): (usize, Insn),
    (operand, value): (Operand, u16),
) -> Result<(), String> {
    let value = value as usize;
    let next = (pc + 1 + insn.op.shape().exts) as i64;
    let register = |count: usize| {
        let (registers, window) = (function.registers.len(), function.window());
        match value + count <= registers || value >= window {
            true => Ok(()),
            false => Err(format!("register {value} of {registers}")),
        }
    };
    let below = |what: &str, limit: usize| match (insn.index() as usize) < limit {
        true => Ok(()),
        false => Err(format!("{what} {} of {limit}", insn.index())),
    };
    let jump = |distance: i64| match starts.get((next + distance) as usize) {
        Some(true) => Ok(()),
        _ => Err(format!("jumps to {}", next + distance)),
    };
    match operand {
        Operand::Def | Operand::Use => register(1),
        Operand::DefPair if insn.op == Op::RangeStr => register(3),
        Operand::DefPair | Operand::UsePair => register(2),
        Operand::UseRun => register(insn.c as usize),
        Operand::Window if value != function.window() => Err(format!("the window is {}", function.window())),
        Operand::Jump => jump((value as i16) as i64),
        Operand::WideJump => jump(insn.imm() as i64),
        Operand::Constant => below("constant", program.constants.len()),
        Operand::Callable => below("callable", program.callables.len()),
        Operand::Type => below("type", program.types.len()),
        Operand::Global => below("global", program.globals_size.max(1) as usize),
        Operand::Any if value == NO_REG as usize => Ok(()),
        _ => Ok(()),
    }
}
