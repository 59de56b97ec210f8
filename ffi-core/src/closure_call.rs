//! Calls of a program's function values from natives.

use crate::call_slots::CallSlots;
use crate::convert::{CallArgs, CallMismatch, CallResults};
use crate::ctx::{Access, VmCtx};
use crate::error::VoError;
use crate::types::{TypeId, TypeKind};
use crate::unwind::raise;
use crate::value::VoFunc;

/// Calls a function whose type `A` and `R` fit.
#[inline]
pub(crate) fn enter<'call, A: CallArgs<'call>, R: CallResults<'call>>(
    ctx: &mut VmCtx<'call>,
    func: &VoFunc<'call, A, R>,
    args: A,
) -> Result<R, VoError> {
    let access = ctx.access();
    let TypeKind::Func(ty) = access.types().kind(func.type_id()) else {
        return Err(VoError::new("not a function"));
    };
    if func.is_nil() {
        raise("runtime error: invalid memory address or nil pointer dereference");
    }
    let failed = |found| mismatch(access, func.type_id(), found);
    let (mut slots, mut results) = (CallSlots::new(), CallSlots::new());
    args.write(access, &ty.params, &mut slots).map_err(failed)?;
    // SAFETY: `func` is a function value of this VM whose type fits, and `write` wrote the slots of the arguments.
    let status = unsafe {
        let cx = access.cx();
        (cx.as_ref().enter_fn())(cx.as_ptr(), func.slot(), slots.written(A::SLOTS), results.zeroed(R::SLOTS))
    };
    ctx.check_status(status)?;
    // SAFETY: the VM wrote results of the function's type.
    unsafe { R::read(access, &ty.results, &results) }.map_err(failed)
}

/// Compares the type of a function value with `A` and `R`.
pub(crate) fn compare<'call, A: CallArgs<'call>, R: CallResults<'call>>(
    access: Access<'call>,
    func: TypeId,
) -> Result<(), VoError> {
    let types = access.types();
    let TypeKind::Func(ty) = types.kind(func) else { return Err(VoError::new("not a function")) };
    let fits = A::check(types, &ty.params).and_then(|()| R::check(types, &ty.results));
    fits.map_err(|found| mismatch(access, func, found))
}

#[cold]
fn mismatch(access: Access<'_>, func: TypeId, found: CallMismatch) -> VoError {
    VoError::new(format!("call of a {}: {found}", access.types().name(func)))
}
