//! Types with methods `ToC` and `FromC`: what a program has in place of a type of C.

use vo_ffi::Misfit;
use vo_ffi::c::CType;

use super::call::Passed;
use crate::ast::{ExprId, Ident};
use crate::check::checker::Checker;
use crate::check::info::{CallKind, ExternOrigin, FromC, ToC};
use crate::check::lookup::{Found, find};
use crate::check::operand::Operand;
use crate::types::{TypeId, TypeKind};

impl Checker<'_> {
    /// An argument whose type has a method `ToC() T`: the `T` is passed, and C must take it. A pointer to such a type, and
    /// what has the method of a field, may pass as they are.
    pub(super) fn pass_to_c(
        &mut self,
        operand: &Operand,
        want: Option<CType>,
    ) -> Option<Result<Passed, Misfit>> {
        let Some(Found::Method { path, method }) = find(&self.types, operand.ty, "ToC") else { return None };
        let func = self.func_type(method.ty)?;
        let ([], &[ty]) = (func.params.as_slice(), func.results.as_slice()) else { return None };
        let passed = match self.fit_argument(ty, want) {
            Ok(passed) => passed,
            Err(misfit) if path.is_empty() && self.types.info(operand.ty).name.is_some() => {
                let problem = format!("its ToC returns {}: {}", self.type_name(ty), misfit.problem);
                return Some(Err(Misfit { problem, ..misfit }));
            }
            Err(_) => return None,
        };
        let (adjust, target) = self.method_target(&method, "ToC")?;
        let name = Ident { name: "ToC".into(), span: self.span(operand.expr) };
        if !self.check_receiver(operand.expr, operand, &method, &name) {
            return None;
        }
        self.depend_on_method(target);
        self.info.to_c.insert(operand.expr, ToC { path, adjust, target, ty });
        Some(Ok(passed))
    }

    /// Whether what a C function returned becomes a value of a type with a method `FromC(T)`, which is called for it.
    pub(in crate::check) fn takes_from_c(&mut self, operand: &Operand, target: TypeId) -> bool {
        if !self.is_c_call(operand.expr) || self.types.info(target).name.is_none() {
            return false;
        }
        let pointer = self.types.pointer_to(target);
        let Some(Found::Method { path, method }) = find(&self.types, pointer, "FromC") else { return false };
        let Some(func) = self.func_type(method.ty) else { return false };
        let ([param], []) = (func.params.as_slice(), func.results.as_slice()) else { return false };
        if !path.is_empty() || !method.pointer_receiver || !self.assignable(operand.ty, *param) {
            return false;
        }
        let Some((_, method)) = self.method_target(&method, "FromC") else { return false };
        self.depend_on_method(method);
        self.info.from_c.insert(self.ast.unparen(operand.expr), FromC { ty: target, pointer, method });
        true
    }

    /// Whether an expression is a call of a function of `import "C"` with one result.
    fn is_c_call(&self, expr: ExprId) -> bool {
        let kind = self.info.calls.get(&self.ast.unparen(expr)).map(|call| (call.kind, call.ty));
        let Some((CallKind::Extern(id), ty)) = kind else { return false };
        let origin = &self.info.externs[id.0 as usize].origin;
        let one = matches!(self.kind(ty), TypeKind::Func(func) if func.results.len() == 1);
        one && matches!(origin, ExternOrigin::Prototype(_))
    }
}
