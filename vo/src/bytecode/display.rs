//! The disassembler.

use std::fmt;

use vo_ffi::TypeId;

use super::insn::Insn;
use super::op::{Op, Operand};
use super::program::{Constant, Function, Program};
use crate::source::SourceFile;

impl fmt::Debug for Insn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {} {} {} {}", self.op, self.x, self.a, self.b, self.c)
    }
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, function) in self.functions.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            self.write_function(function, None, f)?;
        }
        Ok(())
    }
}

impl Program {
    /// Writes the code of a function: each instruction with its line's number, or below the text of its line
    /// where the source is given.
    pub(crate) fn write_function(
        &self,
        function: &Function,
        source: Option<&SourceFile>,
        f: &mut impl fmt::Write,
    ) -> fmt::Result {
        let mut signature = String::new();
        self.types.write_signature(&function.ty, &mut signature);
        let window = function.window();
        writeln!(f, "func {}{signature}  // {} registers", function.name, function.registers.len())?;
        let (mut pc, mut line) = (0, 0);
        while pc < function.code.len() {
            let insn = function.code[pc];
            let here = function.line(pc);
            match source {
                // Line 0 is the compiler's own.
                Some(source) if here != line && here > 0 => {
                    write!(f, "{here:5} | {}\n      ", source.line_text(here))?;
                }
                None if here != line => write!(f, "{here:5} ")?,
                _ => write!(f, "      ")?,
            }
            line = here;
            let exts = self.write_insn(insn, pc, window, &function.code[pc + 1..], f)?;
            pc += 1 + exts;
        }
        Ok(())
    }

    fn write_insn(
        &self,
        insn: Insn,
        pc: usize,
        window: usize,
        rest: &[Insn],
        f: &mut impl fmt::Write,
    ) -> Result<usize, fmt::Error> {
        let shape = insn.op.shape();
        let name = match Op::runtime_fn(insn.x) {
            Some(function) if insn.op == Op::Runtime => format!("{function:?}"),
            _ => format!("{:?}", insn.op),
        };
        let has_operands = shape.a != Operand::None || shape.b != Operand::None;
        match has_operands {
            true => write!(f, "{pc:5}  {name:<14}")?,
            false => write!(f, "{pc:5}  {name}")?,
        }
        let next = (pc + 1 + shape.exts) as i64;
        let operands = [(shape.a, insn.a), (shape.b, insn.b), (shape.c, insn.c)];
        for (index, (operand, value)) in
            operands.into_iter().filter(|(kind, _)| *kind != Operand::None).enumerate()
        {
            f.write_str(if index > 0 { ", " } else { " " })?;
            self.write_operand(operand, value, insn, next, window, f)?;
        }
        if insn.x != 0 && insn.op != Op::Runtime {
            write!(f, " /{}", insn.x)?;
        }
        for ext in rest.iter().take(shape.exts) {
            write!(f, " [{}", ext.index())?;
            if ext.a != 0 {
                write!(f, ", r{}", ext.a)?;
            }
            f.write_str("]")?;
        }
        if matches!(insn.op, Op::Closure) {
            write!(f, "  // {}", self.callable_name(rest[0].index()))?;
        }
        if matches!(insn.op, Op::CallMethod) {
            write!(
                f,
                "  // {}",
                self.methods.get(rest[0].index() as usize).map_or("?", |method| &method.name)
            )?;
        }
        writeln!(f)?;
        Ok(shape.exts)
    }

    fn write_operand(
        &self,
        operand: Operand,
        value: u16,
        insn: Insn,
        next: i64,
        window: usize,
        f: &mut impl fmt::Write,
    ) -> fmt::Result {
        match operand {
            Operand::None => Ok(()),
            Operand::Imm => write!(f, "{}", value as i16),
            Operand::Offset | Operand::Count => write!(f, "{value}"),
            Operand::Jump => write!(f, "-> {}", next + (value as i16) as i64),
            Operand::WideImm => write!(f, "{}", insn.imm()),
            Operand::WideJump => write!(f, "-> {}", next + insn.imm() as i64),
            Operand::Constant => match self.constants.get(insn.index() as usize) {
                Some(Constant::Bits(bits)) => write!(f, "{} ({})", *bits as i64, f64::from_bits(*bits)),
                Some(Constant::Str(text)) => write!(f, "{:?}", String::from_utf8_lossy(text)),
                Some(Constant::Func(callable)) => f.write_str(self.callable_name(*callable)),
                None => f.write_str("?"),
            },
            Operand::Callable => f.write_str(self.callable_name(insn.index())),
            Operand::Type => f.write_str(&self.types.name(TypeId::from_number(insn.index()))),
            Operand::Global => match self.globals.iter().rfind(|global| global.offset <= insn.index()) {
                Some(global) if global.offset == insn.index() => f.write_str(&global.name),
                Some(global) => write!(f, "{}+{}", global.name, insn.index() - global.offset),
                None => write!(f, "@{}", insn.index()),
            },
            _ if (value as usize) >= window => write!(f, "w{}", value as usize - window),
            _ => write!(f, "r{value}"),
        }
    }
}
