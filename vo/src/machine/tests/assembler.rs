//! Short ways to write programs.

use std::sync::Arc;

use vo_ffi::{Callee, FuncType, Native, Plan, Slot, TypeId, TypeTable};

use crate::bytecode::{
    Callable, CodeBuilder, Constant, ExternDecl, ExternSource, Function, Insn, Op, Program, RegKind,
};
use crate::machine::Machine;

pub(super) use RegKind::{Data as D, Ref as R, Scalar as S};

pub(super) fn abc(op: Op, a: u16, b: u16, c: u16) -> Insn {
    Insn::abc(op, a, b, c)
}

pub(super) fn wide(op: Op, a: u16, imm: i32) -> Insn {
    Insn::wide(op, a, imm)
}

pub(super) fn ret() -> Insn {
    abc(Op::Return, 0, 0, 0)
}

pub(super) fn func(params: &[TypeId], results: &[TypeId]) -> FuncType {
    FuncType { params: params.to_vec(), variadic: false, results: results.to_vec() }
}

/// A program in the making. Line numbers are those of instructions, from 1.
pub(super) struct Assembler {
    pub(super) program: Program,
    natives: Vec<Callee>,
}

impl Assembler {
    pub(super) fn new() -> Assembler {
        Assembler::with_types(TypeTable::new())
    }

    pub(super) fn with_types(types: TypeTable) -> Assembler {
        let mut program = Program::new(Arc::new(types));
        program.files.push("test.vo".into());
        Assembler { program, natives: Vec::new() }
    }

    /// Adds a function; gives its number as a callable.
    pub(super) fn function(&mut self, name: &str, ty: FuncType, registers: &[RegKind], code: &[Insn]) -> u32 {
        let mut builder = CodeBuilder::new();
        for (line, insn) in (1..).zip(code) {
            builder.set_line(line);
            builder.emit(*insn);
        }
        let (code, lines, defers) = builder.finish(None);
        let function = Function {
            name: name.into(),
            param_names: Vec::new(),
            ty,
            has_captures: false,
            defers,
            is_wrapper: false,
            registers: registers.to_vec(),
            code,
            lines,
            file: 0,
        };
        self.program.functions.push(function);
        self.callable(Callable::Function(self.program.functions.len() as u32 - 1))
    }

    /// The same, of a function with captures.
    pub(super) fn closure(&mut self, name: &str, ty: FuncType, registers: &[RegKind], code: &[Insn]) -> u32 {
        let callable = self.function(name, ty, registers, code);
        if let Some(function) = self.program.functions.last_mut() {
            function.has_captures = true;
        }
        callable
    }

    pub(super) fn native(&mut self, name: &str, ty: FuncType, native: Native) -> u32 {
        let plan = Plan::of(&ty, &self.program.types).expect("a small frame");
        let callee =
            Callee { native, plan, target: std::ptr::null(), name: name.into(), param_names: Vec::new() };
        self.natives.push(callee);
        let source = ExternSource::Native { name: name.into() };
        let decl = ExternDecl {
            name: name.into(),
            ty,
            param_names: Vec::new(),
            source,
            passes: Vec::new(),
            direct: None,
            place: (0, 0),
        };
        self.program.externs.push(decl);
        self.callable(Callable::Extern(self.program.externs.len() as u32 - 1))
    }

    /// The callee of the native that was added last.
    pub(super) fn last_native(&mut self) -> &mut Callee {
        self.natives.last_mut().expect("a native")
    }

    pub(super) fn constant(&mut self, constant: Constant) -> i32 {
        self.program.constants.push(constant);
        self.program.constants.len() as i32 - 1
    }

    fn callable(&mut self, callable: Callable) -> u32 {
        self.program.callables.push(callable);
        self.program.callables.len() as u32 - 1
    }

    pub(super) fn load(self) -> Loaded {
        let externs: Vec<*const Callee> = self.natives.iter().map(std::ptr::from_ref).collect();
        // SAFETY: the natives are kept beside the machine, and the tests' bytecode is right.
        let machine = unsafe { Machine::new(self.program, &externs) };
        Loaded { machine: machine.expect("a program that loads"), _natives: self.natives }
    }
}

pub(super) struct Loaded {
    pub(super) machine: Machine,
    _natives: Vec<Callee>,
}

impl Loaded {
    /// Calls a function with integers; gives its first result as one.
    pub(super) fn int(&mut self, name: &str, args: &[i64]) -> Result<i64, Vec<String>> {
        let args: Vec<Slot> = args.iter().map(|&arg| Slot::from_i64(arg)).collect();
        // SAFETY: the tests pass what their functions take.
        let results = unsafe { self.machine.call(name, &args) };
        results.map(|results| results[0].as_i64()).map_err(|trap| {
            let place = |entry: &vo_ffi::TraceEntry| match entry.line {
                0 => entry.function.clone(),
                line => format!("{} {}:{line}", entry.function, entry.file),
            };
            std::iter::once(trap.message().to_string()).chain(trap.trace().iter().map(place)).collect()
        })
    }
}
