//! Type expressions.

use std::collections::HashMap;

use super::checker::Checker;
use super::info::{ExprType, Resolved};
use super::operand::Mode;
use super::scope::ObjectKind;
use crate::ast::{ArrayLen, ExprId, ExprKind, FieldDecl, InterfaceElement, Signature};
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::types::{Field, FuncType, Method, TypeId, TypeKind};

impl<'a> Checker<'a> {
    /// The type that an expression must be, also one that programs know by pointer alone; the invalid type after an error.
    pub(super) fn any_type(&mut self, expr: ExprId) -> TypeId {
        let ty = stacker::maybe_grow(128 << 10, 1 << 20, || match self.try_type(expr) {
            Some(ty) => ty,
            None => {
                let operand = self.expr_or_type(expr);
                if !operand.is_invalid() && operand.mode != Mode::Type {
                    self.error(self.span(expr), format!("{} is not a type", self.expr_text(expr)));
                }
                if operand.mode == Mode::Type { operand.ty } else { self.untyped.invalid }
            }
        });
        self.record(expr, ExprType::Type(ty));
        ty
    }

    /// The type that an expression is, if its form or name says that it is one.
    pub(super) fn try_type(&mut self, expr: ExprId) -> Option<TypeId> {
        let ast = self.ast;
        match &ast.expr(expr).kind {
            ExprKind::Ident(name) => self.named_type(expr, name),
            ExprKind::Paren(inner) => self.try_type(*inner),
            ExprKind::Star(target) => {
                let target = self.try_type(*target)?;
                Some(if self.is_invalid(target) { target } else { self.types.pointer_to(target) })
            }
            ExprKind::ArrayType { len, elem } => Some(self.array_type(expr, *len, *elem)),
            ExprKind::MapType { key, value } => Some(self.map_type(*key, *value)),
            ExprKind::FuncType(signature) => Some(self.signature(signature)),
            ExprKind::StructType(fields) => Some(self.struct_type(fields)),
            ExprKind::InterfaceType(elements) => Some(self.interface_type(elements)),
            _ => None,
        }
    }

    fn named_type(&mut self, expr: ExprId, name: &'a str) -> Option<TypeId> {
        let id = self.lookup(name)?;
        self.resolve_object(id);
        match self.objects.list[id].kind {
            ObjectKind::Type(ty) => {
                self.objects.mark_used(id);
                self.info.resolved.insert(expr, Resolved::Type(ty));
                Some(ty)
            }
            _ => None,
        }
    }

    fn array_type(&mut self, expr: ExprId, len: ArrayLen, elem: ExprId) -> TypeId {
        let len = match len {
            ArrayLen::Slice => None,
            ArrayLen::Counted => {
                self.error(self.span(expr), "invalid use of [...] array (outside a composite literal)");
                Some(0)
            }
            ArrayLen::Fixed(len) => Some(self.array_length(len)),
        };
        let elem = self.check_type(elem);
        if self.is_invalid(elem) {
            return elem;
        }
        match len {
            None => self.types.slice_of(elem),
            Some(len) => self.types.array_of(elem, len),
        }
    }

    fn array_length(&mut self, expr: ExprId) -> u64 {
        let mut operand = self.expr(expr);
        if operand.is_invalid() {
            return 0;
        }
        let Some(value) = operand.constant() else {
            let text = self.expr_text(expr);
            let message = format!("invalid array length {text}");
            let help = "the length of an array is a constant; for a length known at run time use a slice: `make([]T, n)`";
            self.report(Diagnostic::new(self.span(expr), message).help(help));
            return 0;
        };
        let is_number = self.is_numeric(operand.ty);
        let length = value.as_int().filter(|_| is_number);
        match length {
            Some(length) if (0..1 << 40).contains(&length) => {
                if self.is_untyped(operand.ty) {
                    let _ = self.convert_untyped(&mut operand, TypeId::INT);
                }
                length as u64
            }
            _ => {
                let text = self.describe(&operand);
                let kind = if is_number && value.is_whole() {
                    "invalid array length"
                } else {
                    "array length must be integer:"
                };
                self.error(self.span(expr), format!("{kind} {text}"));
                0
            }
        }
    }

    fn map_type(&mut self, key: ExprId, value: ExprId) -> TypeId {
        let (key_type, value) = (self.check_type(key), self.check_type(value));
        if self.is_invalid(key_type) || self.is_invalid(value) {
            return self.untyped.invalid;
        }
        self.map_keys.push((key_type, self.span(key)));
        self.types.map_of(key_type, value)
    }

    /// The func type of parameters and results.
    pub(super) fn signature(&mut self, signature: &'a Signature) -> TypeId {
        let mut params: Vec<TypeId> =
            signature.params.iter().map(|param| self.check_type(param.ty)).collect();
        let results: Vec<TypeId> = signature.results.iter().map(|param| self.check_type(param.ty)).collect();
        if params.iter().chain(&results).any(|&ty| self.is_invalid(ty)) {
            return self.untyped.invalid;
        }
        if signature.variadic
            && let Some(last) = params.last_mut()
        {
            *last = self.types.slice_of(*last);
        }
        self.types.intern(TypeKind::Func(FuncType { params, variadic: signature.variadic, results }))
    }

    fn struct_type(&mut self, decls: &'a [FieldDecl]) -> TypeId {
        let mut fields: Vec<Field> = Vec::new();
        let mut places: HashMap<&str, Span> = HashMap::new();
        let mut valid = true;
        for decl in decls {
            let ty = self.check_type(decl.ty);
            valid &= !self.is_invalid(ty);
            let embedded = self.embedded_name(decl.ty).filter(|_| decl.names.is_empty());
            if let Some((_, span)) = embedded {
                valid &= self.check_embedded(span, ty);
            }
            let is_embedded = embedded.is_some();
            let names = decl.names.iter().map(|name| (name.name.as_str(), name.span));
            for (name, span) in names.chain(embedded) {
                if name != "_"
                    && let Some(&old) = places.get(name)
                {
                    let error = Diagnostic::new(span, format!("{name} redeclared"));
                    self.report(error.secondary(old, format!("other declaration of {name}")));
                }
                places.insert(name, span);
                fields.push(Field { name: name.into(), ty, embedded: is_embedded });
            }
        }
        if valid { self.types.intern(TypeKind::Struct(fields)) } else { self.untyped.invalid }
    }

    fn check_embedded(&self, span: Span, ty: TypeId) -> bool {
        let message = match self.pointee(ty) {
            Some(target) if self.is_interface(target) => {
                "embedded field type cannot be a pointer to an interface"
            }
            Some(_) if self.types.info(ty).name.is_some() => "embedded field type cannot be a pointer",
            Some(target) if self.pointee(target).is_some() => "embedded field type cannot be a pointer",
            _ => return true,
        };
        self.error(span, message);
        false
    }

    /// The name that an embedded field gets from its type.
    fn embedded_name(&self, ty: ExprId) -> Option<(&'a str, Span)> {
        let ast = self.ast;
        match &ast.expr(ty).kind {
            ExprKind::Star(inner) | ExprKind::Paren(inner) => self.embedded_name(*inner),
            ExprKind::Selector { name, .. } => Some((&name.name, name.span)),
            ExprKind::Ident(name) => Some((name, ast.expr(ty).span)),
            _ => None,
        }
    }

    /// The methods that are written out come first: what is embedded may have them too.
    fn interface_type(&mut self, elements: &'a [InterfaceElement]) -> TypeId {
        let mut methods: Vec<Method> = Vec::new();
        for element in elements {
            let InterfaceElement::Method { name, signature } = element else { continue };
            let ty = self.signature(signature);
            if methods.iter().any(|method| method.name == name.name) {
                self.error(name.span, format!("duplicate method {}", name.name));
            } else if !self.is_invalid(ty) {
                methods.push(Method { name: name.name.clone(), ty, pointer_receiver: false });
            }
        }
        for element in elements {
            if let InterfaceElement::Embedded(expr) = element {
                let ty = self.any_type(*expr);
                self.embed_interface(*expr, ty, &mut methods);
            }
        }
        methods.sort_by(|a, b| a.name.cmp(&b.name));
        self.types.intern(TypeKind::Interface(methods))
    }

    fn embed_interface(&mut self, expr: ExprId, ty: TypeId, methods: &mut Vec<Method>) {
        if self.is_invalid(ty) {
            return;
        }
        if *self.kind(ty) == TypeKind::Incomplete {
            return self.recursive_type(ty, self.span(expr));
        }
        let TypeKind::Interface(embedded) = self.kind(ty) else {
            let message = format!("cannot embed {}: it is not an interface", self.type_name(ty));
            return self.error(self.span(expr), message);
        };
        for method in embedded {
            match methods.iter().find(|old| old.name == method.name) {
                None => methods.push(method.clone()),
                Some(old) if old.ty != method.ty => {
                    self.error(self.span(expr), format!("duplicate method {}", method.name));
                }
                Some(_) => {}
            }
        }
    }
}
