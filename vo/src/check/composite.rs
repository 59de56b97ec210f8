//! Composite literals `T{…}`.

use std::collections::HashMap;

use super::checker::Checker;
use super::constant::Constant;
use super::info::{CompositeInfo, ExprType};
use super::operand::Operand;
use super::selector::is_exported;
use crate::ast::{ArrayLen, Element, ExprId, ExprKind};
use crate::diagnostic::{Diagnostic, nearest};
use crate::types::{Field, TypeId, TypeKind};

/// How many elements an array can have.
const MAX_LENGTH: u64 = 1 << 40;

impl<'a> Checker<'a> {
    pub(super) fn composite(&mut self, expr: ExprId, ty: Option<ExprId>, elements: &'a [Element]) -> Operand {
        let Some(ty_expr) = ty else {
            self.error(self.span(expr), "invalid composite literal: missing type");
            return self.invalid(expr);
        };
        let ty = match self.ast.expr(ty_expr).kind {
            ExprKind::ArrayType { len: ArrayLen::Counted, elem } => {
                let elem = self.check_type(elem);
                let length = self.array_elements(expr, elem, None, elements);
                let ty = if self.is_invalid(elem) { elem } else { self.types.array_of(elem, length) };
                self.record(ty_expr, ExprType::Type(ty));
                return self.value(expr, ty);
            }
            _ => {
                let ty = self.any_type(ty_expr);
                self.made_type(ty_expr, ty)
            }
        };
        self.composite_elements(expr, ty, elements);
        self.value(expr, ty)
    }

    /// Checks the elements of a literal whose own type is known.
    fn composite_elements(&mut self, expr: ExprId, ty: TypeId, elements: &'a [Element]) {
        match self.kind(ty).clone() {
            TypeKind::Struct(fields) => self.struct_elements(expr, ty, &fields, elements),
            TypeKind::Array(elem, length) => {
                self.array_elements(expr, elem, Some(length), elements);
            }
            TypeKind::Slice(elem) => {
                self.array_elements(expr, elem, None, elements);
            }
            TypeKind::Map(key, value) => self.map_elements(expr, key, value, elements),
            _ => {
                for element in elements {
                    self.silent_element(element.value);
                }
                if !self.is_invalid(ty) {
                    let message = format!("invalid composite literal type {}", self.type_name(ty));
                    self.error(self.span(expr), message);
                }
            }
        }
    }

    /// Looks at an element that nothing is known about, for the variables that it uses.
    fn silent_element(&mut self, expr: ExprId) {
        let ast = self.ast;
        match &ast.expr(expr).kind {
            ExprKind::Composite { ty: None, elements, .. } => {
                for element in elements {
                    self.silent_element(element.value);
                }
            }
            _ => {
                self.expr(expr);
            }
        }
    }

    /// Checks an element, which may leave out its type, and stores it where `ty` is wanted.
    fn element(&mut self, expr: ExprId, ty: TypeId, context: &str) {
        let ast = self.ast;
        let ExprKind::Composite { ty: None, elements, .. } = &ast.expr(expr).kind else {
            let mut operand = self.expr(expr);
            self.assign(&mut operand, ty, context);
            return;
        };
        let own = self.implied_type(expr, self.pointee(ty).unwrap_or(ty));
        let literal = matches!(
            self.kind(own),
            TypeKind::Struct(_) | TypeKind::Array(..) | TypeKind::Slice(_) | TypeKind::Map(..)
        );
        if !literal && !self.is_invalid(own) {
            self.error(self.span(expr), "invalid composite literal: missing type");
            return;
        }
        self.composite_elements(expr, own, elements);
        self.record(expr, ExprType::One(ty));
    }

    fn struct_elements(&mut self, expr: ExprId, ty: TypeId, fields: &[Field], elements: &'a [Element]) {
        let keyed = elements.iter().filter(|element| element.key.is_some()).count();
        if keyed != 0 && keyed != elements.len() {
            self.error(self.span(expr), "mixture of field:value and value elements in struct literal");
        }
        if !self.check_union_literal(ty, elements) {
            elements.iter().for_each(|element| self.silent_element(element.value));
            return;
        }
        let values = if keyed > 0 {
            self.keyed_fields(ty, fields, elements)
        } else {
            self.positional_fields(expr, ty, fields, elements)
        };
        self.info.composites.insert(expr, CompositeInfo::Struct(values));
    }

    fn field_element(&mut self, owner: TypeId, index: usize, ty: TypeId, value: ExprId) {
        self.element(value, ty, "struct literal");
        if let Some(field) = self.types.bit_field(owner, index) {
            self.check_bits(field, value, "struct literal");
        }
    }

    fn keyed_fields(
        &mut self,
        ty: TypeId,
        fields: &[Field],
        elements: &'a [Element],
    ) -> Vec<(usize, ExprId)> {
        let mut values: Vec<(usize, ExprId)> = Vec::new();
        for element in elements {
            let name = element.key.map_or("", |key| self.ast.name(key));
            let span = self.span(element.key.unwrap_or(element.value));
            let Some(index) = fields.iter().position(|field| field.name == name) else {
                self.unknown_field(ty, fields, element);
                self.silent_element(element.value);
                continue;
            };
            if self.foreign_fields(ty) && !is_exported(name) {
                let message = format!(
                    "cannot refer to unexported field {name} in struct literal of type {}",
                    self.type_name(ty)
                );
                self.error(span, message);
            }
            if values.iter().any(|&(old, _)| old == index) {
                self.error(span, format!("duplicate field name {name} in struct literal"));
            }
            self.field_element(ty, index, fields[index].ty, element.value);
            values.push((index, element.value));
        }
        values
    }

    fn unknown_field(&self, ty: TypeId, fields: &[Field], element: &Element) {
        let Some(key) = element.key else { return };
        let name = self.expr_text(key);
        if self.broken_types.contains(&ty) {
            return;
        }
        let message = if self.ast.name(key).is_empty() {
            format!("invalid field name {name} in struct literal")
        } else {
            format!("unknown field {name} in struct literal of type {}", self.type_name(ty))
        };
        let mut error = Diagnostic::new(self.span(key), message);
        if let Some(near) = nearest(&name, fields.iter().map(|field| field.name.as_str())) {
            error = error.help(format!("did you mean `{near}`?"));
        }
        self.report(error);
    }

    /// Whether a struct type belongs to another package.
    fn foreign_fields(&self, ty: TypeId) -> bool {
        let package = &self.info.packages[self.place.package as usize].name;
        match &self.types.info(ty).name {
            // Types of C are everybody's.
            Some(name) => name.split_once('.').is_some_and(|(own, _)| own != package && own != "C"),
            None => false,
        }
    }

    fn positional_fields(
        &mut self,
        expr: ExprId,
        ty: TypeId,
        fields: &[Field],
        elements: &'a [Element],
    ) -> Vec<(usize, ExprId)> {
        let mut values = Vec::new();
        for (index, element) in elements.iter().enumerate() {
            match fields.get(index) {
                Some(field) => self.field_element(ty, index, field.ty, element.value),
                None => {
                    self.silent_element(element.value);
                    if index == fields.len() && !self.broken_types.contains(&ty) {
                        let message =
                            format!("too many values in struct literal of type {}", self.type_name(ty));
                        self.error(self.span(element.value), message);
                    }
                }
            }
            values.push((index, element.value));
        }
        if !elements.is_empty() && elements.len() < fields.len() {
            let ExprKind::Composite { close, .. } = self.ast.expr(expr).kind else { return values };
            let message = format!("too few values in struct literal of type {}", self.type_name(ty));
            let missing: Vec<&str> =
                fields[elements.len()..].iter().map(|field| field.name.as_str()).collect();
            self.report(Diagnostic::new(close, message).note(format!("missing: {}", missing.join(", "))));
        }
        values
    }

    /// Checks the elements of an array or slice; the result is its length.
    fn array_elements(
        &mut self,
        expr: ExprId,
        elem: TypeId,
        length: Option<u64>,
        elements: &'a [Element],
    ) -> u64 {
        let mut values = Vec::with_capacity(elements.len());
        let mut seen = HashMap::new();
        let (mut next, mut largest) = (0u64, 0u64);
        for element in elements {
            if let Some(key) = element.key {
                next = self.array_key(key).unwrap_or(next);
            }
            let span = self.span(element.key.unwrap_or(element.value));
            if let Some(length) = length
                && next >= length
            {
                let message = format!("invalid argument: index {next} out of bounds [0:{length}]");
                self.error(span, message);
            }
            if let Some(old) = seen.insert(next, span) {
                let error =
                    Diagnostic::new(span, format!("duplicate index {next} in array or slice literal"));
                self.report(error.secondary(old, "the other element"));
            }
            self.element(element.value, elem, "array or slice literal");
            values.push((next, element.value));
            next += 1;
            largest = largest.max(next);
        }
        let len = length.unwrap_or(largest);
        self.info.composites.insert(expr, CompositeInfo::Array { len, elements: values });
        len
    }

    fn array_key(&mut self, key: ExprId) -> Option<u64> {
        let operand = self.expr(key);
        if operand.is_invalid() {
            return None;
        }
        let value = operand.constant().filter(|_| self.is_numeric(operand.ty)).and_then(Constant::as_int);
        let Some(value) = value.and_then(|value| u64::try_from(value).ok()) else {
            let text = self.expr_text(key);
            self.error(self.span(key), format!("index {text} must be integer constant"));
            return None;
        };
        if value >= MAX_LENGTH {
            let text = self.expr_text(key);
            self.error(
                self.span(key),
                format!("index {text} is too large: no array has more than {MAX_LENGTH} elements"),
            );
            return None;
        }
        if self.is_untyped(operand.ty) {
            self.finalize(key, TypeId::INT);
        }
        Some(value)
    }

    fn map_elements(&mut self, expr: ExprId, key: TypeId, value: TypeId, elements: &'a [Element]) {
        let mut values = Vec::with_capacity(elements.len());
        let mut seen = HashMap::new();
        for element in elements {
            let Some(own_key) = element.key else {
                self.error(self.span(element.value), "missing key in map literal");
                self.silent_element(element.value);
                continue;
            };
            self.element(own_key, key, "map literal");
            if let Some(constant) = self.info.constants.get(&own_key) {
                let ty = self.info.type_of(own_key);
                let constant = format!("{} {}", ty.number(), constant.key());
                if let Some(old) = seen.insert(constant, self.span(own_key)) {
                    let message = format!("duplicate key {} in map literal", self.expr_text(own_key));
                    self.report(
                        Diagnostic::new(self.span(own_key), message).secondary(old, "the other element"),
                    );
                }
            }
            self.element(element.value, value, "map literal");
            values.push((own_key, element.value));
        }
        self.info.composites.insert(expr, CompositeInfo::Map(values));
    }
}
