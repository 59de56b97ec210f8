//! Expressions: to a register, to wherever they are, to nowhere.

use crate::ast::{ExprId, ExprKind, UnaryOp};
use crate::bytecode::{NO_REG, Op, RuntimeFn};
use crate::check::info::{Builtin, CallKind, ConstValue, Resolved, Selection};
use crate::types::{Scalar, TypeId, TypeKind};

use super::body::{Body, Var};
use super::registers::{Form, Reg};

impl Body<'_, '_> {
    /// Evaluates an expression into a register, or a pair for an interface. A struct or array comes as an
    /// image of its own. The register is written last of all, so the expression may read it.
    pub(super) fn value(&mut self, expr: ExprId, dst: Reg) {
        let mark = self.regs.mark();
        stacker::maybe_grow(64 << 10, 1 << 20, || self.value_here(expr, dst));
        self.regs.release(mark);
    }

    fn value_here(&mut self, expr: ExprId, dst: Reg) {
        let expr = self.ast().unparen(expr);
        let ty = self.type_of(expr);
        if let Some(constant) = self.info().constant(expr) {
            return self.constant(constant, ty, dst);
        }
        match self.info().resolved.get(&expr) {
            Some(Resolved::Nil) => return self.zero(ty, dst),
            Some(Resolved::Func(id)) => return self.func_value(self.unit.tables.func_callable(*id), dst),
            Some(Resolved::Extern(id)) => return self.func_value(self.unit.tables.extern_callable(*id), dst),
            _ => {}
        }
        match &self.ast().expr(expr).kind {
            ExprKind::Composite { .. } => self.composite(expr, dst),
            ExprKind::FuncLit { .. } => self.closure(expr, dst),
            ExprKind::Call { .. } => self.call_value(expr, dst),
            ExprKind::TypeAssert { operand, .. } => self.assert_value(*operand, ty, dst),
            ExprKind::AddressOf(operand) => self.address_of(*operand, dst),
            ExprKind::Unary { op: UnaryOp::Not, .. } => self.bool_value(expr, dst),
            ExprKind::Unary { op, operand } => self.unary(*op, *operand, ty, dst),
            ExprKind::Binary { op, left, right, .. } if op.is_comparison() => {
                self.comparison(expr, (*op, *left, *right), dst);
            }
            ExprKind::Binary { op, .. } if op.precedence() < 3 => self.bool_value(expr, dst),
            ExprKind::Binary { .. } if self.is_pointer_arithmetic(expr) => self.pointer_arithmetic(expr, dst),
            ExprKind::Binary { .. } => self.binary(expr, ty, dst),
            ExprKind::Slice { operand, low, high, max } => self.slice(*operand, [*low, *high, *max], dst),
            ExprKind::Selector { .. } => match self.info().selections.get(&expr) {
                Some(Selection::Method { .. }) => self.method_value(expr, dst),
                Some(Selection::MethodExpr { .. }) => self.method_expr(expr, dst),
                _ => self.place_value(expr, ty, dst),
            },
            ExprKind::Index { operand, index } if self.is_string(*operand) => {
                let [text, index] = self.operands(*operand, *index);
                self.abc(Op::StrIndex, dst, text, index);
            }
            ExprKind::Ident(_) | ExprKind::Index { .. } | ExprKind::Star(_) => {
                self.place_value(expr, ty, dst)
            }
            _ => self.unit.error(self.ast().expr(expr).span, "the compiler does not know this expression"),
        }
    }

    fn place_value(&mut self, expr: ExprId, ty: TypeId, dst: Reg) {
        let loc = self.loc(expr);
        self.load(loc, ty, dst);
    }

    fn is_string(&self, expr: ExprId) -> bool {
        *self.types().kind(self.type_of(expr)) == TypeKind::String
    }

    /// A register with the value: a variable's own, or a temporary. For a struct or array it may be the
    /// address of someone else's image. Never a slot of the window.
    pub(super) fn operand(&mut self, expr: ExprId) -> Reg {
        let ty = self.type_of(expr);
        if let Some(register) = self.in_register(expr) {
            return register;
        }
        if self.is_image(ty) && self.is_place(expr) {
            let loc = self.loc(expr);
            return self.address(loc, ty);
        }
        let dst = self.temp(ty);
        match self.ast().expr(self.ast().unparen(expr)).kind {
            // An image in an interface is never changed.
            ExprKind::TypeAssert { operand, .. } if self.is_image(ty) => self.assert_image(operand, ty, dst),
            _ => self.value(expr, dst),
        }
        dst
    }

    /// As [`Body::operand`], but perhaps a slot of the window: for an instruction that does not allocate
    /// and comes right behind.
    pub(super) fn operand_now(&mut self, expr: ExprId) -> Reg {
        let expr = self.ast().unparen(expr);
        match self.is_call(expr) {
            true => self.call(expr),
            false => self.operand(expr),
        }
    }

    /// Two operands, for an instruction that does not allocate and comes right behind.
    pub(super) fn operands(&mut self, left: ExprId, right: ExprId) -> [Reg; 2] {
        if !self.unit.allocates(right) {
            return [self.operand_now(left), self.operand_now(right)];
        }
        if self.is_read_late(left) {
            let right = self.operand_now(right);
            return [self.operand(left), right];
        }
        [self.operand(left), self.operand_now(right)]
    }

    /// Whether it is a variable that calls in the same expression could change. Go leaves open whether it is
    /// read before or after them; its compilers read it after.
    pub(super) fn is_read_late(&self, expr: ExprId) -> bool {
        let variable = self.info().resolved.get(&self.ast().unparen(expr));
        matches!(variable, Some(Resolved::Local(_) | Resolved::Global(_) | Resolved::CVariable(_)))
            && self.info().constant(expr).is_none()
            && !self.is_image(self.type_of(expr))
    }

    /// The register of a variable that is in one.
    pub(super) fn in_register(&self, expr: ExprId) -> Option<Reg> {
        let expr = self.ast().unparen(expr);
        match self.info().resolved.get(&expr) {
            Some(Resolved::Local(var)) if self.info().constant(expr).is_none() => match self.vars.get(var) {
                Some(Var::Register(register)) => Some(*register),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether the expression is something in memory.
    fn is_place(&self, expr: ExprId) -> bool {
        let expr = self.ast().unparen(expr);
        match &self.ast().expr(expr).kind {
            ExprKind::Ident(_) | ExprKind::Index { .. } | ExprKind::Star(_) => true,
            ExprKind::Selector { .. } => !matches!(
                self.info().selections.get(&expr),
                Some(Selection::Method { .. } | Selection::MethodExpr { .. })
            ),
            _ => false,
        }
    }

    /// Whether it calls a function.
    pub(super) fn is_call(&self, expr: ExprId) -> bool {
        let expr = self.ast().unparen(expr);
        let kind = self.info().calls.get(&expr).map(|call| call.kind);
        !matches!(kind, None | Some(CallKind::Conversion | CallKind::Builtin(_)))
    }

    /// Whether an expression whose value is an image makes a new one.
    pub(super) fn is_fresh(&self, expr: ExprId) -> bool {
        let expr = self.ast().unparen(expr);
        match &self.ast().expr(expr).kind {
            ExprKind::Composite { .. } => true,
            ExprKind::Call { args, .. } => {
                self.is_call(expr) || args.first().is_some_and(|&arg| self.is_fresh(arg))
            }
            _ => false,
        }
    }

    /// The value of a constant integer.
    pub(super) fn int_constant(&self, expr: ExprId) -> Option<i128> {
        let is_float = self.types().as_scalar(self.type_of(expr)).is_some_and(Scalar::is_float);
        match self.info().constant(expr) {
            Some(ConstValue::Int(value)) if !is_float => Some(*value),
            _ => None,
        }
    }

    /// The value of a constant integer, bool or nil that fits into an immediate operand.
    pub(super) fn immediate(&self, expr: ExprId) -> Option<i16> {
        let expr = self.ast().unparen(expr);
        if self.info().resolved.get(&expr) == Some(&Resolved::Nil) {
            return Some(0);
        }
        match self.info().constant(expr) {
            Some(ConstValue::Bool(value)) => Some(*value as i16),
            _ => self.int_constant(expr).and_then(|value| i16::try_from(value).ok()),
        }
    }

    fn constant(&mut self, constant: &ConstValue, ty: TypeId, dst: Reg) {
        let scalar = self.types().as_scalar(ty);
        let float = |value: f64| match scalar {
            Some(Scalar::Float32) => (value as f32).to_bits() as i64,
            Some(Scalar::Float64) => value.to_bits() as i64,
            _ => value as i64,
        };
        let bits = match constant {
            ConstValue::Bool(value) => *value as i64,
            ConstValue::Int(value) if scalar.is_some_and(Scalar::is_float) => float(*value as f64),
            ConstValue::Int(value) => *value as i64,
            ConstValue::Float(value) => float(*value),
            ConstValue::String(text) if text.is_empty() => 0,
            ConstValue::String(text) => {
                let index = self.unit.tables.string_constant(text);
                return self.wide(Op::LoadConst, dst, index);
            }
        };
        self.load_bits(dst, bits);
    }

    /// A function of the program as a value.
    pub(super) fn func_value(&mut self, callable: u32, dst: Reg) {
        let index = self.unit.tables.func_constant(callable);
        self.wide(Op::LoadConst, dst, index);
    }

    /// Evaluates an expression for what it does.
    pub(super) fn effect(&mut self, expr: ExprId) {
        let mark = self.regs.mark();
        let expr = self.ast().unparen(expr);
        if self.is_call(expr) {
            self.call(expr);
        } else if let Some(CallKind::Builtin(builtin)) = self.info().calls.get(&expr).map(|call| call.kind) {
            self.builtin_statement(expr, builtin);
        } else {
            self.operand(expr);
        }
        self.regs.release(mark);
    }

    fn builtin_statement(&mut self, expr: ExprId, builtin: Builtin) {
        match builtin {
            Builtin::Copy => self.builtin(expr, builtin, NO_REG),
            _ if self.info().types_of(expr).is_empty() => self.builtin(expr, builtin, NO_REG),
            _ => {
                self.operand(expr);
            }
        }
    }

    fn address_of(&mut self, operand: ExprId, dst: Reg) {
        let inner = self.ast().unparen(operand);
        if matches!(self.ast().expr(inner).kind, ExprKind::Composite { .. }) {
            let ty = self.type_of(inner);
            return match self.is_image(ty) {
                true => self.value(inner, dst),
                false => {
                    let value = self.operand(inner);
                    let object = self.new_variable(ty, value);
                    self.move_value(Form::Ref, dst, object);
                }
            };
        }
        let loc = self.loc(inner);
        let address = self.address(loc, self.type_of(inner));
        self.move_value(Form::Ref, dst, address);
    }

    fn slice(&mut self, operand: ExprId, bounds: [Option<ExprId>; 3], dst: Reg) {
        let ty = self.type_of(operand);
        let (source, array) = match *self.types().kind(ty) {
            TypeKind::Pointer(target) => (self.operand(operand), Some(target)),
            TypeKind::Array(..) => {
                let loc = self.loc(operand);
                (self.address(loc, ty), Some(ty))
            }
            _ => (self.operand(operand), None),
        };
        let first =
            self.regs.run(Form::Scalar, bounds.iter().rposition(Option::is_some).map_or(1, |at| at + 1));
        let mut flags = 0;
        for (index, bound) in (0..).zip(bounds) {
            if let Some(bound) = bound {
                self.value(bound, first + index);
                flags |= 1 << index;
            }
        }
        match (array, self.types().kind(ty)) {
            (Some(array), _) => {
                let operands = [dst, source, first];
                self.runtime(RuntimeFn::SliceArray, operands, (flags as u16, array.number()));
            }
            (None, TypeKind::Slice(elem)) => {
                self.flagged(Op::SliceSlice, flags, [dst, source, first]);
                self.ext(0, elem.number());
            }
            _ => self.flagged(Op::SliceStr, flags, [dst, source, first]),
        }
    }
}
