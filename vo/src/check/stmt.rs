//! Statements.

use super::checker::{Checker, Frame};
use super::info::ExprType;
use super::operand::{Mode, Operand};
use super::scope::ObjectKind;
use crate::ast::{ExprId, ExprKind, StmtId, StmtKind};
use crate::diagnostic::Diagnostic;
use crate::types::{TypeId, TypeKind};

impl<'a> Checker<'a> {
    pub(super) fn statements(&mut self, stmts: &[StmtId]) {
        for &stmt in stmts {
            self.statement(stmt);
        }
    }

    /// A block with a scope of its own.
    pub(super) fn block(&mut self, block: StmtId) {
        let ast = self.ast;
        self.open_scope();
        self.statements(ast.block(block));
        self.close_scope();
    }

    pub(super) fn statement(&mut self, stmt: StmtId) {
        stacker::maybe_grow(128 << 10, 1 << 20, || self.statement_here(stmt));
    }

    fn statement_here(&mut self, id: StmtId) {
        let ast = self.ast;
        let stmt = ast.stmt(id);
        let label = self.place.next_label.take();
        match &stmt.kind {
            StmtKind::Empty => {}
            StmtKind::Expr(expr) => self.expr_statement(*expr),
            StmtKind::IncDec { target, increment } => self.inc_dec(*target, *increment),
            StmtKind::Assign { lhs, rhs } => self.assignment(lhs, rhs, stmt.span),
            StmtKind::OpAssign { op, op_span, target, value } => {
                self.op_assignment(*op, *op_span, *target, *value);
            }
            StmtKind::Define { lhs, rhs, op_span } => self.definition(lhs, rhs, *op_span, stmt.span),
            StmtKind::Var(specs) => self.local_vars(specs),
            StmtKind::Const(specs) => self.local_consts(specs),
            StmtKind::Type(specs) => self.local_types(specs),
            StmtKind::Block(_) => self.block(id),
            StmtKind::If { init, cond, then, otherwise } => {
                self.open_scope();
                self.optional(*init);
                self.condition(*cond, "if statement");
                self.block(*then);
                self.optional(*otherwise);
                self.close_scope();
            }
            StmtKind::For { init, cond, post, body } => {
                self.for_loop(id, label, (*init, *cond, *post), *body)
            }
            StmtKind::Range { key, value, define, subject, body } => {
                self.range_loop(id, label, [*key, *value], *define, *subject, *body);
            }
            StmtKind::Switch { init, tag, cases } => self.switch(id, label, *init, *tag, cases),
            StmtKind::TypeSwitch { init, bind, subject, cases } => {
                self.type_switch(id, label, *init, bind.as_ref(), *subject, cases);
            }
            StmtKind::Labeled { label, stmt } => {
                self.place.next_label = Some(&label.name);
                self.statement(*stmt);
                self.place.next_label = None;
            }
            StmtKind::Break(label) => self.branch(id, "break", label.as_ref()),
            StmtKind::Continue(label) => self.branch(id, "continue", label.as_ref()),
            StmtKind::Goto(_) => self.place.has_goto = true,
            StmtKind::Fallthrough => self.error(stmt.span, "fallthrough statement out of place"),
            StmtKind::Return(values) => self.return_statement(id, values),
            StmtKind::Defer(call) => self.defer(*call),
        }
    }

    pub(super) fn optional(&mut self, stmt: Option<StmtId>) {
        if let Some(stmt) = stmt {
            self.statement(stmt);
        }
    }

    fn expr_statement(&mut self, expr: ExprId) {
        let operand = self.expr_or_type(expr);
        self.discard(expr);
        let text = self.expr_text(expr);
        let message = match &operand.mode {
            Mode::Invalid => return,
            Mode::Builtin(_) => format!("{text} (built-in) must be called"),
            Mode::Type => format!("{text} (type) is not an expression"),
            _ if self.is_statement(&operand) => return,
            _ => format!("{} is not used", self.describe(&operand)),
        };
        let mut error = Diagnostic::new(self.span(expr), message);
        if let ExprKind::Binary { op: crate::ast::BinaryOp::Equal, .. } = self.ast.expr(expr).kind {
            error = error.help("to assign, write `=`");
        } else if self.func_type(operand.ty).is_some() && !matches!(operand.mode, Mode::Type) {
            error = error.help("to call it, write `()` behind it");
        }
        self.report(error);
    }

    pub(super) fn condition(&mut self, expr: ExprId, context: &str) {
        let mut operand = self.expr(expr);
        if operand.is_invalid() {
            return;
        }
        if !self.is_bool(operand.ty) {
            let message = format!("non-boolean condition in {context}");
            let ty = self.type_name(operand.ty);
            let mut error = Diagnostic::new(self.span(expr), message).label(format!("this is of type {ty}"));
            let text = self.expr_text(expr);
            if self.is_numeric(operand.ty) {
                error = error.help(format!("compare it: `{text} != 0`"));
            } else if self.has_nil(operand.ty) {
                error = error.help(format!("compare it: `{text} != nil`"));
            } else if self.is_string(operand.ty) {
                error = error.help(format!("compare it: `{text} != \"\"`"));
            }
            return self.report(error);
        }
        self.default_operand(&mut operand);
    }

    fn for_loop(
        &mut self,
        id: StmtId,
        label: Option<&'a str>,
        (init, cond, post): (Option<StmtId>, Option<ExprId>, Option<StmtId>),
        body: StmtId,
    ) {
        self.open_scope();
        let first_var = self.info.vars.len();
        self.optional(init);
        if init.is_some_and(|init| matches!(self.ast.stmt(init).kind, StmtKind::Define { .. })) {
            for object in self.place.scopes.last().into_iter().flat_map(|scope| scope.values()) {
                if let ObjectKind::Local(var) = self.objects.list[*object].kind
                    && var.0 as usize >= first_var
                {
                    self.info.vars[var.0 as usize].per_iteration = true;
                }
            }
        }
        if let Some(cond) = cond {
            self.condition(cond, "for statement");
        }
        self.optional(post);
        self.in_frame(Frame { stmt: id, label, is_loop: true }, |checker| checker.block(body));
        self.close_scope();
    }

    pub(super) fn in_frame(&mut self, frame: Frame<'a>, check: impl FnOnce(&mut Self)) {
        self.place.frames.push(frame);
        check(self);
        self.place.frames.pop();
    }

    fn range_loop(
        &mut self,
        id: StmtId,
        label: Option<&'a str>,
        targets: [Option<ExprId>; 2],
        define: bool,
        subject: ExprId,
        body: StmtId,
    ) {
        let mut operand = self.expr(subject);
        let types = self.range_types(&mut operand, targets);
        self.open_scope();
        if define {
            self.define_range(targets, types);
        } else {
            for (target, ty) in targets.into_iter().zip(types) {
                let Some(target) = target else { continue };
                let ty = ty.unwrap_or(self.untyped.invalid);
                let value = self.value(target, ty);
                self.assign_to(target, value, "range clause");
            }
        }
        self.in_frame(Frame { stmt: id, label, is_loop: true }, |checker| checker.block(body));
        self.close_scope();
    }

    fn define_range(&mut self, targets: [Option<ExprId>; 2], types: [Option<TypeId>; 2]) {
        for (target, ty) in targets.into_iter().zip(types) {
            let Some(target) = target else { continue };
            let ty = ty.unwrap_or(self.untyped.invalid);
            if !matches!(self.ast.expr(target).kind, ExprKind::Ident(_)) {
                let text = self.expr_text(target);
                self.error(self.span(target), format!("non-name {text} on left side of :="));
                continue;
            }
            if let Some(kind) = self.define_var(target, ty) {
                if let ObjectKind::Local(var) = kind {
                    self.info.vars[var.0 as usize].per_iteration = true;
                }
                self.declare_defined(target, kind);
            }
        }
    }

    /// The types of the two values that `range` gives.
    fn range_types(&mut self, operand: &mut Operand, targets: [Option<ExprId>; 2]) -> [Option<TypeId>; 2] {
        if operand.is_invalid() {
            return [None, None];
        }
        let int = Some(TypeId::INT);
        let array =
            self.pointee(operand.ty).filter(|&target| matches!(self.kind(target), TypeKind::Array(..)));
        let types = match *self.kind(array.unwrap_or(operand.ty)) {
            TypeKind::String => {
                self.default_operand(operand);
                [int, Some(TypeId::RUNE)]
            }
            TypeKind::Slice(elem) | TypeKind::Array(elem, _) => [int, Some(elem)],
            TypeKind::Map(key, value) => [Some(key), Some(value)],
            TypeKind::Scalar(_)
                if self.is_integer(operand.ty)
                    || operand.ty == self.untyped.float
                        && operand.constant().and_then(|c| c.as_int()).is_some() =>
            {
                self.range_over_int(operand, targets);
                [Some(operand.ty), None]
            }
            _ => {
                let message = format!("cannot range over {}", self.describe(operand));
                let mut error = Diagnostic::new(self.span(operand.expr), message);
                if self.func_type(operand.ty).is_some() {
                    error = error.note("Vo does not range over functions");
                }
                self.report(error);
                return [None, None];
            }
        };
        if let (Some(value), None) = (targets[1], types[1]) {
            let message =
                format!("range over {} permits only one iteration variable", self.describe(operand));
            self.error(self.span(value), message);
        }
        types
    }

    /// The count of `for i := range 10` has the type of `i`.
    fn range_over_int(&mut self, operand: &mut Operand, targets: [Option<ExprId>; 2]) {
        if !self.is_untyped(operand.ty) {
            return;
        }
        let mut ty =
            if operand.ty == self.untyped.float { TypeId::INT } else { self.default_type(operand.ty) };
        if let Some(target) = targets[0]
            && let ExprKind::Ident(name) = &self.ast.expr(target).kind
            && let Some(id) = self.lookup(name)
            && let ObjectKind::Local(var) = self.objects.list[id].kind
            && !self.is_range_definition(target)
        {
            ty = self.info.var(var).ty;
        }
        let _ = self.convert_untyped(operand, ty);
    }

    /// Whether the loop that a target belongs to declares it.
    fn is_range_definition(&self, target: ExprId) -> bool {
        let text = &self.sources.file(self.span(target).file).text;
        let rest = text.get(self.span(target).end as usize..).unwrap_or("");
        rest.trim_start().starts_with(":=")
    }

    fn return_statement(&mut self, id: StmtId, values: &[ExprId]) {
        let Some(func) = self.place.func else { return };
        let Some(results) = self.func_type(self.info.func(func).ty).map(|func| func.results.clone()) else {
            return self.use_arguments(values);
        };
        let span = self.ast.stmt(id).span;
        if values.is_empty() {
            if !results.is_empty() && self.info.func(func).results.is_empty() {
                let want = self.tuple_name(&results);
                let error = Diagnostic::new(span, "not enough return values").note("have ()");
                self.report(error.note(format!("want {want}")));
            }
            return self.check_shadowed_results(id);
        }
        let (mut operands, _) = self.arguments(values);
        if operands.len() != results.len() {
            if operands.iter().any(Operand::is_invalid) {
                return;
            }
            let word = if operands.len() > results.len() { "too many" } else { "not enough" };
            let (have, want) = (self.have(&operands), self.tuple_name(&results));
            let error = Diagnostic::new(span, format!("{word} return values"));
            return self.report(error.note(format!("have {have}")).note(format!("want {want}")));
        }
        for (operand, ty) in operands.iter_mut().zip(results) {
            self.assign(operand, ty, "return statement");
        }
    }

    /// `return` without values must mean the function's own results.
    fn check_shadowed_results(&mut self, id: StmtId) {
        let Some(func) = self.place.func else { return };
        for &var in &self.info.func(func).results {
            let row = self.info.var(var);
            let Some(object) = self.lookup(&row.name) else { continue };
            let object = &self.objects.list[object];
            let own = matches!(object.kind, ObjectKind::Local(found) if found == var);
            if !own && row.name != "_" {
                let message = format!("result parameter {} not in scope at return", row.name);
                let error = Diagnostic::new(self.ast.stmt(id).span, message);
                self.report(error.secondary(object.span, format!("inner declaration of {}", row.name)));
            }
        }
    }

    /// Records the type of a name on the left of a definition.
    pub(super) fn record_name(&mut self, name: ExprId, ty: TypeId) {
        self.record(name, ExprType::One(ty));
    }
}
