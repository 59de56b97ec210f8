//! The function in the making: its code, its registers, its variables.

use std::collections::{HashMap, HashSet};

use crate::ast::{Ast, ExprId, StmtId};
use crate::bytecode::{CodeBuilder, Function, Insn, Label, NO_REG, Op, Operand, RuntimeFn};
use crate::check::info::{ExprType, Info, VarId};
use crate::source::Span;
use crate::types::{FuncType, TypeId, TypeTable};

use super::access::Width;
use super::defer::Defers;
use super::registers::{Form, Reg, Registers, WINDOW};
use super::unit::Unit;

/// Where a local variable is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Var {
    /// In its register or pair; for a struct or array, the register has the address of its image.
    Register(Reg),
    /// In an object of its own, whose address is in the register.
    Boxed(Reg),
}

/// Where `break` and `continue` go.
#[derive(Clone, Copy, Debug)]
pub(super) struct Targets {
    pub(super) leave: Label,
    /// None in a switch.
    pub(super) next: Option<Label>,
}

/// A result of the function.
#[derive(Clone, Copy, Debug)]
pub(super) struct ResultSlot {
    pub(super) register: Reg,
    pub(super) ty: TypeId,
    /// Where it has a name.
    pub(super) var: Option<VarId>,
}

/// A function in the making.
pub(super) struct Body<'u, 'p> {
    pub(super) unit: &'u mut Unit<'p>,
    pub(super) regs: Registers,
    pub(super) vars: HashMap<VarId, Var>,
    pub(super) targets: HashMap<StmtId, Targets>,
    /// Where `goto` goes, by labeled statement.
    pub(super) labels: HashMap<StmtId, Label>,
    pub(super) results: Vec<ResultSlot>,
    /// Variables whose image may be someone else's: it is never changed.
    pub(super) borrowed: HashSet<VarId>,
    /// The register of the variable that is being declared: nothing in its initial value can refer to it.
    pub(super) declaring: Option<Reg>,
    /// Where the function has `defer` statements.
    pub(super) defers: Option<Defers>,
    code: CodeBuilder,
    last: Option<Op>,
    /// Where the last label was bound.
    bound: usize,
    scopes: Vec<Vec<(Reg, Form)>>,
}

impl<'u, 'p> Body<'u, 'p> {
    pub(super) fn new(unit: &'u mut Unit<'p>) -> Body<'u, 'p> {
        Body {
            unit,
            regs: Registers::default(),
            vars: HashMap::new(),
            targets: HashMap::new(),
            labels: HashMap::new(),
            results: Vec::new(),
            borrowed: HashSet::new(),
            declaring: None,
            defers: None,
            code: CodeBuilder::new(),
            last: None,
            bound: usize::MAX,
            scopes: Vec::new(),
        }
    }

    pub(super) fn ast(&self) -> &'p Ast {
        self.unit.ast
    }

    pub(super) fn info(&self) -> &'p Info {
        self.unit.info
    }

    pub(super) fn types(&self) -> &'p TypeTable {
        self.unit.types
    }

    pub(super) fn type_of(&self, expr: ExprId) -> TypeId {
        self.unit.info.type_of(expr)
    }

    /// The type that an expression is; none where it is a value, such as `nil`.
    pub(super) fn type_expr(&self, expr: ExprId) -> Option<TypeId> {
        match self.unit.info.expr_types.get(expr.0 as usize) {
            Some(ExprType::Type(ty)) => Some(*ty),
            _ => None,
        }
    }

    pub(super) fn form(&self, ty: TypeId) -> Form {
        Form::of(self.unit.types, ty)
    }

    pub(super) fn width(&self, ty: TypeId) -> Width {
        Width::of(self.unit.types, ty)
    }

    pub(super) fn is_image(&self, ty: TypeId) -> bool {
        self.unit.types.is_image(ty)
    }

    pub(super) fn is_interface(&self, ty: TypeId) -> bool {
        self.unit.types.is_interface(ty)
    }

    /// The size of a type, which fits into an operand.
    pub(super) fn size(&self, ty: TypeId) -> u32 {
        self.unit.types.layout(ty).size as u32
    }

    // ---- Code

    pub(super) fn line(&mut self, span: Span) {
        let line = self.unit.sources.line(span);
        self.code.set_line(line);
    }

    fn push(&mut self, insn: Insn) {
        self.last = Some(insn.op);
        self.code.emit(insn);
    }

    pub(super) fn abc(&mut self, op: Op, a: Reg, b: u16, c: u16) {
        self.push(Insn::abc(op, a, b, c));
    }

    /// An operation with two registers.
    pub(super) fn ab(&mut self, op: Op, a: Reg, b: Reg) {
        self.push(Insn::abc(op, a, b, 0));
    }

    pub(super) fn flagged(&mut self, op: Op, flags: u8, [a, b, c]: [u16; 3]) {
        self.push(Insn::abc(op, a, b, c).with_x(flags));
    }

    pub(super) fn wide(&mut self, op: Op, a: Reg, wide: u32) {
        self.push(Insn::wide(op, a, wide as i32));
    }

    /// The next word of the instruction before.
    pub(super) fn ext(&mut self, a: Reg, wide: u32) {
        self.code.emit(Insn::ext(a, wide));
    }

    pub(super) fn runtime(&mut self, function: RuntimeFn, [a, b, c]: [u16; 3], (small, wide): (u16, u32)) {
        self.push(Insn::runtime(function, a, b, c));
        self.ext(small, wide);
    }

    pub(super) fn label(&mut self) -> Label {
        self.code.label()
    }

    pub(super) fn bind(&mut self, label: Label) {
        self.code.bind(label);
        self.bound = self.code.len();
    }

    pub(super) fn jump(&mut self, label: Label) {
        self.last = Some(Op::Jump);
        self.code.emit_jump(Insn::wide(Op::Jump, 0, 0), label);
    }

    /// `JumpIf` or `JumpIfNot`.
    pub(super) fn jump_if(&mut self, register: Reg, sense: bool, label: Label) {
        let op = if sense { Op::JumpIf } else { Op::JumpIfNot };
        self.last = Some(op);
        self.code.emit_jump(Insn::wide(op, register, 0), label);
    }

    /// A jump with two operands.
    pub(super) fn jump_on(&mut self, op: Op, a: Reg, b: u16, label: Label) {
        self.last = Some(op);
        self.code.emit_jump(Insn::abc(op, a, b, 0), label);
    }

    /// Whether the next instruction can be reached.
    pub(super) fn is_reachable(&self) -> bool {
        let ended = matches!(self.last, Some(Op::Return | Op::Jump | Op::Panic));
        !ended || self.bound == self.code.len()
    }

    /// Loads an integer, or the bits of something else.
    pub(super) fn load_bits(&mut self, dst: Reg, value: i64) {
        match i32::try_from(value) {
            Ok(small) => self.wide(Op::LoadInt, dst, small as u32),
            Err(_) => {
                let index = self.unit.tables.bits_constant(value as u64);
                self.wide(Op::LoadConst, dst, index);
            }
        }
    }

    /// Moves a value of a form.
    pub(super) fn move_value(&mut self, form: Form, dst: Reg, src: Reg) {
        match form {
            _ if dst == src => {}
            Form::Pair => self.ab(Op::MovePair, dst, src),
            _ => self.ab(Op::Move, dst, src),
        }
    }

    /// The zero value of a type; for a struct or array, a new image.
    pub(super) fn zero(&mut self, ty: TypeId, dst: Reg) {
        match self.form(ty) {
            _ if self.is_image(ty) => self.new_object(ty, dst),
            Form::Pair => {
                self.load_bits(dst, 0);
                self.load_bits(dst + 1, 0);
            }
            _ => self.load_bits(dst, 0),
        }
    }

    pub(super) fn new_object(&mut self, ty: TypeId, dst: Reg) {
        self.wide(Op::New, dst, ty.number());
    }

    // ---- Scopes

    pub(super) fn open_scope(&mut self) {
        self.scopes.push(Vec::new());
    }

    pub(super) fn close_scope(&mut self) {
        for (register, form) in self.scopes.pop().unwrap_or_default() {
            self.regs.give_back(register, form);
        }
    }

    /// A register until the scope is closed.
    pub(super) fn local(&mut self, form: Form) -> Reg {
        let register = self.regs.take(form);
        if let Some(scope) = self.scopes.last_mut() {
            scope.push((register, form));
        }
        register
    }

    /// A temporary register for a value of a type.
    pub(super) fn temp(&mut self, ty: TypeId) -> Reg {
        let form = self.form(ty);
        self.regs.temp(form)
    }

    /// Whether nothing that is evaluated now can read the register.
    pub(super) fn is_private(&self, register: Reg) -> bool {
        self.declaring == Some(register) || self.regs.is_temp(register)
    }

    // ---- The end

    /// The finished function.
    pub(super) fn finish(mut self, head: Head) -> Function {
        if self.is_reachable() {
            self.abc(Op::Return, 0, 0, 0);
        }
        if self.regs.is_full() {
            let message = format!("function {} is too large: it needs too many registers", head.name);
            self.unit.error(head.span, message);
        }
        if self.unit.tables.metered {
            self.code.meter();
        }
        let (code, mut lines, defers) = self.code.finish(self.defers.map(|defers| defers.run));
        if head.is_wrapper {
            // Traces do not show code without lines.
            lines.clear();
        }
        let mut function = Function {
            name: head.name,
            ty: head.ty,
            param_names: head.param_names,
            has_captures: head.has_captures,
            defers,
            is_wrapper: head.is_wrapper,
            registers: self.regs.into_kinds(),
            code,
            lines,
            file: head.span.file,
        };
        let window = function.window() as u16;
        function.code.iter_mut().for_each(|insn| place_window(insn, window));
        function
    }
}

/// What a function is called, and how.
pub(super) struct Head {
    pub(super) name: String,
    pub(super) ty: FuncType,
    pub(super) param_names: Vec<String>,
    pub(super) has_captures: bool,
    /// Whether it only passes its arguments on.
    pub(super) is_wrapper: bool,
    pub(super) span: Span,
}

/// Replaces slots of the window by their registers.
fn place_window(insn: &mut Insn, window: u16) {
    let shape = insn.op.shape();
    for (operand, register) in [(shape.a, &mut insn.a), (shape.b, &mut insn.b), (shape.c, &mut insn.c)] {
        let is_register = matches!(
            operand,
            Operand::Def
                | Operand::DefPair
                | Operand::Use
                | Operand::UsePair
                | Operand::UseRun
                | Operand::Window
                | Operand::Any
        );
        if is_register && *register >= WINDOW && *register != NO_REG {
            *register = *register - WINDOW + window;
        }
    }
}
