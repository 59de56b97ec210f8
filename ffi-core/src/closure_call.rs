//! Calls of a program's function values from natives, again and again: the types are compared once.

use std::fmt;

use crate::call_slots::CallSlots;
use crate::convert::{CallArgs, CallMismatch, CallResults};
use crate::ctx::{Access, VmCtx};
use crate::error::VoError;
use crate::types::{TypeId, TypeKind};
use crate::unwind::raise;
use crate::value::VoFunc;

/// A function value that takes a tuple `A` and returns `R`, made by [`VmCtx::prepare`].
///
/// ```
/// # use vo_ffi_core::{ClosureCall, VmCtx, VoError, VoFunc};
/// /// How many of the numbers below `n` the closure likes.
/// fn count<'call>(ctx: &mut VmCtx<'call>, likes: VoFunc<'call>, n: i64) -> Result<i64, VoError> {
///     let likes: ClosureCall<(i64,), bool> = ctx.prepare(&likes)?;
///     let mut count = 0;
///     for number in 0..n {
///         count += i64::from(likes.call(ctx, (number,))?);
///     }
///     Ok(count)
/// }
/// ```
pub struct ClosureCall<'call, A, R>(VoFunc<'call, A, R>);

impl<'call, A: CallArgs<'call>, R: CallResults<'call>> ClosureCall<'call, A, R> {
    pub(crate) fn new(access: Access<'call>, func: VoFunc<'call>) -> Result<Self, VoError> {
        let types = access.types();
        let TypeKind::Func(ty) = types.kind(func.type_id()) else {
            return Err(VoError::new("not a function"));
        };
        let fits = A::check(types, &ty.params).and_then(|_| R::check(types, &ty.results));
        fits.map_err(|found| mismatch(access, func.type_id(), found))?;
        // SAFETY: the function value is as it was, and its type was just compared.
        Ok(ClosureCall(unsafe { VoFunc::from_slot(access, func.slot(), func.type_id()) }))
    }

    /// Calls the function.
    ///
    /// # Errors
    /// Where the closure panics, the panic: return it with `?`, so that it goes on. Where an argument is of another
    /// type than the parameter, which for interfaces shows only now, an error that says so.
    #[inline]
    pub fn call(&self, ctx: &mut VmCtx<'call>, args: A) -> Result<R, VoError> {
        self.0.call(ctx, args)
    }
}

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

#[cold]
fn mismatch(access: Access<'_>, func: TypeId, found: CallMismatch) -> VoError {
    VoError::new(format!("call of a {}: {found}", access.types().name(func)))
}

impl<A, R> fmt::Debug for ClosureCall<'_, A, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ClosureCall").field(&self.0).finish()
    }
}
