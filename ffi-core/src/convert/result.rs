//! Results: from Rust to slots, all converted before the first is written.

use std::borrow::Cow;
use std::fmt;

use crate::convert::{CallArgs, CallResults};
use crate::ctx::Access;
use crate::error::{Failure, Mismatch, Trap, VoError};
use crate::error_value::error_value;
use crate::rust_object::RustObject;
use crate::scalar::Scalar;
use crate::slot::Slot;
use crate::spec::{FuncSpec, TypeSpec};
use crate::types::{TypeId, TypeKind, TypeTable};
use crate::value::{VoFunc, VoInterface, VoMap, VoObject, VoSlice, VoString, VoStruct, VoValue};

/// A Rust type that one result of a native can have.
///
/// Derived for your own structs and enums; not to be implemented by hand.
///
/// ```
/// use vo_ffi_core::IntoVo;
///
/// /// The type that a declaration has for a result `T`.
/// fn type_of<'call, T: IntoVo<'call>>() -> String {
///     T::TYPE.vo_name()
/// }
/// assert_eq!(type_of::<Vec<char>>(), "[]rune");
/// assert!(String::SEES_HEAP && !f64::SEES_HEAP);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be given to a script",
    label = "not a type that scripts get",
    note = "for a set, an array or `&[T]` give a `Vec<T>`, for a path a `String`, for a time a number, for a tuple inside a struct, \
            for `Box<T>` or `Rc<T>` the `T`, for `&T` the `VoObject<T>` that it is of",
    note = "of your own types: a struct or an enum with `#[derive(IntoVo)]`, any with `#[derive(VoObject)]`",
    note = "scripts get i8 to i64, u8 to u64, f32, f64, bool, char, &str, String, Cow<str>, &[u8], Vec<T>, HashMap<K, V>, \
            BTreeMap<K, V>, VoString, VoSlice<T>, VoMap<K, V>, VoFunc<(A, …), R>, VoObject<T>, VoStruct, VoValue, VoInterface, \
            Option<T> of what may be nil, and Option<VoError>; a native's `Result` goes around all of its results"
)]
pub trait IntoVo<'call>: Sized {
    /// What a declaration may say.
    const TYPE: TypeSpec;
    /// Whether converting it involves the heap.
    const SEES_HEAP: bool = true;
    /// Its slots: `[Slot; 1]`, or `[Slot; 2]` for an interface.
    #[doc(hidden)]
    type Raw: Copy;

    /// Converts a result. `ty` is what the declaration says, which [`IntoVo::TYPE`] accepts: a reference or an
    /// interface of another type is an error.
    #[doc(hidden)]
    fn into_slots(self, access: Access<'call>, ty: TypeId) -> Result<Self::Raw, Unfit>;

    /// Writes it as an element of a slice, or as a field.
    ///
    /// # Safety
    /// `at` is writable for a value of type `ty`, which [`IntoVo::TYPE`] accepts as an element, or for which a
    /// [`VoSlice`] of this type was made.
    #[doc(hidden)]
    #[inline]
    unsafe fn store(self, access: Access<'call>, ty: TypeId, at: *mut u8) -> Result<(), Unfit> {
        let slots = slots_of(self, access, ty)?;
        // SAFETY: the caller vouches for the place, and the slots are of its type.
        unsafe { access.store_slots(ty, at, slots) };
        Ok(())
    }
}

/// The slots of a value; of one slot, the first.
pub(crate) fn slots_of<'call, T: IntoVo<'call>>(
    value: T,
    access: Access<'call>,
    ty: TypeId,
) -> Result<[Slot; 2], Unfit> {
    let raw = value.into_slots(access, ty)?;
    let mut slots = [Slot::ZERO; 2];
    // SAFETY: `Raw` is one slot or two.
    unsafe { slots.as_mut_ptr().cast::<T::Raw>().write(raw) };
    Ok(slots)
}

macro_rules! scalars {
    ($($ty:ty => $spec:expr, |$value:ident| $slot:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<'call> IntoVo<'call> for $ty {
            const TYPE: TypeSpec = $spec;
            const SEES_HEAP: bool = false;
            type Raw = [Slot; 1];

            #[inline]
            fn into_slots(self, _: Access<'call>, _: TypeId) -> Result<[Slot; 1], Unfit> {
                let $value = self;
                Ok([$slot])
            }

            #[inline]
            unsafe fn store(self, _: Access<'call>, _: TypeId, at: *mut u8) -> Result<(), Unfit> {
                // SAFETY: the caller vouches for a scalar of this size; elements are aligned as in C.
                unsafe { at.cast::<$ty>().write(self) };
                Ok(())
            }
        }
    )*};
}

scalars! {
    i8 => TypeSpec::Scalar(Scalar::Int8), |value| Slot::from_i64(value.into());
    i16 => TypeSpec::Scalar(Scalar::Int16), |value| Slot::from_i64(value.into());
    i32 => TypeSpec::Scalar(Scalar::Int32), |value| Slot::from_i64(value.into());
    i64 => TypeSpec::Scalar(Scalar::Int64), |value| Slot::from_i64(value);
    u8 => TypeSpec::Scalar(Scalar::Uint8), |value| Slot::from_bits(value.into());
    u16 => TypeSpec::Scalar(Scalar::Uint16), |value| Slot::from_bits(value.into());
    u32 => TypeSpec::Scalar(Scalar::Uint32), |value| Slot::from_bits(value.into());
    u64 => TypeSpec::Scalar(Scalar::Uint64), |value| Slot::from_bits(value);
    f32 => TypeSpec::Scalar(Scalar::Float32), |value| Slot::from_f32(value);
    f64 => TypeSpec::Scalar(Scalar::Float64), |value| Slot::from_f64(value);
    bool => TypeSpec::Scalar(Scalar::Bool), |value| Slot::from_bool(value);
    char => TypeSpec::Rune, |value| Slot::from_bits(u32::from(value).into());
}

macro_rules! strings {
    ($($ty:ty => $spec:expr, |$value:ident, $access:ident| $slot:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<'call> IntoVo<'call> for $ty {
            const TYPE: TypeSpec = $spec;
            type Raw = [Slot; 1];

            fn into_slots(self, $access: Access<'call>, _: TypeId) -> Result<[Slot; 1], Unfit> {
                let $value = self;
                Ok([$slot])
            }
        }
    )*};
}

strings! {
    VoString<'call> => TypeSpec::String, |value, _access| value.slot();
    &str => TypeSpec::String, |value, access| access.new_string(value.as_bytes());
    String => TypeSpec::String, |value, access| access.new_string(value.as_bytes());
    Cow<'_, str> => TypeSpec::String, |value, access| access.new_string(value.as_bytes());
}

#[diagnostic::do_not_recommend]
impl<'call> IntoVo<'call> for &[u8] {
    const TYPE: TypeSpec = TypeSpec::Slice(Some(&TypeSpec::Scalar(Scalar::Uint8)));
    type Raw = [Slot; 1];

    fn into_slots(self, access: Access<'call>, _: TypeId) -> Result<[Slot; 1], Unfit> {
        let (slot, data) = access.new_slice(TypeId::BYTE, self.len());
        // SAFETY: the new slice has room for `self.len()` bytes and belongs to nobody else.
        unsafe { std::ptr::copy_nonoverlapping(self.as_ptr(), data, self.len()) };
        Ok([slot])
    }
}

/// Rust knows these as a map, a struct and so on of any type, so the type is compared in the call.
macro_rules! references {
    ($($ty:ty => $spec:expr, $variant:ident;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<'call> IntoVo<'call> for $ty {
            const TYPE: TypeSpec = $spec;
            type Raw = [Slot; 1];

            fn into_slots(self, access: Access<'call>, ty: TypeId) -> Result<[Slot; 1], Unfit> {
                let [slot, _] = VoValue::$variant(self).to_slots(access, ty)?;
                Ok([slot])
            }
        }
    )*};
}

references! {
    VoStruct<'call> => TypeSpec::Struct, Struct;
    VoObject<'call> => TypeSpec::Pointer, Object;
    VoFunc<'call> => TypeSpec::Func, Func;
}

/// The type of the map is compared in the call, as for all that Rust does not know whole.
impl<'call, K: IntoVo<'call>, V: IntoVo<'call>> IntoVo<'call> for VoMap<'call, K, V> {
    const TYPE: TypeSpec = match (K::TYPE, V::TYPE) {
        (TypeSpec::Any, TypeSpec::Any) => TypeSpec::Map,
        _ => TypeSpec::MapOf(&K::TYPE, &V::TYPE),
    };
    type Raw = [Slot; 1];

    fn into_slots(self, access: Access<'call>, ty: TypeId) -> Result<[Slot; 1], Unfit> {
        let [slot, _] = self.into_value().to_slots(access, ty)?;
        Ok([slot])
    }
}

impl<'call, T: RustObject> IntoVo<'call> for VoObject<'call, T> {
    const TYPE: TypeSpec = TypeSpec::Object(T::OBJECT);
    type Raw = [Slot; 1];

    fn into_slots(self, access: Access<'call>, ty: TypeId) -> Result<[Slot; 1], Unfit> {
        let [slot, _] = self.into_value().to_slots(access, ty)?;
        Ok([slot])
    }
}

impl<'call, A: CallArgs<'call>, R: CallResults<'call>> IntoVo<'call> for VoFunc<'call, A, R> {
    const TYPE: TypeSpec =
        TypeSpec::FuncOf(&FuncSpec { params: A::TYPES, results: R::TYPES, fallible: R::FALLIBLE });
    type Raw = [Slot; 1];

    fn into_slots(self, access: Access<'call>, ty: TypeId) -> Result<[Slot; 1], Unfit> {
        let [slot, _] = VoValue::Func(self.untyped()).to_slots(access, ty)?;
        Ok([slot])
    }
}

/// Why a value is not given to the script.
#[doc(hidden)]
#[derive(Debug)]
pub enum Unfit {
    /// It is not of the declared type.
    Type(Mismatch),
    /// It is itself a failure, or could not be made.
    Failed(Failure),
}

impl From<Mismatch> for Unfit {
    fn from(error: Mismatch) -> Unfit {
        Unfit::Type(error)
    }
}

impl Unfit {
    /// The same, of a part of the value.
    #[cold]
    pub(crate) fn within(self, part: fmt::Arguments<'_>) -> Unfit {
        match self {
            Unfit::Type(error) => Unfit::Type(error.within(part)),
            failed => failed,
        }
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unfit::Type(error) => error.fmt(f),
            Unfit::Failed(Failure::Error(error)) => error.fmt(f),
            Unfit::Failed(Failure::Trap(trap)) => trap.fmt(f),
        }
    }
}

impl From<Unfit> for Failure {
    #[cold]
    fn from(why: Unfit) -> Failure {
        match why {
            Unfit::Type(error) => Failure::Trap(Trap::new(format!("the result: {error}"))),
            Unfit::Failed(failure) => failure,
        }
    }
}

impl<'call, T: IntoVo<'call>> IntoVo<'call> for VoSlice<'call, T> {
    const TYPE: TypeSpec = TypeSpec::Slice(Some(&T::TYPE));
    type Raw = [Slot; 1];

    fn into_slots(self, access: Access<'call>, ty: TypeId) -> Result<[Slot; 1], Unfit> {
        let types = access.types();
        match types.kind(ty) {
            TypeKind::Slice(elem) if same_elements(types, T::TYPE, self.elem_type(), *elem) => {
                Ok([self.slot()])
            }
            _ => {
                let found = format!("[]{}", types.name(self.elem_type()));
                Err(Mismatch::new(types.name(ty), found).into())
            }
        }
    }
}

/// Whether what reads elements of type `declared` may read those of a slice of `found`: the same type, but for its name,
/// or scalars that Rust does not tell apart.
fn same_elements(types: &TypeTable, spec: TypeSpec, found: TypeId, declared: TypeId) -> bool {
    types.underlying(found) == types.underlying(declared)
        || types.as_scalar(found).is_some()
            && spec.accepts_element(types, found)
            && spec.accepts_element(types, declared)
}

impl<'call, T: IntoVo<'call>> IntoVo<'call> for Vec<T> {
    const TYPE: TypeSpec = TypeSpec::Slice(Some(&T::TYPE));
    type Raw = [Slot; 1];

    fn into_slots(self, access: Access<'call>, ty: TypeId) -> Result<[Slot; 1], Unfit> {
        let TypeKind::Slice(elem) = *access.types().kind(ty) else {
            return Err(Mismatch::new(access.types().name(ty), "a slice").into());
        };
        let size = access.types().layout(elem).size;
        let (slot, data) = access.new_slice(elem, self.len());
        for (index, item) in self.into_iter().enumerate() {
            // SAFETY: the new slice has room for each element, of `size` bytes.
            let stored = unsafe { item.store(access, elem, data.add(index * size)) };
            stored.map_err(|why| why.within(format_args!("element {index}")))?;
        }
        Ok([slot])
    }
}

#[diagnostic::do_not_recommend]
impl<'call> IntoVo<'call> for VoInterface<'call> {
    const TYPE: TypeSpec = TypeSpec::Interface;
    type Raw = [Slot; 2];

    fn into_slots(self, access: Access<'call>, ty: TypeId) -> Result<[Slot; 2], Unfit> {
        Ok(VoValue::Interface(self).to_slots(access, ty)?)
    }
}

#[diagnostic::do_not_recommend]
impl<'call> IntoVo<'call> for VoValue<'call> {
    const TYPE: TypeSpec = TypeSpec::Any;
    type Raw = [Slot; 2];

    fn into_slots(self, access: Access<'call>, ty: TypeId) -> Result<[Slot; 2], Unfit> {
        Ok(self.to_slots(access, ty)?)
    }
}

#[diagnostic::do_not_recommend]
impl<'call> IntoVo<'call> for Option<VoError> {
    const TYPE: TypeSpec = TypeSpec::Error;
    type Raw = [Slot; 2];

    fn into_slots(self, access: Access<'call>, _: TypeId) -> Result<[Slot; 2], Unfit> {
        match self {
            None => Ok([Slot::ZERO; 2]),
            Some(error) if error.is_trap() => Err(Unfit::Failed(error.into())),
            Some(error) => Ok(access.with_heap(|heap| error_value(heap, access.types(), &error))),
        }
    }
}

/// Turns a value into a [`VoValue`], for [`ExternCtx::new_object`](crate::ExternCtx::new_object) and
/// [`ExternCtx::root`](crate::ExternCtx::root).
///
/// ```
/// # use vo_ffi_core::{ToValue, VoValue};
/// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
/// # vm::run(|ctx| {
/// // The program declares `type Point struct { X, Y int }`.
/// let point = ctx.new_object("main.Point", &[3_i64.into_vo(), 4_u8.into_vo()]);
/// assert!(matches!(point.field(1), VoValue::Int(4)));
/// # });
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no value of the script yet",
    label = "not a value of the script",
    note = "numbers, bools and all that a native got from the script are; of text `ctx.new_string(text)` makes one, of items \
            `ctx.new_slice(&items)`, of a type with `#[derive(VoObject)]` `ctx.new_rust(value)`"
)]
pub trait ToValue<'call> {
    /// The value.
    fn into_vo(self) -> VoValue<'call>;
}

#[diagnostic::do_not_recommend]
impl<'call, T: Into<VoValue<'call>>> ToValue<'call> for T {
    fn into_vo(self) -> VoValue<'call> {
        self.into()
    }
}

macro_rules! values {
    ($($ty:ty => |$value:ident| $into:expr;)*) => {$(
        impl<'call> From<$ty> for VoValue<'call> {
            fn from($value: $ty) -> VoValue<'call> {
                $into
            }
        }
    )*};
}

values! {
    bool => |value| VoValue::Bool(value);
    i8 => |value| VoValue::Int(value.into());
    i16 => |value| VoValue::Int(value.into());
    i32 => |value| VoValue::Int(value.into());
    i64 => |value| VoValue::Int(value);
    u8 => |value| VoValue::Uint(value.into());
    u16 => |value| VoValue::Uint(value.into());
    u32 => |value| VoValue::Uint(value.into());
    u64 => |value| VoValue::Uint(value);
    f32 => |value| VoValue::Float(value.into());
    f64 => |value| VoValue::Float(value);
    VoString<'call> => |value| VoValue::String(value);
    VoStruct<'call> => |value| VoValue::Struct(value);
    VoInterface<'call> => |value| VoValue::Interface(value);
}

macro_rules! wrappers {
    ($($wrapper:ident<$($param:ident),*>;)*) => {$(
        impl<'call, $($param),*> From<$wrapper<'call, $($param),*>> for VoValue<'call> {
            fn from(value: $wrapper<'call, $($param),*>) -> VoValue<'call> {
                value.into_value()
            }
        }
    )*};
}

wrappers! {
    VoSlice<T>;
    VoMap<K, V>;
    VoObject<T>;
    VoFunc<A, R>;
}
