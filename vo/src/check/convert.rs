//! Values on their way to a type: untyped constants, assignments, and conversions `T(x)`.

use super::checker::Checker;
use super::constant::{Constant, represent};
use super::info::ExprType;
use super::operand::{Mode, Operand};
use crate::ast::{ExprId, ExprKind};
use crate::diagnostic::Diagnostic;
use crate::types::{Scalar, TypeId, TypeKind};

impl Checker<'_> {
    /// Gives an untyped operand the type `target`, or its default type where that is an interface.
    /// The error is Go's word for what is wrong, to be put in parentheses; mostly empty.
    pub(super) fn convert_untyped(
        &mut self,
        operand: &mut Operand,
        target: TypeId,
    ) -> Result<(), &'static str> {
        if operand.is_invalid() || !self.is_untyped(operand.ty) || self.is_invalid(target) {
            return Ok(());
        }
        let last = if self.is_interface(target) && !operand.is_nil() {
            let default = self.default_type(operand.ty);
            if self.missing_method(default, target).is_some() {
                return Err("");
            }
            default
        } else {
            target
        };
        if let Mode::Constant(value) = &operand.mode {
            let Some(value) = represent(value, last, &self.types) else {
                return Err(self.why_not_represented(value, operand.ty, last));
            };
            self.record_constant(operand.expr, &value, last);
            operand.mode = Mode::Constant(value);
        } else if !self.fits_untyped(operand, last) {
            return Err("");
        }
        if operand.is_nil() {
            operand.mode = Mode::Value;
        }
        operand.ty = last;
        self.finalize(operand.expr, last);
        Ok(())
    }

    fn fits_untyped(&self, operand: &Operand, target: TypeId) -> bool {
        if operand.is_nil() {
            return self.has_nil(target);
        }
        if operand.ty == self.untyped.bool { self.is_bool(target) } else { self.is_numeric(target) }
    }

    fn why_not_represented(&self, value: &Constant, from: TypeId, to: TypeId) -> &'static str {
        if !self.is_numeric(from) || !self.is_numeric(to) {
            return "";
        }
        if self.is_integer(to) && !value.is_whole() { "truncated" } else { "overflows" }
    }

    /// Records the final type of an expression that was untyped so far, and of its parts.
    pub(super) fn finalize(&mut self, expr: ExprId, ty: TypeId) {
        let mut work = vec![expr];
        while let Some(expr) = work.pop() {
            let ExprType::One(old) = self.info.expr_types[expr.0 as usize] else { continue };
            if !self.is_untyped(old) {
                continue;
            }
            self.record(expr, ExprType::One(ty));
            let kind = &self.ast.expr(expr).kind;
            if let Some(value) = self.untyped_constants.remove(&expr) {
                if let Some(value) = represent(&value, ty, &self.types) {
                    self.record_constant(expr, &value, ty);
                }
                // Who looks behind the parentheses finds the same constant.
                work.extend(if let ExprKind::Paren(inner) = kind { Some(*inner) } else { None });
                continue;
            }
            match kind {
                ExprKind::Paren(inner) => work.push(*inner),
                ExprKind::Unary { operand, .. } => work.push(*operand),
                ExprKind::Binary { op, left, .. } if op.is_shift() => {
                    work.push(*left);
                    self.check_shifted(*left, ty);
                }
                ExprKind::Binary { op, left, right, .. } if !op.is_comparison() => {
                    work.extend([*left, *right])
                }
                _ => {}
            }
        }
    }

    /// The left side of a shift whose type has just been found out must be an integer.
    fn check_shifted(&mut self, left: ExprId, ty: TypeId) {
        if !self.is_integer(ty) && !self.is_invalid(ty) {
            let (text, ty) = (self.expr_text(left), self.type_name(ty));
            self.error(
                self.span(left),
                format!("invalid operation: shifted operand {text} (type {ty}) must be integer"),
            );
        }
    }

    /// Gives an untyped operand its default type.
    pub(super) fn default_operand(&mut self, operand: &mut Operand) {
        if operand.is_nil() || !self.is_untyped(operand.ty) {
            return;
        }
        let ty = self.default_type(operand.ty);
        if let Err(why) = self.convert_untyped(operand, ty) {
            let ty = self.type_name(ty);
            let message = format!("cannot use {} as {ty} value ({why})", self.describe(operand));
            self.error(self.span(operand.expr), message);
            operand.mode = Mode::Invalid;
        }
    }

    /// Checks that an operand can be stored where `target` is wanted, and makes it that.
    /// `context` completes `cannot use x as T value in …`.
    pub(super) fn assign(&mut self, operand: &mut Operand, target: TypeId, context: &str) -> bool {
        if operand.is_invalid() || self.is_invalid(target) {
            return false;
        }
        let mut why = String::new();
        let fits = if self.is_untyped(operand.ty) {
            match self.convert_untyped(operand, target) {
                Ok(()) => true,
                Err(word) => {
                    why = if word.is_empty() { String::new() } else { format!(" ({word})") };
                    false
                }
            }
        } else {
            self.takes_from_c(operand, target)
                || self.assignable(operand.ty, target)
                || self.becomes_function_pointer(operand, target)
        };
        if fits {
            return true;
        }
        if self.is_interface(target)
            && let Some(missing) = self.missing_method(operand.ty, target)
        {
            let ty = if self.is_untyped(operand.ty) { self.default_type(operand.ty) } else { operand.ty };
            why = format!(": {}", self.explain_missing(ty, target, &missing));
        }
        // A number that is too large for an interface is too large for its default type.
        let want = if why == " (overflows)" && self.is_interface(target) {
            self.type_name(self.default_type(operand.ty))
        } else {
            self.type_name(target)
        };
        let message = format!("cannot use {} as {want} value in {context}{why}", self.describe(operand));
        let error =
            Diagnostic::new(self.span(operand.expr), message).help(self.conversion_hint(operand, target));
        self.report(error);
        operand.mode = Mode::Invalid;
        false
    }

    /// How to get from an operand to a type.
    pub(super) fn conversion_hint(&self, operand: &Operand, target: TypeId) -> String {
        let (text, from, name) = (self.expr_text(operand.expr), operand.ty, self.type_name(target));
        if from == target {
            return String::new();
        }
        let constant = matches!(operand.mode, Mode::Constant(_)) && self.is_untyped(from);
        if self.pointee(target) == Some(from) && operand.mode == Mode::Variable {
            return format!("take its address: `&{text}`");
        }
        if self.pointee(from) == Some(target) {
            return format!("dereference it: `*{text}`");
        }
        if self.is_interface(from) && !self.is_interface(target) {
            return format!("use a type assertion: `{text}.({name})`");
        }
        if self.is_interface(target)
            && self.pointee(from).is_none()
            && let Some(super::lookup::Missing::PointerReceiver(_)) = self.missing_method(from, target)
        {
            return format!("use its address: `&{text}`");
        }
        let is_part = matches!(self.info.expr_types[operand.expr.0 as usize], ExprType::Many(_));
        if is_part || constant && self.is_numeric(from) {
            return String::new();
        }
        if let Some(help) = self.c_text_hint(operand, target) {
            return help;
        }
        if self.c_function_behind(target).is_some()
            && matches!(self.kind(from), TypeKind::Func(_))
            && self.c_name(operand.expr).is_none()
        {
            return "C would have it for longer than a call: give a function of C, as `C.f`".into();
        }
        if let (TypeKind::Slice(elem), Some(pointee)) = (self.kind(from), self.pointee(target))
            && *elem == pointee
        {
            return format!("take the address of its first element: `&{text}[0]`");
        }
        if self.is_integer(from) && self.is_string(target) {
            return if from == TypeId::INT {
                format!("format it: `strconv.Itoa({text})`")
            } else {
                format!("format it: `fmt.Sprint({text})`")
            };
        }
        if self.is_float(from) && self.is_string(target) {
            return format!("format it: `fmt.Sprint({text})`");
        }
        if self.is_string(from) && self.is_numeric(target) {
            return if constant {
                String::new()
            } else {
                "parse it with `strconv.Atoi` or `strconv.ParseFloat`".into()
            };
        }
        if self.is_basic(from) && self.is_basic(target) && !self.convertible(from, target) {
            return String::new();
        }
        let brackets =
            if name.starts_with(['*', '<']) || name.starts_with("func") { ("(", ")") } else { ("", "") };
        if self.convertible(from, target) {
            return format!("convert it: `{}{name}{}({text})`", brackets.0, brackets.1);
        }
        String::new()
    }

    /// Whether `T(x)` is allowed for a value that is no constant.
    pub(super) fn convertible(&self, from: TypeId, to: TypeId) -> bool {
        if from == self.untyped.nil || self.is_invalid(from) {
            return self.has_nil(to);
        }
        let under = |ty| self.types.underlying(ty);
        if self.assignable(from, to)
            || under(from) == under(to)
            || self.is_numeric(from) && self.is_numeric(to)
        {
            return true;
        }
        if let (Some(a), Some(b)) = (self.pointee(from), self.pointee(to))
            && under(a) == under(b)
        {
            return true;
        }
        if self.c_pointers() && self.c_convertible(from, to) {
            return true;
        }
        if let TypeKind::Slice(elem) = *self.kind(from) {
            let array = self.pointee(to).unwrap_or(to);
            if matches!(*self.kind(array), TypeKind::Array(own, _) if own == elem) {
                return true;
            }
        }
        if self.is_string(to) {
            return self.is_integer(from) || self.is_text_slice(from) || self.is_string(from);
        }
        self.is_string(from) && self.is_text_slice(to)
    }

    /// `[]byte` or `[]rune`
    fn is_text_slice(&self, ty: TypeId) -> bool {
        let TypeKind::Slice(elem) = *self.kind(ty) else { return false };
        matches!(self.types.as_scalar(elem), Some(Scalar::Uint8 | Scalar::Int32))
    }

    /// `T(x)`
    pub(super) fn conversion(&mut self, call: ExprId, target: TypeId, mut operand: Operand) -> Operand {
        if operand.is_invalid() || self.is_invalid(target) {
            return self.invalid(call);
        }
        if let Mode::Constant(value) = &operand.mode
            && self.is_basic(target)
        {
            let value = value.clone();
            return self.constant_conversion(call, target, operand, &value);
        }
        if !self.convertible(operand.ty, target) {
            return self.cannot_convert(call, target, &operand, "");
        }
        if self.is_untyped(operand.ty) {
            let direct = operand.is_nil() || self.is_interface(target) || self.is_basic(target);
            let ty = if direct { target } else { self.default_type(operand.ty) };
            if self.convert_untyped(&mut operand, ty).is_err() {
                return self.cannot_convert(call, target, &operand, "");
            }
        }
        self.value(call, target)
    }

    fn constant_conversion(
        &mut self,
        call: ExprId,
        target: TypeId,
        mut operand: Operand,
        value: &Constant,
    ) -> Operand {
        let text = match value {
            Constant::Int(_) | Constant::Big(_) if self.is_string(target) && self.is_integer(operand.ty) => {
                let code = value.as_int().and_then(|code| u32::try_from(code).ok());
                let c = code.and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER);
                Some(Constant::String(c.to_string().as_bytes().into()))
            }
            _ => None,
        };
        let is_text = text.is_some();
        let Some(result) = text.or_else(|| represent(value, target, &self.types)) else {
            if self.is_integer(operand.ty) && self.is_integer(target) {
                let message = format!("constant {value} overflows {}", self.type_name(target));
                self.error(self.span(operand.expr), message);
                return self.invalid(call);
            }
            let why = self.why_not_represented(value, operand.ty, target);
            return self.cannot_convert(call, target, &operand, why);
        };
        if self.is_untyped(operand.ty) {
            let ty = if is_text { self.default_type(operand.ty) } else { target };
            let _ = self.convert_untyped(&mut operand, ty);
        }
        self.operand(call, Mode::Constant(result), target)
    }

    fn cannot_convert(&mut self, call: ExprId, target: TypeId, operand: &Operand, why: &str) -> Operand {
        let why = if why.is_empty() { String::new() } else { format!(" ({why})") };
        let message =
            format!("cannot convert {} to type {}{why}", self.describe(operand), self.type_name(target));
        let hint = if self.is_string(operand.ty) || self.is_string(target) || self.is_interface(operand.ty) {
            self.conversion_hint(operand, target)
        } else {
            String::new()
        };
        let error = Diagnostic::new(self.span(operand.expr), message).help(hint);
        self.report(match self.why_not_in_c(operand.ty, target) {
            Some(why) => error.note(why),
            None => error,
        });
        self.invalid(call)
    }
}
