//! `x.f`: members of packages, fields, methods, and methods of types.

use super::checker::{Checker, Node};
use super::info::{ExprType, MethodTarget, PackageId, Resolved, Selection};
use super::lookup::{Found, FoundMethod, find};
use super::operand::{Mode, Operand};
use super::scope::ObjectKind;
use crate::ast::{ExprId, ExprKind, Ident};
use crate::diagnostic::{Diagnostic, nearest};
use crate::types::{FuncType, TypeId, TypeKind};

impl<'a> Checker<'a> {
    pub(super) fn selector(&mut self, expr: ExprId, inner: ExprId, name: &'a Ident) -> Operand {
        if let Some((helpers, name)) = self.c_name(expr) {
            return self.c_member(expr, helpers, name);
        }
        if let ExprKind::Ident(package) = &self.ast.expr(inner).kind
            && let Some(id) = self.lookup(package)
            && let ObjectKind::Package(number) = self.objects.list[id].kind
        {
            self.objects.mark_used(id);
            self.info.resolved.insert(inner, Resolved::Package(number));
            return self.package_member(expr, number, package, name);
        }
        let operand = self.expr_or_type(inner);
        let operand = match operand.mode {
            Mode::Type => return self.method_expr(expr, operand.ty, name),
            Mode::Invalid => return self.invalid(expr),
            Mode::Nil | Mode::Builtin(_) | Mode::NoValue | Mode::Tuple(_) => self.expr(inner),
            _ => operand,
        };
        if operand.is_invalid() {
            return self.invalid(expr);
        }
        if name.name == "_" {
            self.error(name.span, "cannot refer to blank field or method");
            return self.invalid(expr);
        }
        self.member(expr, operand, name)
    }

    fn package_member(&mut self, expr: ExprId, package: PackageId, alias: &str, name: &Ident) -> Operand {
        let scope = &self.objects.packages[package.0 as usize];
        let exported = is_exported(&name.name);
        if let Some(&id) = scope.get(name.name.as_str())
            && exported
        {
            return self.object_operand(expr, id);
        }
        let exists = scope.contains_key(name.name.as_str());
        let full = format!("{alias}.{}", name.name);
        let message = if exists {
            format!("name {} not exported by package {alias}", name.name)
        } else {
            format!("undefined: {full}")
        };
        let mut error = Diagnostic::new(name.span, message);
        let names = scope.keys().copied().filter(|name| is_exported(name));
        if let Some(near) = nearest(&name.name, names) {
            error = error.help(format!("did you mean `{near}`?"));
        }
        self.report(error);
        self.invalid(expr)
    }

    fn member(&mut self, expr: ExprId, mut operand: Operand, name: &Ident) -> Operand {
        self.default_operand(&mut operand);
        match self.find_member(operand.ty, &name.name) {
            Some(Found::Field { path, ty }) => {
                let through_pointer = path.iter().any(|step| step.deref);
                let mode = if through_pointer || operand.mode == Mode::Variable {
                    Mode::Variable
                } else {
                    Mode::Value
                };
                self.info.selections.insert(expr, Selection::Field { path });
                self.operand(expr, mode, ty)
            }
            Some(Found::Method { path, method }) => {
                let Some((adjust, target)) = self.method_target(&method, &name.name) else {
                    return self.invalid(expr);
                };
                if !self.check_receiver(expr, &operand, &method, name) {
                    return self.invalid(expr);
                }
                self.depend_on_method(target);
                self.info.selections.insert(expr, Selection::Method { path, adjust, target });
                self.value(expr, method.ty)
            }
            Some(Found::Ambiguous) => {
                let text = self.expr_text(expr);
                self.error(name.span, format!("ambiguous selector {text}"));
                self.invalid(expr)
            }
            None => self.no_member(expr, &operand, name),
        }
    }

    /// A member that may be used here: one of another package must be exported.
    fn find_member(&self, ty: TypeId, name: &str) -> Option<Found> {
        let found = find(&self.types, ty, name)?;
        let hidden = !is_exported(name) && self.is_foreign(&found, ty);
        (!hidden).then_some(found)
    }

    /// Whether a member belongs to a named type of another package.
    fn is_foreign(&self, found: &Found, ty: TypeId) -> bool {
        let mut owner = match found {
            Found::Method { method, .. } => method.owner,
            Found::Field { path, .. } => {
                let mut owner = ty;
                for step in &path[..path.len() - 1] {
                    if let TypeKind::Struct(fields) = self.kind(self.pointee(owner).unwrap_or(owner)) {
                        owner = fields[step.index].ty;
                    }
                }
                owner
            }
            Found::Ambiguous => return false,
        };
        if self.types.info(owner).name.is_none() {
            owner = self.pointee(owner).unwrap_or(owner);
        }
        let package = &self.info.packages[self.place.package as usize].name;
        match &self.types.info(owner).name {
            // Types of C are everybody's.
            Some(name) => name.split_once('.').is_some_and(|(own, _)| own != package && own != "C"),
            None => false,
        }
    }

    /// A method with a pointer receiver needs a variable whose address can be taken.
    pub(super) fn check_receiver(
        &mut self,
        expr: ExprId,
        operand: &Operand,
        method: &FoundMethod,
        name: &Ident,
    ) -> bool {
        if !method.pointer_receiver || method.at_pointer {
            return true;
        }
        if !method.indirect && operand.mode != Mode::Variable {
            let ty = self.type_name(operand.ty);
            let message = format!("cannot call pointer method {} on {ty}", name.name);
            let error = Diagnostic::new(self.span(expr), message);
            self.report(error.help("assign the value to a variable first"));
            return false;
        }
        if !method.indirect && !self.has_address(expr, operand) {
            return false;
        }
        if !method.indirect {
            self.take_address(operand.expr);
        }
        true
    }

    pub(super) fn depend_on_method(&mut self, target: MethodTarget) {
        if let MethodTarget::Func(func) = target {
            self.depend(Node::Func(func));
        }
    }

    fn no_member(&mut self, expr: ExprId, operand: &Operand, name: &Ident) -> Operand {
        let (text, ty) = (self.expr_text(expr), self.type_name(operand.ty));
        let bad_type = self.pointee(operand.ty).unwrap_or(operand.ty);
        if self.broken_types.contains(&bad_type) {
            return self.invalid(expr);
        }
        let hidden = find(&self.types, operand.ty, &name.name).is_some();
        let is_pointer_to_interface =
            self.pointee(operand.ty).is_some_and(|target| self.is_interface(target));
        let message = if hidden {
            format!("{text} undefined (cannot refer to unexported field or method {})", name.name)
        } else if is_pointer_to_interface {
            format!("{text} undefined (type {ty} is pointer to interface, not interface)")
        } else if self.is_opaque_of_c(bad_type) {
            format!("{text} undefined ({} is incomplete in C)", self.type_name(bad_type))
        } else if self.is_opaque(bad_type) {
            format!("{text} undefined ({} is a Rust type, whose fields are Rust's)", self.type_name(bad_type))
        } else {
            format!("{text} undefined (type {ty} has no field or method {})", name.name)
        };
        let mut error = Diagnostic::new(name.span, message);
        let names = self.member_names(operand.ty);
        if let Some(near) = nearest(&name.name, names.iter().map(String::as_str)) {
            error = error.help(format!("did you mean `{near}`?"));
        } else if matches!(name.name.as_str(), "length" | "len" | "size" | "Len" | "Length") {
            error = error.help(format!("write `len({})`", self.expr_text(operand.expr)));
        } else if matches!(name.name.as_str(), "append" | "push" | "add")
            && matches!(self.kind(operand.ty), TypeKind::Slice(_))
        {
            let list = self.expr_text(operand.expr);
            error = error.help(format!("write `{list} = append({list}, …)`"));
        }
        self.report(error);
        self.invalid(expr)
    }

    fn member_names(&self, ty: TypeId) -> Vec<String> {
        let base = self.pointee(ty).unwrap_or(ty);
        let mut names: Vec<String> =
            self.types.info(base).methods.iter().map(|method| method.name.clone()).collect();
        match self.kind(base) {
            TypeKind::Struct(fields) => names.extend(fields.iter().map(|field| field.name.clone())),
            TypeKind::Interface(methods) => names.extend(methods.iter().map(|method| method.name.clone())),
            _ => {}
        }
        names.retain(|name| self.find_member(ty, name).is_some());
        names
    }

    /// `T.Method`
    fn method_expr(&mut self, expr: ExprId, ty: TypeId, name: &Ident) -> Operand {
        if self.is_invalid(ty) {
            return self.invalid(expr);
        }
        let Some(Found::Method { path, method }) = self.find_member(ty, &name.name) else {
            let text = self.expr_text(expr);
            let shown = self.type_name(ty);
            let message = format!("{text} undefined (type {shown} has no method {})", name.name);
            self.error(name.span, message);
            return self.invalid(expr);
        };
        if method.pointer_receiver && !method.at_pointer && !method.indirect {
            let shown = self.type_name(ty);
            let message = format!(
                "invalid method expression {} (needs pointer receiver (*{shown}).{})",
                self.expr_text(expr),
                name.name
            );
            self.error(self.span(expr), message);
            return self.invalid(expr);
        }
        let Some((adjust, target)) = self.method_target(&method, &name.name) else {
            return self.invalid(expr);
        };
        self.depend_on_method(target);
        self.info.selections.insert(expr, Selection::MethodExpr { receiver: ty, path, adjust, target });
        let Some(func) = self.func_type(method.ty).cloned() else { return self.invalid(expr) };
        let params = [vec![ty], func.params].concat();
        let ty = self.types.intern(TypeKind::Func(FuncType { params, ..func }));
        self.record(expr, ExprType::One(ty));
        self.value(expr, ty)
    }
}

/// Whether other packages may use a name.
pub(super) fn is_exported(name: &str) -> bool {
    name.chars().next().is_some_and(char::is_uppercase)
}
