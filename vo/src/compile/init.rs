//! What a program starts with: the initialisation of its packages, in order, and `main.main`.

use crate::bytecode::{Function, Op};
use crate::check::info::{GlobalId, GlobalInit, Step};
use crate::source::Span;
use crate::types::FuncType;

use super::body::{Body, Head};
use super::place::Loc;
use super::registers::WINDOW;
use super::unit::Unit;

impl Unit<'_> {
    /// Makes the function that takes these steps.
    pub(super) fn compile_entry(&mut self, steps: &[Step]) {
        let info = self.info;
        let mut calls = Vec::new();
        for step in steps {
            match step {
                Step::Call(id) => calls.push(self.tables.func_callable(*id)),
                Step::Variables { package, declared, initialisers } => {
                    let name = format!("{}.init", info.packages[package.0 as usize].name);
                    let function = self.compile_initialisers(name, declared, initialisers);
                    calls.push(self.add_callable(function));
                }
            }
        }
        let span = info.main.map(|main| info.func(main).span).unwrap_or_default();
        let mut body = Body::new(self);
        for callable in calls {
            body.wide(Op::Call, WINDOW, callable);
        }
        let function = body.finish(head("entry".into(), span));
        let entry = self.add_synthesized(function);
        self.set_entry(entry);
        self.set_main();
    }

    fn init_span(&self, init: &GlobalInit) -> Span {
        self.ast.expr(init.value).span
    }

    fn compile_initialisers(
        &mut self,
        name: String,
        declared: &[GlobalId],
        group: &[GlobalInit],
    ) -> Function {
        let span = group.first().map(|init| self.init_span(init)).unwrap_or_default();
        let mut body = Body::new(self);
        body.open_scope();
        for &global in declared {
            body.clear_global(global);
        }
        for init in group {
            body.line(body.unit.init_span(init));
            body.init_globals(init);
        }
        body.finish(head(name, span))
    }
}

impl Body<'_, '_> {
    /// A variable may have a value already, where it is declared again.
    fn clear_global(&mut self, global: GlobalId) {
        let mark = self.regs.mark();
        let ty = self.info().globals[global.0 as usize].ty;
        let value = self.temp(ty);
        self.zero(ty, value);
        self.store(Loc::Global(self.unit.global_offset(global)), ty, value);
        self.regs.release(mark);
    }

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
    Head { name, ty, param_names: Vec::new(), has_captures: false, is_wrapper: false, span }
}
