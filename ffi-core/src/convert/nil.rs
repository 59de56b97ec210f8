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
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no nil in Vo, so it cannot be in an `Option`",
    label = "not a type with nil",
    note = "`Option` is for VoObject, VoSlice<T>, &[T], &mut [T], Vec<T>, VoMap, HashMap<K, V>, BTreeMap<K, V>, VoFunc, \
            VoValue, VoInterface, and types with `#[derive(VoObject)]` and references to them",
    note = "a parameter that a declaration may leave out has a default: `#[vo(default = …)] name: T`",
    note = "for a result that may be absent return a tuple, `(T, bool)`, as Go does"
)]
pub trait Nilable {}

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

impl<'call, T: FromVo<'call> + Nilable> FromVo<'call> for Option<T> {
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

impl<'call, T: IntoVo<'call> + Nilable> IntoVo<'call> for Option<T> {
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
