//! Constants, variables and types, at package level and in functions.

use std::collections::HashSet;

use super::checker::{Checker, Node, Place};
use super::constant::Constant;
use super::info::{ExprType, GlobalId, GlobalInit, Resolved};
use super::operand::Operand;
use super::scope::{Lazy, ObjectId, ObjectKind};
use crate::ast::{ConstSpec, ExprId, TypeSpec, VarSpec};
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::types::{TypeId, TypeKind};

impl<'a> Checker<'a> {
    /// Checks the declaration of an object of a package, if that has not been done.
    pub(super) fn resolve_object(&mut self, id: ObjectId) {
        let object = &self.objects.list[id];
        let (name, span, package) = (object.name, object.span, object.package);
        let lazy = match object.kind {
            ObjectKind::Lazy(lazy) => lazy,
            ObjectKind::Busy { is_type } => {
                let what = if is_type {
                    format!("invalid recursive type {name}")
                } else {
                    format!("initialization cycle: {name} refers to itself")
                };
                self.error(span, what);
                self.objects.list[id].kind = ObjectKind::Bad;
                return;
            }
            _ => return,
        };
        self.objects.list[id].kind = ObjectKind::Busy { is_type: matches!(lazy, Lazy::Type(_)) };
        let place = Place { package, file: span.file, ..Place::default() };
        self.elsewhere(place, |checker| match lazy {
            Lazy::Const { spec, index } => checker.package_const(id, spec, index),
            Lazy::Var { spec, index, first, first_object } => {
                checker.package_var(spec, index, first, first_object);
            }
            Lazy::Type(spec) => checker.package_type(id, spec),
        });
        if let ObjectKind::Busy { .. } = self.objects.list[id].kind {
            self.objects.list[id].kind = ObjectKind::Bad;
        }
    }

    fn package_const(&mut self, id: ObjectId, spec: &'a ConstSpec, index: usize) {
        if let Some((ty, value)) = self.const_value(spec, index) {
            self.objects.list[id].kind = ObjectKind::Const { ty, value };
        }
    }

    /// The type and value of one name of a line of constants.
    fn const_value(&mut self, spec: &'a ConstSpec, index: usize) -> Option<(TypeId, Constant)> {
        let ty = spec.ty.map(|ty| self.check_type(ty));
        let Some(&expr) = spec.values.get(index) else {
            let error =
                Diagnostic::new(self.span(spec.names[index]), "missing init expr for const declaration");
            self.report(error);
            return None;
        };
        let before = self.place.iota.replace(spec.iota);
        let mut operand = self.expr(expr);
        self.place.iota = before;
        if operand.is_invalid() {
            return None;
        }
        if operand.constant().is_none() {
            let message = format!("{} is not constant", self.describe(&operand));
            let error = Diagnostic::new(self.span(expr), message);
            self.report(error.help("use `var` for a value that is computed at run time"));
            return None;
        }
        if let Some(ty) = ty {
            if !self.is_invalid(ty) && !self.is_basic(ty) {
                self.error(self.span(expr), format!("invalid constant type {}", self.type_name(ty)));
                return None;
            }
            if !self.assign(&mut operand, ty, "constant declaration") {
                return None;
            }
        }
        let value = operand.constant()?.clone();
        Some((operand.ty, value))
    }

    fn package_type(&mut self, id: ObjectId, spec: &'a TypeSpec) {
        if spec.alias {
            self.no_packing(spec);
            let ty = self.any_type(spec.ty);
            self.objects.list[id].kind = ObjectKind::Type(ty);
            return;
        }
        let package = &self.info.packages[self.place.package as usize];
        let ty = if package.path == "errors" && spec.name.name == "errorString" {
            TypeId::ERROR_STRING
        } else {
            let name = format!("{}.{}", package.name, spec.name.name);
            self.types.new_named(name)
        };
        self.objects.list[id].kind = ObjectKind::Type(ty);
        self.define_type(ty, spec);
    }

    fn define_type(&mut self, ty: TypeId, spec: &'a TypeSpec) {
        let packing = self.packing(spec);
        let underlying = self.check_type(spec.ty);
        let mut source = underlying;
        while let Some(&next) = self.unfinished_types.get(&source) {
            source = next;
        }
        if source == ty {
            self.recursive_type(ty, spec.name.span);
        }
        // A type with an error stands for an empty struct, so that what uses it can be checked.
        if source == ty || self.is_invalid(underlying) {
            let empty = self.types.intern(TypeKind::Struct(Vec::new()));
            self.finish_type(ty, empty);
            self.broken_types.insert(ty);
            return;
        }
        if let Some(packing) = packing {
            self.finish_packed(ty, underlying, packing, spec);
        } else if *self.kind(underlying) == TypeKind::Incomplete {
            self.unfinished_types.insert(ty, underlying);
        } else if ty != TypeId::ERROR_STRING {
            self.finish_type(ty, underlying);
        }
        self.declared_types.push((ty, spec.name.span));
    }

    /// Gives a type what it is, and those that have been waiting for it.
    pub(super) fn finish_type(&mut self, ty: TypeId, underlying: TypeId) {
        let mut work = vec![(ty, underlying)];
        while let Some((ty, underlying)) = work.pop() {
            self.types.set_underlying(ty, underlying);
            work.extend(self.unfinished_types.extract_if(|_, of| *of == ty));
        }
    }

    pub(super) fn recursive_type(&self, ty: TypeId, span: Span) {
        let name = self.type_name(ty);
        let sized = matches!(self.kind(ty), TypeKind::Struct(_) | TypeKind::Array(..));
        let help = if sized { format!("use a pointer: `*{name}`") } else { String::new() };
        self.report(Diagnostic::new(span, format!("invalid recursive type {name}")).help(help));
    }

    /// Looks at what could only be known when all types of the package are complete.
    pub(super) fn check_complete_types(&mut self) {
        self.check_packed_types();
        for (ty, span) in std::mem::take(&mut self.map_keys) {
            if self.incomparable(ty).is_some() {
                self.error(span, format!("invalid map key type {}", self.type_name(ty)));
            }
        }
    }

    /// Whether a value of type `ty` contains one of type `target`, other than through those `seen`.
    fn contains(&self, ty: TypeId, target: TypeId, seen: &mut HashSet<TypeId>) -> bool {
        if !seen.insert(ty) {
            return false;
        }
        match self.kind(ty) {
            TypeKind::Array(elem, _) => *elem == target || self.contains(*elem, target, seen),
            TypeKind::Struct(fields) => {
                fields.iter().any(|field| field.ty == target || self.contains(field.ty, target, seen))
            }
            _ => false,
        }
    }

    /// Reports types that contain themselves, before anything asks how large they are or whether
    /// they can be compared.
    pub(super) fn check_finite_types(&mut self) {
        for (ty, span) in std::mem::take(&mut self.declared_types) {
            if self.contains(ty, ty, &mut HashSet::new()) {
                self.recursive_type(ty, span);
                let empty = self.types.intern(TypeKind::Struct(Vec::new()));
                self.types.set_underlying(ty, empty);
                self.broken_types.insert(ty);
            }
        }
    }

    fn package_var(&mut self, spec: &'a VarSpec, index: usize, first: GlobalId, first_object: ObjectId) {
        let count = spec.names.len();
        let id = |index: usize| GlobalId(first.0 + index as u32);
        let shared = spec.values.len() == 1 && count > 1;
        let declared = spec.ty.map(|ty| self.check_type(ty));
        let node = if shared { first } else { id(index) };
        self.place.node = Some(Node::Global(node));
        self.place.base_name = self.info.packages[self.place.package as usize].name.clone() + ".init";
        if let Some(ty) = declared {
            let range = if shared { 0..count } else { index..index + 1 };
            for index in range {
                self.define_global(id(index), first_object + index, spec.names[index], ty);
            }
        }
        if spec.values.is_empty() {
            return;
        }
        if shared {
            let types = self.init_types(spec, declared);
            for (index, &ty) in types.iter().enumerate() {
                self.define_global(id(index), first_object + index, spec.names[index], ty);
            }
            let targets =
                (0..count).map(|index| Some(id(index)).filter(|_| !self.is_blank(spec.names[index])));
            let init = GlobalInit { targets: targets.collect(), value: spec.values[0] };
            self.inits.push((node, init));
            return;
        }
        let Some(&value) = spec.values.get(index) else {
            self.count_mismatch(spec, &spec.names, &spec.values);
            self.objects.list[first_object + index].kind = ObjectKind::Bad;
            return;
        };
        if spec.values.len() != count {
            self.count_mismatch(spec, &spec.names, &spec.values);
        }
        let ty = self.init_value(value, declared, "variable declaration", count, spec.span);
        if declared.is_none() {
            self.define_global(id(index), first_object + index, spec.names[index], ty);
        }
        let target = Some(id(index)).filter(|_| !self.is_blank(spec.names[index]));
        self.inits.push((node, GlobalInit { targets: vec![target], value }));
    }

    fn count_mismatch(&mut self, spec: &VarSpec, names: &[ExprId], values: &[ExprId]) {
        self.assignment_mismatch(spec.span, names.len(), values);
    }

    pub(super) fn is_blank(&self, name: ExprId) -> bool {
        self.ast.name(name) == "_"
    }

    fn define_global(&mut self, id: GlobalId, object: ObjectId, name: ExprId, ty: TypeId) {
        self.info.globals[id.0 as usize].ty = ty;
        self.objects.list[object].kind =
            if self.is_invalid(ty) { ObjectKind::Bad } else { ObjectKind::Global(id) };
        self.info.resolved.insert(name, Resolved::Global(id));
        self.record(name, ExprType::One(ty));
    }

    /// The types of the variables of `var a, b = f()`.
    fn init_types(&mut self, spec: &'a VarSpec, declared: Option<TypeId>) -> Vec<TypeId> {
        let count = spec.names.len();
        let types = self.unpack(spec.values[0], count, spec.span);
        let Some(declared) = declared else { return types };
        let value = spec.values[0];
        for ty in types {
            let mut operand = self.value(value, ty);
            self.assign(&mut operand, declared, "variable declaration");
        }
        vec![declared; count]
    }

    /// Checks the value of one variable; the result is the variable's type.
    pub(super) fn init_value(
        &mut self,
        value: ExprId,
        declared: Option<TypeId>,
        context: &str,
        count: usize,
        span: Span,
    ) -> TypeId {
        let mut operand = self.assigned_value(value, count, span);
        match declared {
            Some(ty) => {
                self.assign(&mut operand, ty, context);
                ty
            }
            None => self.inferred_type(&mut operand, context),
        }
    }

    /// The type of a variable that is declared by its value.
    pub(super) fn inferred_type(&mut self, operand: &mut Operand, context: &str) -> TypeId {
        if operand.is_nil() {
            let message = format!("use of untyped nil in {context}");
            let error = Diagnostic::new(self.span(operand.expr), message);
            self.report(error.help("declare the variable with a type: `var x *T`"));
            return self.untyped.invalid;
        }
        self.default_operand(operand);
        if operand.is_invalid() { self.untyped.invalid } else { operand.ty }
    }

    /// `const` in a function.
    pub(super) fn local_consts(&mut self, specs: &'a [ConstSpec]) {
        for spec in specs {
            let mut kinds = Vec::new();
            for index in 0..spec.names.len() {
                kinds.push(match self.const_value(spec, index) {
                    Some((ty, value)) => ObjectKind::Const { ty, value },
                    None => ObjectKind::Bad,
                });
            }
            if spec.values.len() > spec.names.len() {
                self.error(self.span(spec.values[spec.names.len()]), "extra init expr");
            }
            for (&name, kind) in spec.names.iter().zip(kinds) {
                self.declare_local(self.ast.name(name), self.span(name), kind);
            }
        }
    }

    /// `type` in a function.
    pub(super) fn local_types(&mut self, specs: &'a [TypeSpec]) {
        for spec in specs {
            if spec.alias {
                self.no_packing(spec);
                let ty = self.any_type(spec.ty);
                self.declare_local(&spec.name.name, spec.name.span, ObjectKind::Type(ty));
                continue;
            }
            let package = &self.info.packages[self.place.package as usize].name;
            let ty = self.types.new_named(format!("{package}.{}", spec.name.name));
            self.declare_local(&spec.name.name, spec.name.span, ObjectKind::Type(ty));
            self.define_type(ty, spec);
            self.check_finite_types();
        }
    }
}
