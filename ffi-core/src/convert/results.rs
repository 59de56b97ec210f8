//! All that a native returns: nothing, a result, a tuple of them, a `Result`.

use crate::convert::IntoVo;
use crate::ctx::Access;
use crate::error::{Failure, VoError};
use crate::plan::Place;
use crate::slot::Slot;
use crate::spec::TypeSpec;
use crate::types::TypeId;

/// Everything that a native can return: nothing, a result, a tuple of results, or a `Result` of these.
///
/// `How` keeps implementations apart that Rust cannot tell apart otherwise; it is inferred.
///
/// ```
/// use vo_ffi_core::{Results, TypeSpec, VoError};
///
/// /// The types of the results, and whether an error may be there instead.
/// fn facts<'call, R: Results<'call, How>, How>(_: fn() -> R) -> (&'static [TypeSpec], bool) {
///     (R::TYPES, R::FALLIBLE)
/// }
/// fn nothing() {}
/// fn read() -> Result<String, VoError> {
///     Err(VoError::new("nothing to read"))
/// }
/// assert_eq!(facts(nothing), (&[][..], false));
/// assert_eq!(facts(read), (&[TypeSpec::String][..], true));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be returned from a native",
    label = "not a result type",
    note = "a native returns nothing, a result, or a tuple of up to 8; a `Result` goes around all of it: `Result<(A, B), VoError>`",
    note = "for a set, an array or `&[T]` return a `Vec<T>`, for a path a `String`, for a time a number, for a tuple inside a struct, \
            for `Box<T>` or `Rc<T>` the `T`, for `&T` the `VoObject<T>` that it is of",
    note = "of your own types: a struct or an enum with `#[derive(IntoVo)]`, any with `#[derive(VoObject)]`",
    note = "results are i8 to i64, u8 to u64, f32, f64, bool, char, &str, String, Cow<str>, &[u8], Vec<T>, HashMap<K, V>, \
            BTreeMap<K, V>, VoString, VoSlice<T>, VoMap<K, V>, VoFunc<(A, …), R>, VoObject<T>, VoStruct, VoValue, VoInterface, \
            Option<T> of what may be nil, and Option<VoError>"
)]
pub trait Results<'call, How = ()>: Sized {
    /// What a declaration may say.
    const TYPES: &'static [TypeSpec];
    /// Whether it is a `Result`.
    const FALLIBLE: bool = false;
    /// Whether converting them involves the heap.
    const SEES_HEAP: bool;

    /// Converts all, then writes all.
    ///
    /// # Safety
    /// `out` is writable for the slots of [`Results::TYPES`]. `places` are those of a declaration that
    /// [`Results::TYPES`] accepts.
    #[doc(hidden)]
    unsafe fn write(self, access: Access<'call>, places: &[Place], out: *mut Slot) -> Result<(), Failure>;
}

impl<'call, T: IntoVo<'call>> Results<'call> for T {
    const TYPES: &'static [TypeSpec] = &[T::TYPE];
    const SEES_HEAP: bool = T::SEES_HEAP;

    #[inline]
    unsafe fn write(self, access: Access<'call>, places: &[Place], out: *mut Slot) -> Result<(), Failure> {
        let raw = self.into_slots(access, declared(places, 0))?;
        // SAFETY: the caller vouches for room for the slots of `T`.
        unsafe { out.cast::<T::Raw>().write(raw) };
        Ok(())
    }
}

impl<'call, R: Results<'call>, E: ResultError<How>, How> Results<'call, How> for Result<R, E> {
    const TYPES: &'static [TypeSpec] = R::TYPES;
    const FALLIBLE: bool = true;
    const SEES_HEAP: bool = R::SEES_HEAP;

    #[inline]
    unsafe fn write(self, access: Access<'call>, places: &[Place], out: *mut Slot) -> Result<(), Failure> {
        let results = self.map_err(ResultError::into_error)?;
        // SAFETY: passed on.
        unsafe { results.write(access, places, out) }
    }
}

/// Results whose tokens show that they have parts: a tuple, a `Result`. [`Results`] is also implemented for all of one type,
/// so what keeps a part from being one would not be told.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be returned from a native",
    label = "not a tuple of at most 8 results, nor a `Result`",
    note = "more results than 8 are a struct with `#[derive(IntoVo)]`"
)]
pub trait Composite<'call, How = ()>: Results<'call, How> {}

impl<'call, R: Results<'call>, E: ResultError<How>, How> Composite<'call, How> for Result<R, E> {}

/// An error that a native returns.
///
/// ```
/// use vo_ffi_core::{Results, VoError};
///
/// fn may_return<'call, R: Results<'call, How>, How>() {}
/// may_return::<Result<i64, VoError>, _>();
/// may_return::<Result<(), std::num::ParseIntError>, _>();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not become an error of the script",
    label = "not an error type",
    note = "the error of a `Result` is a `VoError`, or a type with `std::error::Error` that is `Send`, `Sync` and `'static`; with \
            the feature `anyhow`, `anyhow::Error`",
    note = "`?` makes a `VoError` of such a type; of text `.map_err(VoError::new)?` does, of a `Box<dyn Error>` \
            `.map_err(|error| VoError::new(error.to_string()))?`"
)]
pub trait ResultError<How = ()> {
    /// The error.
    #[doc(hidden)]
    fn into_error(self) -> VoError;
}

#[diagnostic::do_not_recommend]
impl<E: Into<VoError>> ResultError for E {
    #[inline]
    fn into_error(self) -> VoError {
        self.into()
    }
}

/// What an `anyhow::Error` says of itself and of what caused it.
#[cfg(feature = "anyhow")]
impl ResultError<anyhow::Error> for anyhow::Error {
    fn into_error(self) -> VoError {
        VoError::from_anyhow(self)
    }
}

impl<'call> Results<'call> for () {
    const TYPES: &'static [TypeSpec] = &[];
    const SEES_HEAP: bool = false;

    #[inline]
    unsafe fn write(self, _: Access<'call>, _: &[Place], _: *mut Slot) -> Result<(), Failure> {
        Ok(())
    }
}

/// The declared type of a result.
#[inline(always)]
fn declared(places: &[Place], index: usize) -> TypeId {
    places.get(index).map_or(TypeId::NIL, |place| place.ty)
}

macro_rules! tuples {
    ($(($($ty:ident $raw:ident $index:literal),*);)*) => {$(
        impl<'call, $($ty: IntoVo<'call>),*> Results<'call> for ($($ty,)*) {
            const TYPES: &'static [TypeSpec] = &[$($ty::TYPE),*];
            const SEES_HEAP: bool = false $(|| $ty::SEES_HEAP)*;

            #[inline]
            unsafe fn write(
                self,
                access: Access<'call>,
                places: &[Place],
                mut out: *mut Slot,
            ) -> Result<(), Failure> {
                #[expect(non_snake_case, reason = "named after the type parameters")]
                let ($($ty,)*) = self;
                $(let $raw = $ty.into_slots(access, declared(places, $index))?;)*
                // SAFETY: the caller vouches for room for the slots of every element.
                unsafe {
                    $(
                        out.cast::<$ty::Raw>().write($raw);
                        out = out.add(size_of::<$ty::Raw>() / size_of::<Slot>());
                    )*
                    let _ = out;
                }
                Ok(())
            }
        }

        impl<'call, $($ty: IntoVo<'call>),*> Composite<'call> for ($($ty,)*) {}
    )*};
}

tuples! {
    (A a 0);
    (A a 0, B b 1);
    (A a 0, B b 1, C c 2);
    (A a 0, B b 1, C c 2, D d 3);
    (A a 0, B b 1, C c 2, D d 3, E e 4);
    (A a 0, B b 1, C c 2, D d 3, E e 4, F f 5);
    (A a 0, B b 1, C c 2, D d 3, E e 4, F f 5, G g 6);
    (A a 0, B b 1, C c 2, D d 3, E e 4, F f 5, G g 6, H h 7);
}
