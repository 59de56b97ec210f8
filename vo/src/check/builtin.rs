//! The built-in functions.

use super::call::Call;
use super::checker::Checker;
use super::constant::{self, Constant};
use super::info::{Builtin, CallKind, ExprType};
use super::operand::{Mode, Operand};
use crate::ast::{BinaryOp, ExprId, ExprKind};
use crate::diagnostic::Diagnostic;
use crate::types::{TypeId, TypeKind};

impl Builtin {
    /// Its name, and how many arguments it takes at least and at most.
    fn shape(self) -> (&'static str, usize, usize) {
        const MANY: usize = usize::MAX;
        match self {
            Builtin::Append => ("append", 1, MANY),
            Builtin::Cap => ("cap", 1, 1),
            Builtin::Clear => ("clear", 1, 1),
            Builtin::Copy => ("copy", 2, 2),
            Builtin::Delete => ("delete", 2, 2),
            Builtin::Len => ("len", 1, 1),
            Builtin::Make => ("make", 1, 3),
            Builtin::Max => ("max", 1, MANY),
            Builtin::Min => ("min", 1, MANY),
            Builtin::New => ("new", 1, 1),
            Builtin::Panic => ("panic", 1, 1),
            Builtin::Print => ("print", 0, MANY),
            Builtin::Println => ("println", 0, MANY),
            Builtin::Recover => ("recover", 0, 0),
        }
    }
}

impl<'a> Checker<'a> {
    pub(super) fn builtin(&mut self, call: Call<'a>, builtin: Builtin) -> Operand {
        let (name, ..) = builtin.shape();
        let of_types = matches!(builtin, Builtin::Make | Builtin::New);
        let tuple = match call.args {
            [arg] if !of_types && self.is_call(*arg) => self.arguments(call.args),
            _ => (Vec::new(), false),
        };
        let given = if tuple.0.is_empty() { call.args.len() } else { tuple.0.len() };
        if tuple.0.iter().all(|operand| !operand.is_invalid()) && !self.check_count(call, builtin, given) {
            return self.invalid(call.expr);
        }
        if let (Some(span), true) = (call.spread, builtin != Builtin::Append) {
            self.error(span, format!("invalid operation: invalid use of ... with built-in {name}"));
            return self.invalid(call.expr);
        }
        match builtin {
            Builtin::Make => return self.make(call),
            Builtin::New => {
                let ty = self.any_type(call.args[0]);
                let ty = self.made_type(call.args[0], ty);
                let ty = if self.is_invalid(ty) { ty } else { self.types.pointer_to(ty) };
                return self.value(call.expr, ty);
            }
            Builtin::Recover => return self.value(call.expr, TypeId::ANY),
            _ => {}
        }
        let operands = match tuple {
            (operands, from_tuple) if !operands.is_empty() => {
                if let Some(info) = self.info.calls.get_mut(&call.expr) {
                    info.from_tuple = from_tuple;
                }
                operands
            }
            _ => call.args.iter().map(|&arg| self.expr(arg)).collect(),
        };
        if operands.iter().any(Operand::is_invalid) {
            return if matches!(builtin, Builtin::Len | Builtin::Cap) {
                self.value(call.expr, TypeId::INT)
            } else {
                self.invalid(call.expr)
            };
        }
        self.builtin_of(call, builtin, operands)
    }

    fn is_call(&self, expr: ExprId) -> bool {
        matches!(self.ast.expr(self.ast.unparen(expr)).kind, ExprKind::Call { .. })
    }

    fn check_count(&self, call: Call<'a>, builtin: Builtin, given: usize) -> bool {
        let (name, least, most) = builtin.shape();
        let text = format!("{name}({})", if call.args.is_empty() { "" } else { "…" });
        let (word, span) = if given < least {
            ("not enough", call.close)
        } else if given > most {
            ("too many", self.span(call.args[most.min(call.args.len() - 1)]))
        } else {
            return true;
        };
        self.error(span, format!("{word} arguments for {text} (expected {least}, found {given})"));
        false
    }

    fn builtin_of(&mut self, call: Call<'a>, builtin: Builtin, mut operands: Vec<Operand>) -> Operand {
        match builtin {
            Builtin::Append => self.append(call, operands),
            Builtin::Len | Builtin::Cap => self.length(call, builtin, operands.remove(0)),
            Builtin::Copy => self.copy(call, operands),
            Builtin::Delete => self.delete(call, operands),
            Builtin::Clear => {
                let fits = matches!(self.kind(operands[0].ty), TypeKind::Map(..) | TypeKind::Slice(_));
                if !fits {
                    return self.bad_argument(call, &operands[0], "must be a map or slice", "clear");
                }
                self.no_value(call)
            }
            Builtin::Min | Builtin::Max => self.extreme(call, builtin, operands),
            Builtin::Panic => {
                self.assign(&mut operands[0], TypeId::ANY, "argument to panic");
                self.no_value(call)
            }
            _ => {
                for operand in &mut operands {
                    if operand.is_nil() {
                        self.error(
                            self.span(operand.expr),
                            "use of untyped nil in argument to built-in print",
                        );
                    }
                    self.default_operand(operand);
                }
                self.no_value(call)
            }
        }
    }

    fn no_value(&self, call: Call<'a>) -> Operand {
        Operand { mode: Mode::NoValue, ty: TypeId::NIL, expr: call.expr }
    }

    fn bad_argument(&mut self, call: Call<'a>, operand: &Operand, why: &str, name: &str) -> Operand {
        let message = format!("invalid argument: {} for built-in {name}", self.describe(operand));
        self.report(Diagnostic::new(self.span(operand.expr), message).note(format!("the argument {why}")));
        self.invalid(call.expr)
    }

    fn append(&mut self, call: Call<'a>, mut operands: Vec<Operand>) -> Operand {
        let slice = operands[0].ty;
        let TypeKind::Slice(elem) = *self.kind(slice) else {
            if operands[0].is_nil() {
                self.error(
                    self.span(call.args[0]),
                    "first argument to append must be a typed slice; have untyped nil",
                );
                return self.invalid(call.expr);
            }
            return self.bad_argument(call, &operands[0], "must be a slice", "append");
        };
        let Some(span) = call.spread else {
            for operand in &mut operands[1..] {
                self.assign(operand, elem, "argument to append");
            }
            if let Some(info) = self.info.calls.get_mut(&call.expr) {
                info.pack_from = Some(1);
            }
            return self.value(call.expr, slice);
        };
        if operands.len() != 2 || call.args.len() != 2 {
            self.error(span, "can only use ... with one final argument to append");
            return self.invalid(call.expr);
        }
        let last = &mut operands[1];
        if self.is_string(last.ty) && self.is_byte(elem) {
            self.default_operand(last);
        } else {
            let want = self.types.slice_of(elem);
            self.assign(last, want, "argument to append");
        }
        self.value(call.expr, slice)
    }

    fn length(&mut self, call: Call<'a>, builtin: Builtin, mut operand: Operand) -> Operand {
        let (name, ..) = builtin.shape();
        if let (Builtin::Len, Some(Constant::String(bytes))) = (builtin, operand.constant()) {
            let value = Constant::Int(bytes.len() as i128);
            self.default_operand(&mut operand);
            return self.operand(call.expr, Mode::Constant(value), TypeId::INT);
        }
        let under =
            self.pointee(operand.ty).filter(|&target| matches!(self.kind(target), TypeKind::Array(..)));
        let fits = match *self.kind(under.unwrap_or(operand.ty)) {
            TypeKind::Array(_, length) => {
                if self.is_plain(operand.expr) {
                    let value = Constant::Int(i128::from(length));
                    return self.operand(call.expr, Mode::Constant(value), TypeId::INT);
                }
                true
            }
            TypeKind::Slice(_) => true,
            TypeKind::String | TypeKind::Map(..) => builtin == Builtin::Len,
            _ => false,
        };
        if !fits {
            let message = format!("invalid argument: {} for built-in {name}", self.describe(&operand));
            self.error(self.span(operand.expr), message);
            return self.invalid(call.expr);
        }
        self.value(call.expr, TypeId::INT)
    }

    /// Whether an expression calls nothing, so that the length of its array is a constant.
    fn is_plain(&self, expr: ExprId) -> bool {
        let all = |parts: &[Option<ExprId>]| parts.iter().flatten().all(|&part| self.is_plain(part));
        if self.info.constant(expr).is_some() {
            return true;
        }
        match &self.ast.expr(expr).kind {
            ExprKind::Call { args, .. } => {
                let kind = self.info.calls.get(&expr).map(|call| call.kind);
                kind == Some(CallKind::Conversion) && args.iter().all(|&arg| self.is_plain(arg))
            }
            ExprKind::Composite { elements, .. } => {
                elements.iter().all(|element| all(&[element.key, Some(element.value)]))
            }
            ExprKind::Paren(operand)
            | ExprKind::Star(operand)
            | ExprKind::AddressOf(operand)
            | ExprKind::Unary { operand, .. }
            | ExprKind::Selector { operand, .. }
            | ExprKind::TypeAssert { operand, .. } => self.is_plain(*operand),
            ExprKind::Index { operand, index } => all(&[Some(*operand), Some(*index)]),
            ExprKind::Slice { operand, low, high, max } => all(&[Some(*operand), *low, *high, *max]),
            ExprKind::Binary { left, right, .. } => all(&[Some(*left), Some(*right)]),
            ExprKind::Bad => false,
            _ => true,
        }
    }

    fn copy(&mut self, call: Call<'a>, mut operands: Vec<Operand>) -> Operand {
        let TypeKind::Slice(elem) = *self.kind(operands[0].ty) else {
            return self.bad_argument(call, &operands[0], "must be a slice", "copy");
        };
        let byte = self.is_byte(elem);
        let fits = match *self.kind(operands[1].ty) {
            TypeKind::Slice(from) if from != elem => {
                let (to, from) = (self.type_name(elem), self.type_name(from));
                let message = format!(
                    "invalid argument: arguments to copy have different element types {to} and {from}"
                );
                self.error(self.span(call.expr), message);
                return self.invalid(call.expr);
            }
            TypeKind::Slice(_) => true,
            TypeKind::String => byte,
            _ => false,
        };
        if !fits {
            return self.bad_argument(call, &operands[1], "must be a slice of the same type", "copy");
        }
        self.default_operand(&mut operands[1]);
        self.value(call.expr, TypeId::INT)
    }

    fn delete(&mut self, call: Call<'a>, mut operands: Vec<Operand>) -> Operand {
        let TypeKind::Map(key, _) = *self.kind(operands[0].ty) else {
            let message = format!("invalid argument: {} is not a map", self.describe(&operands[0]));
            self.error(self.span(call.args[0]), message);
            return self.invalid(call.expr);
        };
        self.assign(&mut operands[1], key, "argument to delete");
        self.no_value(call)
    }

    fn make(&mut self, call: Call<'a>) -> Operand {
        let ty = self.check_type(call.args[0]);
        let least = match self.kind(ty) {
            _ if self.is_invalid(ty) => return self.invalid(call.expr),
            TypeKind::Slice(_) => 2,
            TypeKind::Map(..) => 1,
            _ => {
                let message = format!(
                    "invalid argument: cannot make {}; type must be slice or map",
                    self.type_name(ty)
                );
                self.error(self.span(call.args[0]), message);
                return self.invalid(call.expr);
            }
        };
        let text = self.expr_text(call.expr);
        let given = call.args.len();
        if given < least || given > least + 1 {
            let most = least + 1;
            let message =
                format!("invalid operation: {text} expects {least} or {most} arguments; found {given}");
            self.error(self.span(call.expr), message);
        }
        let sizes: Vec<Option<i128>> =
            call.args[1..].iter().map(|&size| self.check_index(size, None, false)).collect();
        if let [Some(length), Some(capacity)] = sizes[..]
            && length > capacity
        {
            self.error(self.span(call.args[1]), "invalid argument: length and capacity swapped");
        }
        self.value(call.expr, ty)
    }

    /// `min` and `max`
    fn extreme(&mut self, call: Call<'a>, builtin: Builtin, mut operands: Vec<Operand>) -> Operand {
        let (name, ..) = builtin.shape();
        if let Some(bad) = operands.iter().find(|operand| !self.is_ordered(operand.ty)) {
            let message = format!("invalid argument: {} cannot be ordered", self.describe(bad));
            self.error(self.span(bad.expr), message);
            return self.invalid(call.expr);
        }
        let typed = operands.iter().map(|operand| operand.ty).find(|&ty| !self.is_untyped(ty));
        let ty =
            typed.unwrap_or_else(|| operands.iter().map(|operand| operand.ty).max().unwrap_or(TypeId::INT));
        for operand in &mut operands {
            let fits = match typed {
                Some(ty) => self.convert_untyped(operand, ty).is_ok() && operand.ty == ty,
                None => self.is_string(operand.ty) == self.is_string(ty),
            };
            if !fits {
                let (have, want) = (self.type_name(operand.ty), self.type_name(ty));
                let message = format!("invalid argument: mismatched types {want} and {have} in {name}");
                self.error(self.span(operand.expr), message);
                return self.invalid(call.expr);
            }
        }
        let op = if builtin == Builtin::Min { BinaryOp::Less } else { BinaryOp::Greater };
        let values: Option<Vec<&Constant>> = operands.iter().map(Operand::constant).collect();
        let best = values.and_then(|values| {
            values.into_iter().reduce(|best, value| {
                if constant::compare(op, value, best) == Some(true) { value } else { best }
            })
        });
        match best.cloned() {
            Some(value) => self.operand(call.expr, Mode::Constant(value), ty),
            None => self.value(call.expr, ty),
        }
    }

    /// Whether an expression is a call that may stand alone as a statement.
    pub(super) fn is_statement(&self, operand: &Operand) -> bool {
        let expr = self.ast.unparen(operand.expr);
        let kind = self.info.calls.get(&expr).map(|info| info.kind);
        match kind {
            None | Some(CallKind::Conversion) => false,
            Some(CallKind::Builtin(builtin)) => !matches!(
                builtin,
                Builtin::Append
                    | Builtin::Cap
                    | Builtin::Len
                    | Builtin::Make
                    | Builtin::Max
                    | Builtin::Min
                    | Builtin::New
            ),
            Some(_) => true,
        }
    }

    /// Records that an expression is no value, since nobody wants it.
    pub(super) fn discard(&mut self, expr: ExprId) {
        if let ExprType::One(ty) = self.info.expr_types[expr.0 as usize]
            && self.is_untyped(ty)
        {
            let ty = self.default_type(ty);
            self.finalize(expr, ty);
        }
    }
}
