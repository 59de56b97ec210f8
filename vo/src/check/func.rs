//! Functions, methods, externs and closures.

use super::checker::{Checker, Node, Place};
use super::info::{
    ExprType, ExternId, ExternInfo, ExternOrigin, FuncId, FuncInfo, MethodTarget, VarId, VarInfo,
};
use super::operand::Operand;
use super::scope::ObjectKind;
use crate::ast::{ExprId, ExprKind, ExternDecl, FuncDecl, Ident, Param, Signature, StmtId};
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::types::{Method, TypeId, TypeKind};

impl<'a> Checker<'a> {
    /// A row for a function that has not been checked.
    pub(super) fn new_func(&mut self, decl: &FuncDecl) -> FuncId {
        let package = &self.info.packages[self.place.package as usize].name;
        let name = match &decl.receiver {
            None => format!("{package}.{}", decl.name.name),
            Some(receiver) => match self.ast.expr(self.ast.unparen(receiver.ty)).kind {
                ExprKind::Star(base) => format!("{package}.(*{}).{}", self.ast.name(base), decl.name.name),
                _ => format!("{package}.{}.{}", self.ast.name(receiver.ty), decl.name.name),
            },
        };
        let body = decl.body.unwrap_or(StmtId(u32::MAX));
        self.add_func(name, TypeId::NIL, body, decl.span, &decl.doc)
    }

    pub(super) fn add_func(
        &mut self,
        name: String,
        ty: TypeId,
        body: StmtId,
        span: Span,
        doc: &str,
    ) -> FuncId {
        self.info.funcs.push(FuncInfo {
            name,
            package: self.package_id(),
            ty,
            receiver: None,
            params: Vec::new(),
            results: Vec::new(),
            body,
            captures: Vec::new(),
            parent: self.place.func,
            is_closure: false,
            has_defers: false,
            falls_off: true,
            span,
            doc: doc.into(),
        });
        FuncId(self.info.funcs.len() as u32 - 1)
    }

    /// A row for an extern that has not been checked.
    pub(super) fn new_extern(&mut self, decl: &ExternDecl) -> ExternId {
        let package = self.info.packages[self.place.package as usize].name.clone();
        let names = |params: &[Param]| -> Vec<String> {
            let named = params.iter().any(|param| param.name.is_some());
            let name = |param: &Param| param.name.as_ref().map_or("_".into(), |name| name.name.clone());
            if named { params.iter().map(name).collect() } else { Vec::new() }
        };
        let mut param_names = names(&decl.signature.params);
        param_names.resize(decl.signature.params.len(), "_".into());
        let origin = match &decl.library {
            None => ExternOrigin::Rust {
                name: decl.symbol.as_ref().map(|(member, _)| format!("{package}.{member}")),
            },
            Some((library, _)) => ExternOrigin::C {
                library: library.clone(),
                symbol: decl.symbol.as_ref().map_or(&decl.name.name, |symbol| &symbol.0).clone(),
            },
        };
        let is_declared = |name: &str| decl.directives.iter().any(|directive| directive.name == name);
        self.info.externs.push(ExternInfo {
            name: format!("{package}.{}", decl.name.name),
            package: self.package_id(),
            ty: TypeId::NIL,
            receiver: None,
            param_names,
            result_names: names(&decl.signature.results),
            origin,
            passes: Vec::new(),
            optional: is_declared("optional"),
            unguarded: is_declared("unguarded"),
            span: decl.span,
            doc: decl.doc.clone(),
        });
        ExternId(self.info.externs.len() as u32 - 1)
    }

    /// Checks the signature of a function, and adds a method to its type.
    pub(super) fn check_func_head(&mut self, decl: &'a FuncDecl, id: FuncId) {
        let place = self.package_place(decl.span, None);
        self.elsewhere(place, |checker| {
            let ty = checker.signature(&decl.signature);
            checker.info.funcs[id.0 as usize].ty = ty;
            if let Some(receiver) = &decl.receiver {
                checker.add_method(receiver, &decl.name, ty, MethodTarget::Func(id));
            }
        });
    }

    pub(super) fn check_extern(&mut self, decl: &'a ExternDecl, id: ExternId) {
        let place = self.package_place(decl.span, None);
        self.elsewhere(place, |checker| {
            let ty = checker.signature(&decl.signature);
            checker.info.externs[id.0 as usize].ty = ty;
            let Some(receiver) = &decl.receiver else { return };
            if let Some((_, span)) = &decl.library {
                checker.error(*span, "a C function cannot be a method");
            }
            let added = checker.add_method(receiver, &decl.name, ty, MethodTarget::Extern(id));
            if let Some((receiver, base)) = added {
                let row = &mut checker.info.externs[id.0 as usize];
                row.receiver = Some(receiver);
                row.name = format!("{}.{}", checker.types.name(base), decl.name.name);
            }
        });
    }

    /// Adds a method to the named type of its receiver; the result is the receiver's type and the
    /// named type.
    fn add_method(
        &mut self,
        receiver: &'a Param,
        name: &'a Ident,
        ty: TypeId,
        target: MethodTarget,
    ) -> Option<(TypeId, TypeId)> {
        let receiver_type = self.check_type(receiver.ty);
        if self.is_invalid(receiver_type) {
            return None;
        }
        let pointer_receiver =
            self.types.info(receiver_type).name.is_none() && self.pointee(receiver_type).is_some();
        let base = self.pointee(receiver_type).filter(|_| pointer_receiver).unwrap_or(receiver_type);
        self.check_receiver_base(receiver.ty, base)?;
        if self.is_invalid(ty) || name.name == "_" {
            return None;
        }
        let row = Method { name: name.name.clone(), ty, pointer_receiver };
        if let Some((_, old)) = self.methods.insert((base, &name.name), (target, name.span)) {
            if self.earlier.is_some() && old.file != name.span.file {
                return self.replaces(base, &row, name.span).then_some((receiver_type, base));
            }
            let message = format!("method {}.{} already declared", self.type_name(base), name.name);
            self.report(Diagnostic::new(name.span, message).secondary(old, "the other declaration"));
            return None;
        }
        if let TypeKind::Struct(fields) = self.kind(base)
            && fields.iter().any(|field| field.name == name.name)
        {
            self.error(name.span, format!("field and method with the same name {}", name.name));
            return None;
        }
        if !self.types.info(base).methods.iter().any(|old| old.name == name.name) {
            self.types.add_method(base, row);
        }
        Some((receiver_type, base))
    }

    /// Whether a method that an earlier entry declared may be declared so: what calls it goes on calling it.
    fn replaces(&self, base: TypeId, row: &Method, span: Span) -> bool {
        let same = self.types.info(base).methods.contains(row);
        if !same {
            let name = self.type_name(base);
            let message = format!("method {name}.{} already declared with another type", row.name);
            let help = match self.is_opaque(base) {
                true => "a Rust type stays the same: give the method another name".into(),
                false => format!("declare the type {name} again first"),
            };
            self.report(Diagnostic::new(span, message).help(help));
        }
        same
    }

    fn check_receiver_base(&self, expr: ExprId, base: TypeId) -> Option<()> {
        let package = &self.info.packages[self.place.package as usize].name;
        let name = self.type_name(base);
        let own =
            self.types.info(base).name.as_ref().is_some_and(|name| name.starts_with(&format!("{package}.")));
        if self.types.info(base).name.is_none() && !self.is_basic(base) {
            self.error(self.span(expr), format!("invalid receiver type {name}"));
            return None;
        }
        if !own {
            let error = Diagnostic::new(
                self.span(expr),
                format!("cannot define new methods on non-local type {name}"),
            );
            let inner = if self.is_opaque(base) { format!("struct{{ *{name} }}") } else { name };
            self.report(error.help(format!("define a type of your own: `type My {inner}`")));
            return None;
        }
        if self.pointee(base).is_some() || self.is_interface(base) {
            self.error(self.span(expr), format!("invalid receiver type {name} (pointer or interface type)"));
            return None;
        }
        Some(())
    }

    pub(super) fn check_func_body(&mut self, decl: &'a FuncDecl, id: FuncId) {
        let Some(body) = decl.body else { return };
        let mut place = self.package_place(decl.span, Some(Node::Func(id)));
        place.func = Some(id);
        place.base_name = self.info.func(id).name.clone();
        self.elsewhere(place, |checker| {
            checker.open_scope();
            if let Some(receiver) = &decl.receiver {
                let ty = checker.check_type(receiver.ty);
                let var = checker.declare_param(receiver.name.as_ref(), ty, checker.span(receiver.ty));
                checker.info.funcs[id.0 as usize].receiver = Some(var);
            }
            checker.declare_signature(&decl.signature, id);
            checker.check_body(body, id);
        });
    }

    /// Declares the parameters and results of a function in its outermost scope.
    fn declare_signature(&mut self, signature: &'a Signature, id: FuncId) {
        let count = signature.params.len();
        let mut params = Vec::with_capacity(count);
        for (index, param) in signature.params.iter().enumerate() {
            let mut ty = self.check_type(param.ty);
            if signature.variadic && index + 1 == count && !self.is_invalid(ty) {
                ty = self.types.slice_of(ty);
            }
            params.push(self.declare_param(param.name.as_ref(), ty, self.span(param.ty)));
        }
        let mut results = Vec::new();
        for param in signature.results.iter().filter(|param| param.name.is_some()) {
            let ty = self.check_type(param.ty);
            let var = self.declare_param(param.name.as_ref(), ty, self.span(param.ty));
            // By every `return` with values.
            self.info.vars[var.0 as usize].reassigned = true;
            results.push(var);
        }
        let row = &mut self.info.funcs[id.0 as usize];
        row.params = params;
        row.results = results;
    }

    fn declare_param(&mut self, name: Option<&'a Ident>, ty: TypeId, span: Span) -> VarId {
        let (text, span) = name.map_or(("_", span), |name| (name.name.as_str(), name.span));
        let var = self.new_var(text, ty, span, None);
        self.var_used[var.0 as usize] = true;
        self.declare_local(text, span, ObjectKind::Local(var));
        var
    }

    pub(super) fn new_var(
        &mut self,
        name: &str,
        ty: TypeId,
        span: Span,
        declared_by: Option<ExprId>,
    ) -> VarId {
        self.info.vars.push(VarInfo {
            name: name.into(),
            ty,
            func: self.place.func,
            captured: false,
            address_taken: false,
            per_iteration: false,
            reassigned: false,
            declared_by,
            span,
        });
        self.var_used.push(self.is_invalid(ty));
        VarId(self.info.vars.len() as u32 - 1)
    }

    /// Checks a body in the scope of its parameters, and closes that.
    pub(super) fn check_body(&mut self, body: StmtId, id: FuncId) {
        let ast = self.ast;
        self.collect_labels(ast.block(body));
        self.statements(ast.block(body));
        self.check_gotos(ast.block(body));
        self.check_labels_used();
        self.close_scope();
        let falls_off = !self.list_terminates(ast.block(body));
        self.info.funcs[id.0 as usize].falls_off = falls_off;
        let has_results = self.func_type(self.info.func(id).ty).is_some_and(|func| !func.results.is_empty());
        if falls_off && has_results {
            let span = ast.stmt(body).span;
            let close = Span { start: span.end.saturating_sub(1), ..span };
            self.error(close, "missing return");
        }
    }

    /// `func(…) … { … }`
    pub(super) fn func_literal(&mut self, expr: ExprId, signature: &'a Signature, body: StmtId) -> Operand {
        let ty = self.signature(signature);
        self.place.closures += 1;
        let inner = self.place.func.is_some_and(|func| self.info.func(func).is_closure);
        let word = if inner { "" } else { "func" };
        let name = format!("{}.{word}{}", self.place.base_name, self.place.closures);
        let id = self.add_func(name.clone(), ty, body, signature.span, "");
        self.info.funcs[id.0 as usize].is_closure = true;
        self.info.closures.insert(expr, id);
        let outer = &mut self.place;
        let place = Place {
            package: outer.package,
            file: outer.file,
            func: Some(id),
            scopes: std::mem::take(&mut outer.scopes),
            node: outer.node,
            base_name: name,
            ..Place::default()
        };
        let scopes = self.elsewhere(place, |checker| {
            checker.open_scope();
            checker.declare_signature(signature, id);
            checker.check_body(body, id);
            std::mem::take(&mut checker.place.scopes)
        });
        self.place.scopes = scopes;
        self.record(expr, ExprType::One(ty));
        self.value(expr, ty)
    }
}
