//! Arguments and results of the closures that natives call.

use crate::convert::{Arg, FromVo, IntoVo, Unfit};
use crate::ctx::{Access, MAX_CLOSURE_SLOTS};
use crate::error::{Failure, Mismatch};
use crate::slot::Slot;
use crate::types::TypeId;

/// A tuple of arguments for [`VmCtx::call`](crate::VmCtx::call).
pub trait CallArgs<'call> {
    /// Compares the types with the parameters, converts, and tells how many slots were written.
    #[doc(hidden)]
    fn write(
        self,
        access: Access<'call>,
        params: &[TypeId],
        out: &mut [Slot; MAX_CLOSURE_SLOTS],
    ) -> Result<usize, Mismatch>;
}

/// What a closure returns: `()`, a value, or a tuple of values.
pub trait CallResults<'call>: Sized {
    /// Compares the types with the results, and tells how many slots there are.
    #[doc(hidden)]
    fn check(access: Access<'call>, results: &[TypeId]) -> Result<usize, Mismatch>;

    /// Converts the results.
    ///
    /// # Safety
    /// `slots` hold values of the types `results`, which `check` accepted.
    #[doc(hidden)]
    unsafe fn read(
        access: Access<'call>,
        results: &[TypeId],
        slots: &[Slot; MAX_CLOSURE_SLOTS],
    ) -> Result<Self, Mismatch>;
}

#[cold]
fn wrong_count(what: &str, declared: usize, given: usize) -> Mismatch {
    Mismatch::new(format!("{declared} {what}"), given.to_string())
}

#[cold]
fn wrong_type(access: Access<'_>, declared: TypeId, given: String) -> Mismatch {
    Mismatch::new(access.types().name(declared), given)
}

impl<'call> CallArgs<'call> for () {
    fn write(
        self,
        _: Access<'call>,
        params: &[TypeId],
        _: &mut [Slot; MAX_CLOSURE_SLOTS],
    ) -> Result<usize, Mismatch> {
        if params.is_empty() { Ok(0) } else { Err(wrong_count("arguments", params.len(), 0)) }
    }
}

impl<'call> CallResults<'call> for () {
    fn check(_: Access<'call>, results: &[TypeId]) -> Result<usize, Mismatch> {
        if results.is_empty() { Ok(0) } else { Err(wrong_count("results", results.len(), 0)) }
    }

    unsafe fn read(_: Access<'call>, _: &[TypeId], _: &[Slot; MAX_CLOSURE_SLOTS]) -> Result<(), Mismatch> {
        Ok(())
    }
}

macro_rules! tuples {
    ($(($($ty:ident $index:tt),*) $count:literal;)*) => {$(
        impl<'call, $($ty: IntoVo<'call>),*> CallArgs<'call> for ($($ty,)*) {
            #[inline]
            fn write(
                self,
                access: Access<'call>,
                params: &[TypeId],
                out: &mut [Slot; MAX_CLOSURE_SLOTS],
            ) -> Result<usize, Mismatch> {
                if params.len() != $count {
                    return Err(wrong_count("arguments", params.len(), $count));
                }
                let mut next = 0;
                $(
                    if !$ty::TYPE.accepts(access.types(), params[$index]) {
                        return Err(wrong_type(access, params[$index], $ty::TYPE.vo_name()));
                    }
                    let raw = self.$index.into_slots(access, params[$index]).map_err(|why| match why {
                        Unfit::Type(error) => error,
                        Unfit::Failed(Failure::Error(error)) => Mismatch::new("a value", error.to_string()),
                        Unfit::Failed(Failure::Trap(trap)) => Mismatch::new("a value", trap.to_string()),
                    })?;
                    // SAFETY: a tuple has at most 8 elements of at most 2 slots, and the array has 16.
                    unsafe { out.as_mut_ptr().add(next).cast::<$ty::Raw>().write(raw) };
                    next += size_of::<$ty::Raw>() / size_of::<Slot>();
                )*
                Ok(next)
            }
        }

        impl<'call, $($ty: FromVo<'call>),*> CallResults<'call> for ($($ty,)*) {
            fn check(access: Access<'call>, results: &[TypeId]) -> Result<usize, Mismatch> {
                if results.len() != $count {
                    return Err(wrong_count("results", results.len(), $count));
                }
                $(
                    if !$ty::TYPE.accepts(access.types(), results[$index]) {
                        return Err(wrong_type(access, results[$index], $ty::TYPE.vo_name()));
                    }
                )*
                Ok(0 $(+ $ty::SLOTS)*)
            }

            unsafe fn read(
                access: Access<'call>,
                results: &[TypeId],
                slots: &[Slot; MAX_CLOSURE_SLOTS],
            ) -> Result<Self, Mismatch> {
                let mut at = slots.as_ptr();
                // SAFETY: the caller vouches for the values, and `check` counted their slots.
                unsafe {
                    let values = ($({
                        let value = $ty::from_vo(Arg { access, at, ty: results[$index] })?;
                        at = at.add($ty::SLOTS);
                        value
                    },)*);
                    let _ = at;
                    Ok(values)
                }
            }
        }
    )*};
}

tuples! {
    (A 0) 1;
    (A 0, B 1) 2;
    (A 0, B 1, C 2) 3;
    (A 0, B 1, C 2, D 3) 4;
    (A 0, B 1, C 2, D 3, E 4) 5;
    (A 0, B 1, C 2, D 3, E 4, F 5) 6;
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6) 7;
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7) 8;
}

impl<'call, T: FromVo<'call>> CallResults<'call> for T {
    fn check(access: Access<'call>, results: &[TypeId]) -> Result<usize, Mismatch> {
        <(T,)>::check(access, results)
    }

    #[inline]
    unsafe fn read(
        access: Access<'call>,
        results: &[TypeId],
        slots: &[Slot; MAX_CLOSURE_SLOTS],
    ) -> Result<Self, Mismatch> {
        // SAFETY: passed on.
        Ok(unsafe { <(T,)>::read(access, results, slots)? }.0)
    }
}
