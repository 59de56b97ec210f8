//! Function pointers that run a program's closures, for as long as the call of C lasts that they were made for.
//!
//! A pointer is a [`Head`](pointer::Head) with code of its own. While a call has it, C may call it on the thread of the
//! call; afterwards it is dead, and calling it is an error. Its code stays: it gets another closure only when many
//! others have died after it.

mod call;
mod lend;
mod pointer;
mod report;
mod run;
mod running;
mod shape;

pub use call::FuncParam;
pub(crate) use lend::Lent;
pub(crate) use running::watched;

use std::sync::Arc;

use vo_ffi_core::{
    CClosure, CParam, CSignature, ClosureArg, Declaration, Misfit, Origin, Position, TypeId, TypeKind,
    TypeTable,
};

use crate::stub::StubChoice;
use shape::Shape;

/// A parameter that takes a func: what all function pointers for it share.
#[derive(Debug)]
pub(crate) struct ClosureParam {
    /// The C function, as Vo names it.
    function: String,
    position: Position,
    closure: CClosure,
    /// The arguments that are not as the closure takes them, by their slots.
    conversions: Box<[(u16, ClosureArg)]>,
    shape: &'static Shape,
}

impl ClosureParam {
    /// Those of a function, in order; or why C can call one of them in no way.
    pub(crate) fn all(
        choice: StubChoice,
        declaration: &Declaration,
        signature: &CSignature,
        types: &TypeTable,
    ) -> Result<Box<[Arc<ClosureParam>]>, String> {
        let params = signature.params().iter().enumerate();
        let funcs = params.filter_map(|(index, param)| match param {
            CParam::Func(ty) => Some((index, *ty)),
            _ => None,
        });
        let made = funcs.map(|(index, ty)| {
            let closure = closure_of(declaration, index, ty, types).map_err(problems)?;
            let name = declaration.param_names.get(index).cloned().unwrap_or_default();
            let position = Position::Param { index, name };
            ClosureParam::new(choice, declaration.name.clone(), position, closure).map(Arc::new)
        });
        made.collect()
    }

    fn new(
        choice: StubChoice,
        function: String,
        position: Position,
        closure: CClosure,
    ) -> Result<ClosureParam, String> {
        let shape = Shape::get(choice, &closure).map_err(|why| format!("{position}: {why}"))?;
        let args = closure.args().iter().zip(&shape.plan().args);
        let conversions = args.filter(|(arg, _)| **arg != ClosureArg::InPlace);
        let conversions = conversions.map(|(arg, plan)| (plan.slot, *arg)).collect();
        Ok(ClosureParam { function, position, closure, conversions, shape })
    }
}

/// What C sees of the func that a parameter takes. A prototype says what C gives, and its maker has compared the pointers.
fn closure_of(
    declaration: &Declaration,
    index: usize,
    ty: TypeId,
    types: &TypeTable,
) -> Result<CClosure, Vec<Misfit>> {
    if let Origin::Prototype(prototype) = &declaration.origin
        && let Some(own) = index.checked_sub(prototype.through.into())
        && let Some(&param) = prototype.sig.params.get(own)
        && let Some(sig) = prototype.types.as_func(param)
    {
        return CClosure::fitting(ty, types, sig, &prototype.types, &|_, _| true);
    }
    CClosure::of(ty, types)
}

/// All that does not fit, in one line.
fn problems(misfits: Vec<Misfit>) -> String {
    misfits.into_iter().map(|misfit| misfit.problem).collect::<Vec<_>>().join("; ")
}

/// Whether C gets functions from one of these.
pub(crate) fn any_takes_funcs(declarations: &[Declaration], types: &TypeTable) -> bool {
    let takes_one = |declaration: &Declaration| {
        declaration.func.params.iter().any(|&ty| matches!(types.kind(ty), TypeKind::Func(_)))
    };
    declarations.iter().any(|declaration| declaration.origin != Origin::Rust && takes_one(declaration))
}

#[cfg(test)]
mod tests;
