//! Function values.

use std::fmt;
use std::marker::PhantomData;

use crate::closure_call::{compare, enter};
use crate::convert::{CallArgs, CallResults};
use crate::ctx::{Access, VmCtx};
use crate::error::VoError;
use crate::slot::Slot;
use crate::types::TypeId;
use crate::value::VoValue;

/// What stands for arguments and results that Rust does not know.
///
/// ```
/// use std::any::type_name;
/// use vo_ffi_core::{Untyped, VoFunc};
///
/// assert_eq!(type_name::<VoFunc>(), type_name::<VoFunc<Untyped, Untyped>>());
/// ```
#[derive(Debug)]
pub enum Untyped {}

/// A function value of the VM: a closure.
///
/// `VoFunc<(i64, &str), bool>` takes an `int` and a `string` and returns a `bool`, which is compared when the program is
/// linked; a reentrant native [calls](VoFunc::call) it. Results are `()`, a value, a tuple of values, and `Result<_, VoError>`
/// of these where the function returns an `error` last. A plain `VoFunc` is of any type, which is compared once by
/// [`typed`](VoFunc::typed), or in each call by [`VmCtx::call`](crate::VmCtx::call).
///
/// ```
/// # use vo_ffi_core::{Slot, TypeId, VoValue};
/// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
/// # let even: vm::Func = Box::new(|args| Ok(vec![Slot::from_bool(args[0].as_i64() % 2 == 0)]));
/// # vm::with_func(&[TypeId::INT], &[TypeId::BOOL], Some(even), |ctx, even| {
/// // With `func(n int) bool { return n%2 == 0 }`:
/// assert_eq!(ctx.types().name(even.type_id()), "func(int) bool");
/// let even = even.typed::<(i64,), bool>().expect("one of these types");
/// assert_eq!((even.call(ctx, (4,)).expect("no panic"), even.is_nil()), (true, false));
/// assert!(matches!(even.into_value(), VoValue::Func(_)));
/// # });
/// ```
pub struct VoFunc<'call, A = Untyped, R = Untyped> {
    access: Access<'call>,
    slot: Slot,
    ty: TypeId,
    types: PhantomData<fn(A) -> R>,
}

impl<A, R> Clone for VoFunc<'_, A, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<A, R> Copy for VoFunc<'_, A, R> {}

impl<'call, A, R> VoFunc<'call, A, R> {
    /// # Safety
    /// `slot` is a function value of type `ty` that stays alive for the call; `A` and `R` fit its type.
    pub(crate) unsafe fn from_slot(access: Access<'call>, slot: Slot, ty: TypeId) -> Self {
        VoFunc { access, slot, ty, types: PhantomData }
    }

    /// What frames hold for it: its address, or whatever the VM calls it by. It stays good as long as the call.
    ///
    /// [`VmCtx::context_ptr`] has an example.
    pub fn slot(&self) -> Slot {
        self.slot
    }

    /// Its type.
    pub fn type_id(&self) -> TypeId {
        self.ty
    }

    /// Whether it is nil.
    pub fn is_nil(&self) -> bool {
        self.slot == Slot::ZERO
    }

    /// The same, of any type.
    ///
    /// ```
    /// # use vo_ffi_core::{Slot, TypeId, VmCtx, VoFunc};
    /// /// Takes functions of one type, and uses what takes those of any.
    /// fn name<'call>(ctx: &VmCtx<'call>, func: VoFunc<'call, (i64,), bool>) -> String {
    ///     type_name(ctx, func.untyped())
    /// }
    ///
    /// fn type_name<'call>(ctx: &VmCtx<'call>, func: VoFunc<'call>) -> String {
    ///     ctx.types().name(func.type_id())
    /// }
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # let even: vm::Func = Box::new(|args| Ok(vec![Slot::from_bool(args[0].as_i64() % 2 == 0)]));
    /// # vm::with_func(&[TypeId::INT], &[TypeId::BOOL], Some(even), |ctx, even| {
    /// # let even = even.typed::<(i64,), bool>().expect("one of these types");
    /// assert_eq!(name(ctx, even), "func(int) bool");
    /// # });
    /// ```
    pub fn untyped(self) -> VoFunc<'call> {
        let VoFunc { access, slot, ty, .. } = self;
        VoFunc { access, slot, ty, types: PhantomData }
    }

    /// As a value of any type.
    pub fn into_value(self) -> VoValue<'call> {
        VoValue::Func(self.untyped())
    }
}

impl<'call> VoFunc<'call> {
    /// The same, known to take a tuple `A` and to return `R`.
    ///
    /// ```
    /// use vo_ffi_core::{VmCtx, VoError, VoFunc};
    ///
    /// /// How many of the numbers below `n` the closure likes.
    /// fn count<'call>(ctx: &mut VmCtx<'call>, likes: VoFunc<'call>, n: i64) -> Result<i64, VoError> {
    ///     let likes = likes.typed::<(i64,), bool>()?;
    ///     let mut count = 0;
    ///     for number in 0..n {
    ///         count += i64::from(likes.call(ctx, (number,))?);
    ///     }
    ///     Ok(count)
    /// }
    /// # use vo_ffi_core::{Slot, TypeId};
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # let even: vm::Func = Box::new(|args| Ok(vec![Slot::from_bool(args[0].as_i64() % 2 == 0)]));
    /// # vm::with_func(&[TypeId::INT], &[TypeId::BOOL], Some(even), |ctx, even| {
    /// // With `func(n int) bool { return n%2 == 0 }`:
    /// assert_eq!(count(ctx, even, 5).expect("no panic"), 3);
    /// let error = even.typed::<(i64,), ()>().unwrap_err();
    /// assert_eq!(error.message(), "call of a func(int) bool: expected 1 result, found 0");
    /// # });
    /// ```
    ///
    /// # Errors
    /// Where the function takes or returns other types.
    pub fn typed<A: CallArgs<'call>, R: CallResults<'call>>(self) -> Result<VoFunc<'call, A, R>, VoError> {
        compare::<A, R>(self.access, self.ty)?;
        let VoFunc { access, slot, ty, .. } = self;
        Ok(VoFunc { access, slot, ty, types: PhantomData })
    }

    /// Calls the function, whose type is compared now: the same as [`VmCtx::call`](crate::VmCtx::call).
    ///
    /// # Errors
    /// As there.
    ///
    /// # Panics
    /// As there.
    pub fn call<R: CallResults<'call>>(
        &self,
        ctx: &mut VmCtx<'call>,
        args: impl CallArgs<'call>,
    ) -> Result<R, VoError> {
        ctx.call(self, args)
    }
}

impl<'call, A: CallArgs<'call>, R: CallResults<'call>> VoFunc<'call, A, R> {
    /// Calls the function.
    ///
    /// ```
    /// use vo_ffi_core::{VmCtx, VoError, VoFunc, VoSlice};
    ///
    /// /// How many items the closure wants.
    /// fn count_func<'call>(
    ///     ctx: &mut VmCtx<'call>,
    ///     items: VoSlice<'call, i64>,
    ///     wanted: VoFunc<'call, (i64,), bool>,
    /// ) -> Result<i64, VoError> {
    ///     let mut count = 0;
    ///     for item in &items {
    ///         count += i64::from(wanted.call(ctx, (item,))?);
    ///     }
    ///     Ok(count)
    /// }
    /// # use vo_ffi_core::{Slot, TypeId};
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # let even: vm::Func = Box::new(|args| Ok(vec![Slot::from_bool(args[0].as_i64() % 2 == 0)]));
    /// # vm::with_func(&[TypeId::INT], &[TypeId::BOOL], Some(even), |ctx, even| {
    /// # let even = even.typed::<(i64,), bool>().expect("one of these types");
    /// let items = ctx.new_slice(&[1, 2, 4]);
    /// // With `func(n int) bool { return n%2 == 0 }`:
    /// assert_eq!(count_func(ctx, items, even).expect("no panic"), 2);
    /// # });
    /// ```
    ///
    /// # Errors
    /// Where the function panics, the panic: return it with `?`, so that it goes on. Where an argument is of another type
    /// than the parameter, which for interfaces shows only now, an error that says so.
    ///
    /// # Panics
    /// If it is nil; the script sees a trap.
    #[inline]
    pub fn call(&self, ctx: &mut VmCtx<'call>, args: A) -> Result<R, VoError> {
        enter(ctx, self, args)
    }
}

impl<A, R> fmt::Debug for VoFunc<'_, A, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({:#x})", self.access.types().name(self.ty), self.slot.bits())
    }
}
