//! Calls of functions, and what they have in common with conversions and built-in functions.

use super::checker::Checker;
use super::info::{CallInfo, CallKind, Resolved, Selection};
use super::operand::{Mode, Operand};
use crate::ast::{ExprId, ExprKind};
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::types::{FuncType, TypeId, TypeKind};

/// A call as it is written.
#[derive(Clone, Copy)]
pub(super) struct Call<'a> {
    pub(super) expr: ExprId,
    pub(super) callee: ExprId,
    pub(super) args: &'a [ExprId],
    pub(super) spread: Option<Span>,
    pub(super) close: Span,
}

impl<'a> Checker<'a> {
    pub(super) fn call(&mut self, expr: ExprId) -> Operand {
        let ast = self.ast;
        let ExprKind::Call { callee, args, spread, close } = &ast.expr(expr).kind else {
            return self.invalid(expr);
        };
        let call = Call { expr, callee: *callee, args, spread: *spread, close: *close };
        if let Some((helpers, name)) = self.c_name(call.callee)
            && let Some(result) = self.c_call(call, helpers, name)
        {
            return result;
        }
        let errno = self.errno_call.take() == Some(expr);
        let callee = self.expr_or_type(call.callee);
        match callee.mode {
            Mode::Invalid => {
                self.use_arguments(call.args);
                self.invalid(expr)
            }
            Mode::Type => self.conversion_call(call, &callee),
            Mode::Builtin(builtin) => {
                let kind = CallKind::Builtin(builtin);
                self.info
                    .calls
                    .insert(expr, CallInfo { kind, ty: TypeId::NIL, from_tuple: false, pack_from: None });
                self.builtin(call, builtin)
            }
            _ => match self.c_function_pointer(callee.ty) {
                Some(function) => self.c_pointer_call(call, &callee, &function, errno),
                None => self.function_call(call, &callee),
            },
        }
    }

    /// Looks at arguments that cannot be checked, for the names that they use.
    pub(super) fn use_arguments(&mut self, args: &[ExprId]) {
        for &arg in args {
            self.expr_or_type(arg);
        }
    }

    fn conversion_call(&mut self, call: Call<'a>, callee: &Operand) -> Operand {
        let ty = self.made_type(callee.expr, callee.ty);
        let kind = CallKind::Conversion;
        self.info
            .calls
            .insert(call.expr, CallInfo { kind, ty: TypeId::NIL, from_tuple: false, pack_from: None });
        if self.is_invalid(ty) {
            self.use_arguments(call.args);
            return self.invalid(call.expr);
        }
        let name = self.type_name(ty);
        match call.args {
            [arg] if call.spread.is_none() => {
                let operand = self.expr(*arg);
                self.conversion(call.expr, ty, operand)
            }
            args => {
                self.use_arguments(args);
                let message = match args {
                    [] => format!("missing argument in conversion to {name}"),
                    [_] => format!("invalid use of ... in conversion to {name}"),
                    _ => format!("too many arguments in conversion to {name}"),
                };
                self.error(call.close, message);
                self.invalid(call.expr)
            }
        }
    }

    fn function_call(&mut self, call: Call<'a>, callee: &Operand) -> Operand {
        let TypeKind::Func(func) = self.kind(callee.ty).clone() else {
            let message = format!("invalid operation: cannot call non-function {}", self.describe(callee));
            self.error(self.span(call.callee), message);
            self.use_arguments(call.args);
            return self.invalid(call.expr);
        };
        let (operands, from_tuple) = self.arguments(call.args);
        self.check_arguments(call, &func, operands);
        let fixed = func.params.len() - usize::from(func.variadic);
        let pack_from = Some(fixed).filter(|_| func.variadic && call.spread.is_none());
        let kind = self.call_kind(call.callee);
        self.info.calls.insert(call.expr, CallInfo { kind, ty: callee.ty, from_tuple, pack_from });
        match func.results.as_slice() {
            [] => Operand { mode: Mode::NoValue, ty: TypeId::NIL, expr: call.expr },
            [one] => self.value(call.expr, *one),
            many => Operand { mode: Mode::Tuple(many.into()), ty: TypeId::NIL, expr: call.expr },
        }
    }

    pub(super) fn call_kind(&self, callee: ExprId) -> CallKind {
        let callee = self.ast.unparen(callee);
        match (self.info.resolved.get(&callee), self.info.selections.get(&callee)) {
            (Some(Resolved::Func(func)), _) => CallKind::Func(*func),
            (Some(Resolved::Extern(id)), _) => CallKind::Extern(*id),
            (_, Some(Selection::Method { .. })) => CallKind::Method,
            _ => CallKind::Value,
        }
    }

    /// The arguments; the bool says whether they are the results of one call.
    pub(super) fn arguments(&mut self, args: &[ExprId]) -> (Vec<Operand>, bool) {
        if let [one] = args {
            let operand = self.multi_expr(*one);
            return match &operand.mode {
                Mode::Tuple(types) => (types.iter().map(|&ty| self.value(*one, ty)).collect(), true),
                Mode::NoValue => {
                    let message = format!("{} used as value", self.describe(&operand));
                    self.error(self.span(*one), message);
                    (vec![self.invalid(*one)], false)
                }
                _ => (vec![operand], false),
            };
        }
        (args.iter().map(|&arg| self.expr(arg)).collect(), false)
    }

    pub(super) fn check_arguments(&mut self, call: Call<'a>, func: &FuncType, mut operands: Vec<Operand>) {
        let name = self.expr_text(call.callee);
        let count = func.params.len();
        let fixed = count - usize::from(func.variadic);
        if let Some(span) = call.spread
            && !func.variadic
        {
            let message = format!("have (...) but function is not variadic: {name}");
            return self.error(span, message);
        }
        let exact = call.spread.is_some() || !func.variadic;
        let given = operands.len();
        if given < fixed || exact && given != count {
            return self.argument_count(call, func, &operands);
        }
        let context = format!("argument to {name}");
        for (index, operand) in operands.iter_mut().enumerate() {
            let mut want = func.params[index.min(count - 1)];
            if index >= fixed
                && !exact
                && let TypeKind::Slice(elem) = *self.kind(want)
            {
                want = elem;
            }
            self.assign(operand, want, &context);
        }
    }

    fn argument_count(&self, call: Call<'a>, func: &FuncType, operands: &[Operand]) {
        let name = self.expr_text(call.callee);
        let enough = operands.len() > func.params.len();
        let (word, span) = match operands.get(func.params.len()) {
            Some(extra) if enough => ("too many", self.span(extra.expr)),
            _ => ("not enough", call.close),
        };
        if operands.iter().any(Operand::is_invalid) {
            return;
        }
        let error = Diagnostic::new(span, format!("{word} arguments in call to {name}"));
        self.report(
            error.note(format!("have {}", self.have(operands))).note(format!("want {}", self.want(func))),
        );
    }

    /// The types of operands, in Go's words: `(number, string)`.
    pub(super) fn have(&self, operands: &[Operand]) -> String {
        let name = |operand: &Operand| match operand.constant() {
            Some(_) if self.is_untyped(operand.ty) && self.is_numeric(operand.ty) => "number".into(),
            _ if operand.is_nil() => "nil".into(),
            _ => self.type_name(self.default_type(operand.ty)),
        };
        let names: Vec<String> = operands.iter().map(name).collect();
        format!("({})", names.join(", "))
    }

    fn want(&self, func: &FuncType) -> String {
        let mut names: Vec<String> = func.params.iter().map(|&ty| self.type_name(ty)).collect();
        if let (true, Some(last)) = (func.variadic, names.last_mut()) {
            *last = format!("...{}", last.trim_start_matches("[]"));
        }
        format!("({})", names.join(", "))
    }
}
