//! Structs and arrays that need no copy: images that nobody changes while they are in use.

use crate::ast::{ExprId, ExprKind};
use crate::check::info::{FieldStep, FuncId, Resolved, Selection, VarId};
use crate::types::{TypeId, TypeKind};

use super::body::Body;
use super::unit::Unit;

impl Unit<'_> {
    /// Whether a variable is never changed after its declaration, and nobody else can.
    pub(super) fn is_frozen(&self, var: VarId) -> bool {
        let info = self.info.var(var);
        !info.reassigned && !info.address_taken && !info.captured
    }

    /// Which parameters of a function, its receiver first, it may be lent: images that it does not change.
    pub(super) fn lent_params(&self, id: FuncId) -> impl Iterator<Item = bool> {
        let func = self.info.func(id);
        let is_lent = |&var| self.types.is_image(self.info.var(var).ty) && self.is_frozen(var);
        func.receiver.iter().chain(&func.params).map(is_lent)
    }
}

impl Body<'_, '_> {
    /// Whether nobody changes the image that an expression names during a call: it is that of a variable
    /// which only the caller can change, or is never changed at all, as those in maps and interfaces.
    pub(super) fn can_lend(&self, expr: ExprId) -> bool {
        let expr = self.ast().unparen(expr);
        match (&self.ast().expr(expr).kind, self.info().resolved.get(&expr)) {
            (_, Some(Resolved::Local(var))) => self.is_image(self.type_of(expr)) && !self.is_shared(*var),
            (ExprKind::TypeAssert { .. }, _) => true,
            (ExprKind::Index { operand, .. }, _) => match self.types().kind(self.type_of(*operand)) {
                TypeKind::Map(..) => true,
                TypeKind::Array(..) => self.can_lend(*operand),
                _ => false,
            },
            (ExprKind::Selector { operand, .. }, _) => match self.info().selections.get(&expr) {
                Some(Selection::Field { path }) => self.can_lend_part(*operand, path),
                _ => false,
            },
            _ => false,
        }
    }

    /// The same for what is at the end of a path of fields.
    pub(super) fn can_lend_part(&self, operand: ExprId, path: &[FieldStep]) -> bool {
        path.iter().all(|step| !step.deref) && self.can_lend(operand)
    }

    /// Whether a new variable can share the image that is its initial value: neither ever changes.
    pub(super) fn can_share(&self, var: VarId, value: ExprId) -> bool {
        let ty = self.info().var(var).ty;
        self.is_image(ty) && self.unit.is_frozen(var) && self.is_constant_image(value)
    }

    fn is_constant_image(&self, expr: ExprId) -> bool {
        let expr = self.ast().unparen(expr);
        match (&self.ast().expr(expr).kind, self.info().resolved.get(&expr)) {
            (_, Some(Resolved::Local(var))) => self.unit.is_frozen(*var),
            (ExprKind::TypeAssert { .. }, _) => true,
            (ExprKind::Index { operand, .. }, _) => {
                matches!(self.types().kind(self.type_of(*operand)), TypeKind::Map(..))
            }
            _ => false,
        }
    }

    /// Whether a variable that is given an image which never changes may share it.
    pub(super) fn shares(&self, var: VarId, ty: TypeId) -> bool {
        self.is_image(ty) && self.info().var(var).ty == ty && self.unit.is_frozen(var)
    }
}
