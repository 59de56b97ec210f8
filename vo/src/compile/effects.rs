//! Which expressions may allocate or call: while such a one is evaluated nothing may lie in the call window.

use crate::ast::{Ast, BinaryOp, ExprId, ExprKind};
use crate::check::info::{Builtin, CallKind, Info, Selection};
use crate::types::{TypeId, TypeKind, TypeTable};

/// For each expression whether it, or a part of it, allocates or calls.
pub(super) fn allocating(ast: &Ast, info: &Info, types: &TypeTable) -> Vec<bool> {
    let mut table = Effects { ast, info, types, done: Vec::with_capacity(ast.exprs.len()) };
    for number in 0..ast.exprs.len() as u32 {
        let allocates = table.look_at(ExprId(number));
        table.done.push(allocates);
    }
    table.done
}

struct Effects<'a> {
    ast: &'a Ast,
    info: &'a Info,
    types: &'a TypeTable,
    done: Vec<bool>,
}

impl Effects<'_> {
    fn look_at(&self, id: ExprId) -> bool {
        if self.info.constant(id).is_some() {
            return false;
        }
        match &self.ast.expr(id).kind {
            ExprKind::Ident(_) | ExprKind::Literal(_) => false,
            ExprKind::Paren(inner) | ExprKind::Star(inner) => self.part(*inner),
            ExprKind::Unary { operand, .. } | ExprKind::AddressOf(operand) => self.part(*operand),
            ExprKind::Selector { operand, .. } => match self.info.selections.get(&id) {
                Some(Selection::Field { .. }) => self.part(*operand),
                Some(_) => true,
                None => false,
            },
            ExprKind::Index { operand, index } => {
                self.is_map(self.info.type_of(*operand)) || self.part(*operand) || self.part(*index)
            }
            ExprKind::TypeAssert { operand, .. } => self.part(*operand),
            ExprKind::Call { args, .. } => self.call(id, args),
            ExprKind::Binary { op, left, right, .. } => {
                self.operator(id, *op, *left, *right) || self.part(*left) || self.part(*right)
            }
            _ => true,
        }
    }

    /// Parts have lower numbers than what they are parts of; where one has not, the worst is assumed.
    fn part(&self, id: ExprId) -> bool {
        self.done.get(id.0 as usize).copied().unwrap_or(true)
    }

    fn operator(&self, id: ExprId, op: BinaryOp, left: ExprId, right: ExprId) -> bool {
        let [left, right] = [left, right].map(|side| self.info.type_of(side));
        match op.is_comparison() {
            // Comparing images, and converting a value to the interface on the other side.
            true => {
                let mixed = self.types.is_interface(left) != self.types.is_interface(right);
                mixed || self.types.is_image(left)
            }
            false => *self.types.kind(self.info.type_of(id)) == TypeKind::String,
        }
    }

    fn call(&self, id: ExprId, args: &[ExprId]) -> bool {
        let any_part = || args.iter().any(|&arg| self.part(arg));
        match self.info.calls.get(&id).map(|call| call.kind) {
            Some(CallKind::Conversion) => {
                let from = args.first().map_or(TypeId::NIL, |&arg| self.info.type_of(arg));
                let scalar = |ty| self.types.as_scalar(ty).is_some();
                !(scalar(from) && scalar(self.info.type_of(id))) || any_part()
            }
            Some(CallKind::Builtin(Builtin::Len | Builtin::Cap)) => {
                args.first().is_some_and(|&arg| self.is_map(self.info.type_of(arg))) || any_part()
            }
            _ => true,
        }
    }

    fn is_map(&self, ty: TypeId) -> bool {
        matches!(self.types.kind(ty), TypeKind::Map(..))
    }
}
