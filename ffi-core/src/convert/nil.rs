//! `Option<T>`: what may be nil.

use std::collections::{BTreeMap, HashMap};

use crate::convert::{Arg, FromVo, IntoVo, Unfit};
use crate::ctx::Access;
use crate::error::Mismatch;
use crate::slot::Slot;
use crate::spec::TypeSpec;
use crate::types::TypeId;
use crate::value::{VoFunc, VoInterface, VoMap, VoObject, VoSlice, VoValue};

/// A Rust type that stands for a Vo type with nil: then `None` is nil.
///
/// ```
/// use vo_ffi_core::{FromVo, Nilable, TypeSpec};
///
/// /// `extern func Length(items []string) int`, which is -1 for nil.
/// fn length(items: Option<Vec<String>>) -> i64 {
///     items.map_or(-1, |items| items.len() as i64)
/// }
/// assert_eq!((length(None), length(Some(Vec::new()))), (-1, 0));
/// // To a declaration it is the type itself.
/// assert_eq!(<Option<Vec<String>> as FromVo>::TYPE, TypeSpec::Slice(Some(&TypeSpec::String)));
/// ```
pub trait Nilable {}

/// A parameter that may be nil: one bound, so that what is neither is told once.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`Option<{Self}>` cannot be a parameter of a native",
    label = "`{Self}` is never nil",
    note = "a parameter that a declaration may leave out has a default: `#[vo(default = …)] name: {Self}`",
    note = "nil may be &[T], &mut [T], Vec<T>, HashMap<K, V>, BTreeMap<K, V>, VoSlice<T>, VoMap<K, V>, VoFunc<(A, …), R>, \
            VoObject<T>, VoValue, VoInterface, and with `#[derive(VoObject)]` your own `&T` and `&mut T`"
)]
pub trait NilableParam<'call>: FromVo<'call> + Nilable {}

#[diagnostic::do_not_recommend]
impl<'call, T: FromVo<'call> + Nilable> NilableParam<'call> for T {}

/// A result that may be nil.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`Option<{Self}>` cannot be given to a script",
    label = "`{Self}` is never nil",
    note = "for a result that may be absent return a tuple, `({Self}, bool)`, as Go does, or a `Result`",
    note = "nil may be &[u8], Vec<T>, HashMap<K, V>, BTreeMap<K, V>, VoSlice<T>, VoMap<K, V>, VoFunc<(A, …), R>, VoObject<T>, \
            VoValue, VoInterface, your own types with `#[derive(VoObject)]`, and VoError"
)]
pub trait NilableResult<'call>: IntoVo<'call> + Nilable {}

#[diagnostic::do_not_recommend]
impl<'call, T: IntoVo<'call> + Nilable> NilableResult<'call> for T {}

impl<T> Nilable for VoObject<'_, T> {}
impl<T> Nilable for VoSlice<'_, T> {}
impl<T> Nilable for &[T] {}
impl<T> Nilable for &mut [T] {}
impl<T> Nilable for Vec<T> {}
impl<K, V> Nilable for VoMap<'_, K, V> {}
impl<K, V, S> Nilable for HashMap<K, V, S> {}
impl<K, V> Nilable for BTreeMap<K, V> {}
impl<A, R> Nilable for VoFunc<'_, A, R> {}
impl Nilable for VoInterface<'_> {}
impl Nilable for VoValue<'_> {}

impl<'call, T: NilableParam<'call>> FromVo<'call> for Option<T> {
    const TYPE: TypeSpec = T::TYPE;
    const SLOTS: usize = T::SLOTS;
    const SEES_HEAP: bool = T::SEES_HEAP;
    const BORROWS_ELEMENTS: bool = T::BORROWS_ELEMENTS;
    const OWNED: bool = T::OWNED;
    const STRIDE: usize = T::STRIDE;

    #[inline]
    unsafe fn from_vo(arg: Arg<'call>) -> Result<Self, Mismatch> {
        // SAFETY: the caller vouches for the slots; the first of each type with nil is 0 for nil.
        unsafe {
            match *arg.at {
                Slot::ZERO => Ok(None),
                _ => T::from_vo(arg).map(Some),
            }
        }
    }
}

impl<'call, T: NilableResult<'call>> IntoVo<'call> for Option<T> {
    const TYPE: TypeSpec = T::TYPE;
    const SEES_HEAP: bool = T::SEES_HEAP;
    type Raw = T::Raw;

    #[inline]
    fn into_slots(self, access: Access<'call>, ty: TypeId) -> Result<T::Raw, Unfit> {
        match self {
            Some(value) => value.into_slots(access, ty),
            // SAFETY: it is one slot or two, and a slot may be 0.
            None => Ok(unsafe { std::mem::zeroed() }),
        }
    }
}
