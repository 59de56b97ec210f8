//! Calls of a program's functions from outside: Rust types, compared once with what the function declares.

use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::NonNull;

use crate::call::{CallContext, Status};
use crate::call_slots::CallSlots;
use crate::convert::{CallArgs, CallMismatch, CallResults};
use crate::ctx::Access;
use crate::error::{Failure, Trap};
use crate::slot::Slot;
use crate::types::{FuncType, TypeTable};
use crate::unwind::trap_of_panic;

/// Holding one proves that arguments `A` and results `R` fit a function of this type. A VM wraps it, together with
/// what it calls.
///
/// ```
/// use vo_ffi_core::{FuncType, TypeId, TypeTable, TypedCall};
///
/// let add = FuncType { params: vec![TypeId::INT; 2], variadic: false, results: vec![TypeId::INT] };
/// let types = TypeTable::new();
/// assert!(TypedCall::<(i64, i64), i64>::check(&add, &types).is_ok());
/// let error = TypedCall::<(i64, &str), i64>::check(&add, &types).unwrap_err();
/// assert_eq!(error.to_string(), "argument 2: expected int, found string");
/// ```
#[derive(Debug)]
pub struct TypedCall<A, R> {
    func: FuncType,
    types: PhantomData<fn() -> (A, R)>,
}

impl<A, R> TypedCall<A, R>
where
    A: for<'call> CallArgs<'call>,
    R: for<'call> CallResults<'call>,
{
    /// Compares the Rust types with a function's type.
    ///
    /// ```
    /// # use vo_ffi_core::{CallPart, FuncType, TypeId, TypeTable, TypedCall};
    /// let greet = FuncType { params: vec![TypeId::STRING], variadic: false, results: vec![TypeId::STRING] };
    /// let types = TypeTable::new();
    /// assert!(TypedCall::<(&str,), String>::check(&greet, &types).is_ok());
    /// let error = TypedCall::<(&str,), ()>::check(&greet, &types).unwrap_err();
    /// assert_eq!(error.part(), CallPart::Results);
    /// ```
    ///
    /// # Errors
    /// The first that does not fit.
    pub fn check(func: &FuncType, types: &TypeTable) -> Result<TypedCall<A, R>, CallMismatch> {
        A::check(types, &func.params)?;
        R::check(types, &func.results)?;
        Ok(TypedCall { func: func.clone(), types: PhantomData })
    }

    /// Converts the arguments, calls by `enter`, converts the results. What `enter` is given are the slots of the
    /// arguments and of the results.
    ///
    /// ```
    /// # use vo_ffi_core::{FuncType, Slot, Status, TypeId, TypedCall};
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::context(|cx| {
    /// let add = FuncType { params: vec![TypeId::INT; 2], variadic: false, results: vec![TypeId::INT] };
    /// let add = TypedCall::<(i64, i64), i64>::check(&add, cx.types()).expect("the types fit");
    /// let enter = |args: &[Slot], results: &mut [Slot]| {
    ///     // A VM runs its code here.
    ///     results[0] = Slot::from_i64(args[0].as_i64() + args[1].as_i64());
    ///     Status::Ok
    /// };
    /// // SAFETY: the context is of these types, and `enter` does what a `func(int, int) int` may.
    /// assert_eq!(unsafe { add.call(cx, (20, 22), enter) }.expect("no trap"), 42);
    /// # });
    /// ```
    ///
    /// # Errors
    /// The trap that ended the call, or that a value cannot be converted.
    ///
    /// # Safety
    /// `cx` is the context of a machine whose types this was checked with, no reference to it is alive, and `enter`
    /// calls a function of the type that was checked as [`Enter`](crate::Enter) says.
    pub unsafe fn call(
        &self,
        cx: *mut CallContext,
        args: A,
        enter: impl FnOnce(&[Slot], &mut [Slot]) -> Status,
    ) -> Result<R, Trap> {
        // SAFETY: the caller vouches for the context; the conversions cannot keep what they get of it.
        unsafe {
            (*cx).paused += 1;
            let access = Access::new(NonNull::new_unchecked(cx));
            let outcome = catch_unwind(AssertUnwindSafe(|| self.call_paused(access, args, enter)));
            (*cx).paused -= 1;
            outcome.unwrap_or_else(|payload| Err(trap_of_panic(payload)))
        }
    }

    /// # Safety
    /// As [`TypedCall::call`].
    unsafe fn call_paused(
        &self,
        access: Access<'_>,
        args: A,
        enter: impl FnOnce(&[Slot], &mut [Slot]) -> Status,
    ) -> Result<R, Trap> {
        let unfit = |error: CallMismatch| Trap::new(error.to_string());
        let (mut slots, mut results) = (CallSlots::new(), CallSlots::new());
        args.write(access, &self.func.params, &mut slots).map_err(unfit)?;
        // SAFETY: `write` wrote the slots of the arguments.
        let (args, out) = (unsafe { slots.written(A::SLOTS) }, results.zeroed(R::SLOTS));
        if enter(args, out) != Status::Ok {
            // SAFETY: the context is valid, and the borrow ends here.
            return Err(match unsafe { (*access.cx().as_ptr()).take_failure() } {
                Some(Failure::Trap(trap)) => trap,
                Some(Failure::Error(error)) => Trap::new(error.message()),
                None => Trap::new("a function failed without a reason"),
            });
        }
        // SAFETY: the machine has written results of the function's type, which was checked.
        unsafe { R::read(access, &self.func.results, &results) }.map_err(unfit)
    }
}
