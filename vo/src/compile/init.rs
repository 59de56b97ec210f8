//! The entry: packages are initialised in order, then `main.main` runs.

use crate::bytecode::{Function, Op};
use crate::check::info::GlobalInit;
use crate::source::Span;
use crate::types::FuncType;

use super::body::{Body, Head};
use super::place::Loc;
use super::registers::WINDOW;
use super::unit::Unit;

impl Unit<'_> {
    /// Makes the function that the machine starts with.
    pub(super) fn compile_entry(&mut self) {
        let (ast, info) = (self.ast, self.info);
        let mut calls = Vec::new();
        for package in &info.packages {
            for group in package
                .initialisers
                .chunk_by(|a, b| ast.expr(a.value).span.file == ast.expr(b.value).span.file)
            {
                let name = format!("{}.init", package.name);
                let function = self.compile_initialisers(name, group);
                calls.push(self.add_callable(function));
            }
            calls.extend(package.inits.iter().map(|&init| self.func_callable(init)));
        }
        calls.extend(info.main.map(|main| self.func_callable(main)));
        let span = info.main.map(|main| info.func(main).span).unwrap_or_default();
        let mut body = Body::new(self);
        for callable in calls {
            body.wide(Op::Call, WINDOW, callable);
        }
        let function = body.finish(head("entry".into(), span));
        let entry = self.add_synthesized(function);
        self.set_entry(entry);
    }

    fn init_span(&self, init: &GlobalInit) -> Span {
        self.ast.expr(init.value).span
    }

    fn compile_initialisers(&mut self, name: String, group: &[GlobalInit]) -> Function {
        let span = group.first().map(|init| self.init_span(init)).unwrap_or_default();
        let mut body = Body::new(self);
        body.open_scope();
        for init in group {
            body.line(body.unit.init_span(init));
            body.init_globals(init);
        }
        body.finish(head(name, span))
    }
}

impl Body<'_, '_> {
    fn init_globals(&mut self, init: &GlobalInit) {
        let mark = self.regs.mark();
        let info = self.info();
        match init.targets.as_slice() {
            [Some(global)] => {
                let ty = info.globals[global.0 as usize].ty;
                let loc = Loc::Global(self.unit.global_offset(*global));
                let value = self.operand_now_as(init.value, ty);
                self.store(loc, ty, value);
            }
            [None] => self.effect(init.value),
            targets => {
                for (target, (value, from)) in targets.iter().zip(self.all_values(init.value)) {
                    let Some(global) = target else { continue };
                    let loc = Loc::Global(self.unit.global_offset(*global));
                    self.settle_place(loc, info.globals[global.0 as usize].ty, value, from);
                }
            }
        }
        self.regs.release(mark);
    }
}

fn head(name: String, span: Span) -> Head {
    let ty = FuncType { params: Vec::new(), variadic: false, results: Vec::new() };
    Head { name, ty, param_names: Vec::new(), has_captures: false, span }
}
