//! Parameters: from slots to Rust.

use std::borrow::Cow;

use crate::convert::{CallArgs, CallResults};
use crate::ctx::Access;
use crate::error::Mismatch;
use crate::rust_object::RustObject;
use crate::scalar::Scalar;
use crate::slot::Slot;
use crate::spec::{FuncSpec, TypeSpec};
use crate::types::{TypeId, TypeKind};
use crate::unwind::raise;
use crate::value::{
    Packed, VoFunc, VoInterface, VoMap, VoObject, VoSlice, VoString, VoStruct, VoValue, VoVariadic,
};

/// An argument as it lies in the frame.
#[doc(hidden)]
#[derive(Debug)]
pub struct Arg<'call> {
    pub(crate) access: Access<'call>,
    pub(crate) at: *const Slot,
    pub(crate) ty: TypeId,
}

impl<'call> Arg<'call> {
    /// # Safety
    /// The argument has a slot at `index`.
    #[inline]
    unsafe fn slot(&self, index: usize) -> Slot {
        // SAFETY: the caller vouches for the slot.
        unsafe { *self.at.add(index) }
    }

    /// # Safety
    /// The argument is a pointer; where `T` is a [`RustObject`], one to an opaque type.
    #[inline]
    pub(crate) unsafe fn object<T>(&self) -> VoObject<'call, T> {
        let target = match self.access.types().kind(self.ty) {
            TypeKind::Pointer(target) => *target,
            _ => TypeId::NIL,
        };
        // SAFETY: passed on.
        unsafe { VoObject::from_slot(self.access, self.slot(0), target) }
    }

    /// The argument without its type, to borrow what it points to.
    ///
    /// # Safety
    /// As [`Arg::object`].
    #[inline]
    pub(crate) unsafe fn pointer<T>(&self) -> VoObject<'call, T> {
        // SAFETY: passed on.
        unsafe { VoObject::from_slot(self.access, self.slot(0), TypeId::NIL) }
    }

    #[inline]
    fn elem(&self) -> TypeId {
        match self.access.types().kind(self.ty) {
            TypeKind::Slice(elem) => *elem,
            _ => TypeId::NIL,
        }
    }
}

/// A Rust type that a parameter of a native can have.
///
/// Derived for your own structs and enums; not to be implemented by hand.
///
/// ```
/// use std::collections::HashMap;
/// use vo_ffi_core::{FromVo, VoInterface, VoVariadic};
///
/// /// The type that a declaration has for a parameter `T`.
/// fn type_of<'call, T: FromVo<'call>>() -> String {
///     T::TYPE.vo_name()
/// }
/// assert_eq!(type_of::<&[f64]>(), "[]float64");
/// assert_eq!(type_of::<HashMap<String, i64>>(), "map[string]int");
///
/// assert_eq!((<&str>::SLOTS, VoInterface::SLOTS), (1, 2));
/// assert!(String::OWNED && !<&str>::OWNED);
/// assert!(<&[u8]>::BORROWS_ELEMENTS && VoVariadic::<i64>::VARIADIC && !i64::SEES_HEAP);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a parameter of a native",
    label = "not a parameter type",
    note = "for a set or an array take `Vec<T>`, for a path `&str`, for a time a number, for a tuple a struct, for `Box<T>`, `Rc<T>` \
            or `Arc<T>` the `T`",
    note = "of your own types: a struct or an enum by value with `#[derive(FromVo)]`; any as `&T`, `&mut T`, `Vec<&T>` or \
            `VoObject<T>` with `#[derive(VoObject)]`; one that the embedder keeps as `#[vo(state)] name: &mut T`",
    note = "parameters are i8 to i64, u8 to u64, f32, f64, bool, char, &str, String, Cow<str>, &[T], &mut [T], Vec<T>, \
            HashMap<K, V>, BTreeMap<K, V>, VoString, VoSlice<T>, VoMap<K, V>, VoFunc<(A, …), R>, VoObject<T>, VoStruct, \
            VoValue, VoInterface, Option<T> of what may be nil, and as the last VoVariadic<T>"
)]
pub trait FromVo<'call>: Sized {
    /// What a declaration may say.
    const TYPE: TypeSpec;
    /// How many slots it takes.
    const SLOTS: usize = 1;
    /// Whether converting or holding it involves the heap.
    const SEES_HEAP: bool = true;
    /// Whether it lends the elements of a slice.
    const BORROWS_ELEMENTS: bool = false;
    /// Whether it takes any number of arguments.
    const VARIADIC: bool = false;
    /// Whether nothing in it is the VM's, so that the VM can go on meanwhile.
    const OWNED: bool = false;

    /// How many bytes an element takes in memory, where that does not depend on the declared type; else 0.
    #[doc(hidden)]
    const STRIDE: usize = 8;

    /// What a declaration may say where a native takes a [`VoSlice`] of these.
    #[doc(hidden)]
    const SLICE: TypeSpec = TypeSpec::Slice(Some(&Self::TYPE));

    /// Converts a value of type `ty` that is not in a frame: an entry of a map, the value of a root.
    ///
    /// # Safety
    /// `slots` are a value of type `ty`, which [`FromVo::TYPE`] accepts as an element.
    #[doc(hidden)]
    #[inline]
    unsafe fn from_slots(access: Access<'call>, ty: TypeId, slots: &[Slot; 2]) -> Result<Self, Mismatch> {
        access.hand_out_value(ty, slots);
        // SAFETY: passed on.
        unsafe { Self::from_vo(Arg { access, at: slots.as_ptr(), ty }) }
    }

    /// Converts an argument.
    ///
    /// # Safety
    /// `arg` is of a type that [`FromVo::TYPE`] accepts, and has [`FromVo::SLOTS`] slots.
    #[doc(hidden)]
    unsafe fn from_vo(arg: Arg<'call>) -> Result<Self, Mismatch>;

    /// Converts an element of a slice, or a field, where it lies.
    ///
    /// # Safety
    /// `at` holds a value of type `ty`, which [`FromVo::TYPE`] accepts as an element.
    #[doc(hidden)]
    #[inline]
    unsafe fn load(access: Access<'call>, ty: TypeId, at: *const u8) -> Result<Self, Mismatch> {
        // SAFETY: the caller vouches for the value and its type.
        unsafe { Self::from_slots(access, ty, &access.load_slots(ty, at)) }
    }

    /// The element at an index, where it lies; one that is none ends the native.
    ///
    /// # Safety
    /// As [`FromVo::load`].
    #[doc(hidden)]
    #[inline]
    unsafe fn element(access: Access<'call>, ty: TypeId, at: *const u8, index: usize) -> Self {
        // SAFETY: passed on.
        match unsafe { Self::load(access, ty, at) } {
            Ok(value) => value,
            Err(error) => no_element(index, &error),
        }
    }
}

#[cold]
fn no_element(index: usize, error: &Mismatch) -> ! {
    raise(format!("element {index}: {error}"))
}

macro_rules! integers {
    ($($ty:ty => $scalar:ident, $wide:ident;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<'call> FromVo<'call> for $ty {
            const TYPE: TypeSpec = TypeSpec::Scalar(Scalar::$scalar);
            const SEES_HEAP: bool = false;
            const OWNED: bool = true;
            const STRIDE: usize = size_of::<$ty>();

            #[inline]
            unsafe fn from_vo(arg: Arg<'call>) -> Result<Self, Mismatch> {
                // SAFETY: the caller vouches for one slot.
                let wide = unsafe { arg.slot(0) }.bits() as $wide;
                <$ty>::try_from(wide).map_err(|_| out_of_range(Scalar::$scalar, wide.into()))
            }

            #[inline]
            unsafe fn load(_: Access<'call>, _: TypeId, at: *const u8) -> Result<Self, Mismatch> {
                // SAFETY: the caller vouches for an integer of this size; elements are aligned as in C.
                Ok(unsafe { at.cast::<$ty>().read() })
            }
        }
    )*};
}

integers! {
    i8 => Int8, i64;
    i16 => Int16, i64;
    i32 => Int32, i64;
    i64 => Int64, i64;
    u8 => Uint8, i64;
    u16 => Uint16, i64;
    u32 => Uint32, i64;
    u64 => Uint64, u64;
}

#[cold]
fn out_of_range(scalar: Scalar, found: i128) -> Mismatch {
    let (low, high) = scalar.range().unwrap_or_default();
    Mismatch::new(format!("{} ({low} to {high})", scalar.name()), found.to_string())
}

/// A parameter that converts without error: its spec, its effects, and its conversion.
macro_rules! param {
    ($ty:ty, $spec:expr $(, $name:ident = $value:expr)* ; |$arg:ident| $convert:expr) => {
        #[diagnostic::do_not_recommend]
        impl<'call> FromVo<'call> for $ty {
            const TYPE: TypeSpec = $spec;
            $(const $name: param!(@type $name) = $value;)*

            #[inline]
            unsafe fn from_vo($arg: Arg<'call>) -> Result<Self, Mismatch> {
                // SAFETY: the caller vouches for the argument's type and slots.
                Ok(unsafe { $convert })
            }
        }
    };
    (@type SLOTS) => { usize };
    (@type STRIDE) => { usize };
    (@type $other:ident) => { bool };
}

macro_rules! floats {
    ($($ty:ty => $scalar:ident, $as_float:ident;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<'call> FromVo<'call> for $ty {
            const TYPE: TypeSpec = TypeSpec::Scalar(Scalar::$scalar);
            const SEES_HEAP: bool = false;
            const OWNED: bool = true;
            const STRIDE: usize = size_of::<$ty>();

            #[inline]
            unsafe fn from_vo(arg: Arg<'call>) -> Result<Self, Mismatch> {
                // SAFETY: the caller vouches for one slot.
                Ok(unsafe { arg.slot(0) }.$as_float())
            }

            #[inline]
            unsafe fn load(_: Access<'call>, _: TypeId, at: *const u8) -> Result<Self, Mismatch> {
                // SAFETY: the caller vouches for a float of this size; elements are aligned as in C.
                Ok(unsafe { at.cast::<$ty>().read() })
            }
        }
    )*};
}

floats! {
    f32 => Float32, as_f32;
    f64 => Float64, as_f64;
}

param!(bool, TypeSpec::Scalar(Scalar::Bool), SEES_HEAP = false, OWNED = true, STRIDE = 1; |arg| arg.slot(0).as_bool());
param!(VoString<'call>, TypeSpec::String; |arg| VoString::from_slot(arg.access, arg.slot(0)));
param!(VoStruct<'call>, TypeSpec::Struct, STRIDE = 0; |arg| VoStruct::from_slot(arg.access, arg.slot(0), arg.ty));
param!(VoFunc<'call>, TypeSpec::Func; |arg| VoFunc::from_slot(arg.access, arg.slot(0), arg.ty));
param!(VoInterface<'call>, TypeSpec::Interface, SLOTS = 2, STRIDE = 16;
    |arg| VoInterface::from_slots(arg.access, [arg.slot(0), arg.slot(1)]));
param!(VoObject<'call>, TypeSpec::Pointer; |arg| arg.object());

impl<'call, T: RustObject> FromVo<'call> for VoObject<'call, T> {
    const TYPE: TypeSpec = TypeSpec::Object(T::OBJECT);

    #[inline]
    unsafe fn from_vo(arg: Arg<'call>) -> Result<Self, Mismatch> {
        // SAFETY: the caller vouches for a pointer to the opaque type of this name.
        Ok(unsafe { arg.object() })
    }
}

impl<'call, K, V> FromVo<'call> for VoMap<'call, K, V>
where
    K: FromVo<'call>,
    V: FromVo<'call>,
{
    const TYPE: TypeSpec = match (K::SLICE, V::SLICE) {
        (TypeSpec::Slice(None), TypeSpec::Slice(None)) => TypeSpec::Map,
        _ => TypeSpec::MapOf(&K::TYPE, &V::TYPE),
    };

    #[inline]
    unsafe fn from_vo(arg: Arg<'call>) -> Result<Self, Mismatch> {
        // SAFETY: the caller vouches for a map whose keys and values `K` and `V` accept.
        Ok(unsafe { VoMap::from_slot(arg.access, arg.slot(0)) })
    }
}

impl<'call, A: CallArgs<'call>, R: CallResults<'call>> FromVo<'call> for VoFunc<'call, A, R> {
    const TYPE: TypeSpec =
        TypeSpec::FuncOf(&FuncSpec { params: A::TYPES, results: R::TYPES, fallible: R::FALLIBLE });

    #[inline]
    unsafe fn from_vo(arg: Arg<'call>) -> Result<Self, Mismatch> {
        // SAFETY: the caller vouches for a function whose type fits.
        Ok(unsafe { VoFunc::from_slot(arg.access, arg.slot(0), arg.ty) })
    }
}

#[diagnostic::do_not_recommend]
impl<'call> FromVo<'call> for VoValue<'call> {
    const TYPE: TypeSpec = TypeSpec::Interface;
    const SLOTS: usize = 2;
    const STRIDE: usize = 0;
    // Elements of every type are read and written by their type.
    const SLICE: TypeSpec = TypeSpec::Slice(None);

    #[inline]
    unsafe fn from_vo(arg: Arg<'call>) -> Result<Self, Mismatch> {
        // SAFETY: the caller vouches for an interface, of two slots.
        Ok(unsafe { VoValue::from_slots(arg.access, TypeId::ANY, [arg.slot(0), arg.slot(1)]) })
    }

    unsafe fn from_slots(access: Access<'call>, ty: TypeId, slots: &[Slot; 2]) -> Result<Self, Mismatch> {
        // SAFETY: the caller vouches for the value's type.
        Ok(unsafe { VoValue::from_slots(access, ty, *slots) })
    }

    #[inline]
    unsafe fn element(access: Access<'call>, ty: TypeId, at: *const u8, _: usize) -> Self {
        // SAFETY: the caller vouches for the value's type.
        unsafe {
            if ty == TypeId::ANY {
                access.check_readable(at.addr(), 1);
                let at = at.cast::<Slot>();
                return VoValue::from_any(access, at.read_unaligned(), at.add(1).read_unaligned());
            }
            VoValue::from_slots(access, ty, access.load_slots(ty, at))
        }
    }
}

#[diagnostic::do_not_recommend]
impl<'call> FromVo<'call> for char {
    const TYPE: TypeSpec = TypeSpec::Rune;
    const SEES_HEAP: bool = false;
    const OWNED: bool = true;
    const STRIDE: usize = 4;

    #[inline]
    unsafe fn from_vo(arg: Arg<'call>) -> Result<Self, Mismatch> {
        // SAFETY: the caller vouches for one slot.
        let code = unsafe { arg.slot(0) }.as_i64();
        (u32::try_from(code).ok().and_then(char::from_u32)).ok_or_else(|| {
            let found = if code < 0 { code.to_string() } else { format!("{code:#x}") };
            Mismatch::new("a Unicode scalar value", found)
        })
    }
}

#[diagnostic::do_not_recommend]
impl<'call> FromVo<'call> for &'call str {
    const TYPE: TypeSpec = TypeSpec::String;

    #[inline]
    unsafe fn from_vo(arg: Arg<'call>) -> Result<Self, Mismatch> {
        // SAFETY: the caller vouches for a string.
        let string = unsafe { VoString::from_vo(arg)? };
        string.to_str().map_err(|error| {
            let byte = error.valid_up_to();
            Mismatch::new("a string of UTF-8", format!("one that is not valid UTF-8 from byte {byte}"))
        })
    }
}

#[diagnostic::do_not_recommend]
impl<'call> FromVo<'call> for Cow<'call, str> {
    const TYPE: TypeSpec = TypeSpec::String;

    #[inline]
    unsafe fn from_vo(arg: Arg<'call>) -> Result<Self, Mismatch> {
        // SAFETY: the caller vouches for a string.
        Ok(unsafe { VoString::from_vo(arg)? }.to_str_lossy())
    }
}

#[diagnostic::do_not_recommend]
impl<'call> FromVo<'call> for String {
    const TYPE: TypeSpec = TypeSpec::String;
    const OWNED: bool = true;

    unsafe fn from_vo(arg: Arg<'call>) -> Result<Self, Mismatch> {
        // SAFETY: the caller vouches for a string.
        unsafe { <&str>::from_vo(arg).map(str::to_string) }
    }
}

impl<'call, T: Packed> FromVo<'call> for &'call [T] {
    const TYPE: TypeSpec = TypeSpec::Slice(Some(&T::TYPE));
    const BORROWS_ELEMENTS: bool = true;

    #[inline(always)]
    unsafe fn from_vo(arg: Arg<'call>) -> Result<Self, Mismatch> {
        // SAFETY: the caller vouches for a slice whose elements `T::TYPE` accepts.
        unsafe { VoSlice::<T>::from_slot(arg.access, arg.slot(0), TypeId::NIL) }.borrow()
    }
}

impl<'call, T: Packed> FromVo<'call> for &'call mut [T] {
    const TYPE: TypeSpec = TypeSpec::Slice(Some(&T::TYPE));
    const BORROWS_ELEMENTS: bool = true;

    #[inline(always)]
    unsafe fn from_vo(arg: Arg<'call>) -> Result<Self, Mismatch> {
        // SAFETY: the caller vouches for a slice whose elements `T::TYPE` accepts.
        unsafe { VoSlice::<T>::from_slot(arg.access, arg.slot(0), TypeId::NIL) }.borrow_mut()
    }
}

impl<'call, T: FromVo<'call>> FromVo<'call> for Vec<T> {
    const TYPE: TypeSpec = TypeSpec::Slice(Some(&T::TYPE));
    const BORROWS_ELEMENTS: bool = T::BORROWS_ELEMENTS;
    const OWNED: bool = T::OWNED;

    unsafe fn from_vo(arg: Arg<'call>) -> Result<Self, Mismatch> {
        // SAFETY: the caller vouches for a slice whose elements `T::TYPE` accepts.
        unsafe { VoSlice::<T>::from_vo(arg)? }.load_all()
    }
}

impl<'call, T: FromVo<'call>> FromVo<'call> for VoSlice<'call, T> {
    const TYPE: TypeSpec = T::SLICE;
    const BORROWS_ELEMENTS: bool = T::BORROWS_ELEMENTS;

    #[inline]
    unsafe fn from_vo(arg: Arg<'call>) -> Result<Self, Mismatch> {
        // SAFETY: the caller vouches for a slice whose elements `T::TYPE` accepts.
        Ok(unsafe { VoSlice::from_slot(arg.access, arg.slot(0), arg.elem()) })
    }
}

impl<'call, T: FromVo<'call>> FromVo<'call> for VoVariadic<'call, T> {
    const TYPE: TypeSpec = TypeSpec::Slice(Some(&T::TYPE));
    const VARIADIC: bool = true;
    const BORROWS_ELEMENTS: bool = T::BORROWS_ELEMENTS;

    #[inline]
    unsafe fn from_vo(arg: Arg<'call>) -> Result<Self, Mismatch> {
        // SAFETY: the caller vouches for a slice whose elements `T::TYPE` accepts.
        Ok(VoVariadic::new(unsafe { VoSlice::from_vo(arg)? }))
    }
}
