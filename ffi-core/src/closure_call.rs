//! Calls of a program's function values from natives, again and again: the types are compared once.

use std::fmt;
use std::marker::PhantomData;

use crate::convert::{CallArgs, CallMismatch, CallResults};
use crate::ctx::{Access, MAX_CLOSURE_SLOTS, VmCtx};
use crate::error::VoError;
use crate::slot::Slot;
use crate::types::{FuncType, TypeKind};
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
pub struct ClosureCall<'call, A, R> {
    func: VoFunc<'call>,
    ty: &'call FuncType,
    args: usize,
    results: usize,
    types: PhantomData<fn(A) -> R>,
}

impl<'call, A: CallArgs<'call>, R: CallResults<'call>> ClosureCall<'call, A, R> {
    pub(crate) fn new(access: Access<'call>, func: VoFunc<'call>) -> Result<Self, VoError> {
        let types = access.types();
        let TypeKind::Func(ty) = types.kind(func.type_id()) else {
            return Err(VoError::new("not a function"));
        };
        let counts = A::check(types, &ty.params).and_then(|args| Ok((args, R::check(types, &ty.results)?)));
        let (args, results) = counts.map_err(|found| mismatch(access, func, found))?;
        Ok(ClosureCall { func, ty, args, results, types: PhantomData })
    }

    /// Calls the function.
    ///
    /// # Errors
    /// Where the closure panics, the panic: return it with `?`, so that it goes on. Where an argument is of another
    /// type than the parameter, which for interfaces shows only now, an error that says so.
    pub fn call(&self, ctx: &mut VmCtx<'call>, args: A) -> Result<R, VoError> {
        let access = ctx.access();
        if self.func.is_nil() {
            raise("runtime error: invalid memory address or nil pointer dereference");
        }
        let mut slots = [Slot::ZERO; MAX_CLOSURE_SLOTS];
        let written = args.write(access, &self.ty.params, &mut slots);
        written.map_err(|found| mismatch(access, self.func, found))?;
        let mut results = [Slot::ZERO; MAX_CLOSURE_SLOTS];
        let (args, out) = (&slots[..self.args], &mut results[..self.results]);
        // SAFETY: `func` is a function value of this VM, and its type was compared with the slots.
        let status = unsafe {
            let cx = access.cx();
            (cx.as_ref().enter_fn())(cx.as_ptr(), self.func.slot(), args, out)
        };
        ctx.check_status(status)?;
        // SAFETY: the VM wrote results of the function's type.
        unsafe { R::read(access, &self.ty.results, &results) }
            .map_err(|found| mismatch(access, self.func, found))
    }
}

#[cold]
fn mismatch(access: Access<'_>, func: VoFunc<'_>, found: CallMismatch) -> VoError {
    VoError::new(format!("call of a {}: {found}", access.types().name(func.type_id())))
}

impl<A, R> fmt::Debug for ClosureCall<'_, A, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClosureCall").field("func", &self.func).finish_non_exhaustive()
    }
}
