//! Bit-fields: they have no address, and take only constants that fit. Unions, whose literals give one field.

use super::checker::Checker;
use super::info::{ConstValue, Selection};
use super::operand::Operand;
use crate::ast::{Element, ExprId};
use crate::diagnostic::Diagnostic;
use crate::types::{BitField, Class, TypeId, TypeKind};

impl Checker<'_> {
    /// The bit-field that an expression selects.
    fn bit_field(&self, expr: ExprId) -> Option<BitField> {
        let expr = self.ast.unparen(expr);
        let Some(Selection::Field { path }) = self.info.selections.get(&expr) else { return None };
        let crate::ast::ExprKind::Selector { operand, .. } = self.ast.expr(expr).kind else { return None };
        let mut owner = self.info.type_of(operand);
        let (last, before) = path.split_last()?;
        for step in before {
            owner = self.pointee(owner).unwrap_or(owner);
            let TypeKind::Struct(fields) = self.kind(owner) else { return None };
            owner = fields[step.index].ty;
        }
        self.types.bit_field(self.pointee(owner).unwrap_or(owner), last.index)
    }

    /// Reports that a bit-field has no address, where the expression is one.
    pub(super) fn has_address(&self, expr: ExprId, operand: &Operand) -> bool {
        let Some(field) = self.bit_field(operand.expr) else { return true };
        let (text, bits) = (self.expr_text(operand.expr), count(field));
        let message = format!("invalid operation: cannot take address of {text} (a bit-field of {bits})");
        let error = Diagnostic::new(self.span(expr), message);
        self.report(error.help("copy it to a variable, and take the address of that"));
        false
    }

    /// Checks that a constant fits into the bit-field that it is assigned to.
    pub(super) fn check_bits_of(&self, target: ExprId, value: ExprId, context: &str) {
        if let Some(field) = self.bit_field(target) {
            self.check_bits(field, value, context);
        }
    }

    /// Checks that a constant, of the field's type, fits into the bit-field.
    pub(super) fn check_bits(&self, field: BitField, value: ExprId, context: &str) {
        let Some(ConstValue::Int(number)) = self.info.constants.get(&value) else { return };
        let scalar = self.types.as_scalar(self.info.type_of(value));
        let Some(class) = scalar.map(|scalar| scalar.class()) else { return };
        let (low, high) = match class {
            Class::Signed => (-(1i128 << (field.width - 1)), (1i128 << (field.width - 1)) - 1),
            _ => (0, (1i128 << field.width) - 1),
        };
        if !(low..=high).contains(number) {
            let (text, bits) = (self.expr_text(value), count(field));
            let message = format!("cannot use {text} as value of a bit-field of {bits} in {context}");
            let error = Diagnostic::new(self.span(value), message);
            self.report(error.note(format!("the field holds {low} to {high}")));
        }
    }

    /// A literal of a union gives one field by its name, or none.
    pub(super) fn check_union_literal(&self, ty: TypeId, elements: &[Element]) -> bool {
        let Some(first) = elements.first().filter(|_| self.types.is_c_union(ty)) else { return true };
        let (name, at) = (self.type_name(ty), |element: &Element| element.key.unwrap_or(element.value));
        let error = match (first.key, elements.get(1)) {
            (_, Some(second)) => {
                let message = format!("literal of the union {name} gives {} fields", elements.len());
                let error = Diagnostic::new(self.span(at(second)), message);
                error.note("the fields of a union lie at one place, so that it has the value of one")
            }
            (None, _) => {
                let TypeKind::Struct(fields) = self.kind(ty) else { return true };
                let value = self.expr_text(first.value);
                let message = format!("literal of the union {name} does not name its field");
                let help = format!("write `{}: {value}`", fields.first().map_or("_", |field| &field.name));
                Diagnostic::new(self.span(first.value), message).help(help)
            }
            _ => return true,
        };
        self.report(error);
        false
    }
}

fn count(field: BitField) -> String {
    format!("{} bit{}", field.width, if field.width == 1 { "" } else { "s" })
}
