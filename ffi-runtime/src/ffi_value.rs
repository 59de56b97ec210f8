//! Arguments and results of C functions.

use std::ffi::{CStr, c_void};
use std::fmt;

use vo_ffi_core::Slot;

use crate::callback::Callback;
use crate::ffi_type::FfiType;

/// A value of C without its type: 8 bytes, of which a scalar takes the low ones. A value of a type that
/// [is an image](FfiType::is_image), as a struct, is the address of its bytes.
///
/// ```
/// use vo_ffi_runtime::FfiValue;
/// let value = FfiValue { f64: 16.0 };
/// // SAFETY: it was made of a double.
/// assert_eq!(unsafe { value.f64 }, 16.0);
/// ```
#[derive(Clone, Copy)]
#[repr(C)]
pub union FfiValue {
    /// An [`FfiType::I8`].
    pub i8: i8,
    /// An [`FfiType::I16`].
    pub i16: i16,
    /// An [`FfiType::I32`].
    pub i32: i32,
    /// An [`FfiType::I64`].
    pub i64: i64,
    /// An [`FfiType::U8`].
    pub u8: u8,
    /// An [`FfiType::U16`].
    pub u16: u16,
    /// An [`FfiType::U32`].
    pub u32: u32,
    /// An [`FfiType::U64`].
    pub u64: u64,
    /// An [`FfiType::F32`].
    pub f32: f32,
    /// An [`FfiType::F64`].
    pub f64: f64,
    /// An [`FfiType::Bool`].
    pub bool: bool,
    /// An address: of what a pointer points to, or of an image.
    pub ptr: *const c_void,
}

impl FfiValue {
    /// All bytes zero: 0, 0.0, false, NULL; also what a function without a result gives.
    pub const ZERO: FfiValue = FfiValue { u64: 0 };

    /// An address.
    pub fn from_ptr<T: ?Sized>(address: *const T) -> FfiValue {
        // The slots of a frame hold integers, and so lead back to pointers by exposed provenance.
        FfiValue::from(Slot::from_ptr(address.cast::<u8>()))
    }
}

impl From<Slot> for FfiValue {
    fn from(slot: Slot) -> FfiValue {
        FfiValue { u64: slot.bits() }
    }
}

impl fmt::Debug for FfiValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FfiValue { .. }")
    }
}

/// A value and its type, as an argument.
///
/// ```
/// use vo_ffi_runtime::{FfiType, FfiValue, TypedArg};
///
/// let args = [TypedArg::new(FfiType::F64, FfiValue { f64: 16.0 }), 2_i32.into(), c"text".into(), true.into()];
/// let types = args.map(|arg| arg.ty);
/// assert_eq!(types, [FfiType::F64, FfiType::I32, FfiType::String, FfiType::Bool]);
/// ```
#[derive(Clone)]
pub struct TypedArg {
    /// Its type.
    pub ty: FfiType,
    /// Its value.
    pub value: FfiValue,
}

impl TypedArg {
    /// A value of a type. That it is one is for the caller of a function to see to: nothing here looks at the value.
    pub fn new(ty: FfiType, value: FfiValue) -> TypedArg {
        TypedArg { ty, value }
    }

    /// A struct, or another value that is an image, by its bytes, which stay where they are until the call.
    ///
    /// ```
    /// use vo_ffi_runtime::{FfiType, TypedArg};
    ///
    /// let point = FfiType::parse("struct point { float x, y; }")?;
    /// let arg = TypedArg::image(point.clone(), &[1.5_f32, 2.5]);
    /// assert_eq!(arg.ty, point);
    /// # Ok::<(), vo_ffi_runtime::FunctionError>(())
    /// ```
    ///
    /// # Panics
    /// If the value has another size than the type, or the type's values are no images.
    pub fn image<T: ?Sized>(ty: FfiType, value: &T) -> TypedArg {
        assert!(ty.is_image(), "{ty} is passed by value: make the argument of a number or a pointer");
        assert_eq!(size_of_val(value), ty.size(), "the bytes of {ty}");
        TypedArg { value: FfiValue::from_ptr(value), ty }
    }
}

impl TypedArg {
    /// Makes it what C passes for it behind `...`. Source: C17, 6.5.2.2.
    ///
    /// # Safety
    /// The value is of the type.
    pub(crate) unsafe fn promote(&mut self) {
        // SAFETY: the caller vouches for the type, by which the field is chosen.
        unsafe {
            *self = match self.ty {
                FfiType::Bool | FfiType::U8 => i32::from(self.value.u8).into(),
                FfiType::I8 => i32::from(self.value.i8).into(),
                FfiType::I16 => i32::from(self.value.i16).into(),
                FfiType::U16 => i32::from(self.value.u16).into(),
                FfiType::F32 => f64::from(self.value.f32).into(),
                _ => return,
            };
        }
    }
}

impl fmt::Debug for TypedArg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TypedArg").field("ty", &self.ty).finish_non_exhaustive()
    }
}

/// Makes arguments of Rust's numbers. All 8 bytes are set: the value is extended to them.
macro_rules! from_numbers {
    ($($number:ident $variant:ident ($value:ident) $slot:expr;)*) => {$(
        impl From<$number> for TypedArg {
            #[inline]
            fn from($value: $number) -> TypedArg {
                TypedArg { ty: FfiType::$variant, value: FfiValue::from($slot) }
            }
        }
    )*};
}

from_numbers! {
    bool Bool (value) Slot::from_bool(value);
    i8 I8 (value) Slot::from_i64(value.into());
    i16 I16 (value) Slot::from_i64(value.into());
    i32 I32 (value) Slot::from_i64(value.into());
    i64 I64 (value) Slot::from_i64(value);
    u8 U8 (value) Slot::from_bits(value.into());
    u16 U16 (value) Slot::from_bits(value.into());
    u32 U32 (value) Slot::from_bits(value.into());
    u64 U64 (value) Slot::from_bits(value);
    f32 F32 (value) Slot::from_f32(value);
    f64 F64 (value) Slot::from_f64(value);
}

/// `size_t` and its like.
impl From<usize> for TypedArg {
    fn from(value: usize) -> TypedArg {
        (value as u64).into()
    }
}

/// `ptrdiff_t` and its like.
impl From<isize> for TypedArg {
    fn from(value: isize) -> TypedArg {
        (value as i64).into()
    }
}

impl<T> From<*const T> for TypedArg {
    fn from(address: *const T) -> TypedArg {
        TypedArg { ty: FfiType::Pointer, value: FfiValue::from_ptr(address) }
    }
}

impl<T> From<*mut T> for TypedArg {
    fn from(address: *mut T) -> TypedArg {
        address.cast_const().into()
    }
}

/// The text lives until the call, and as long as C keeps it.
impl From<&CStr> for TypedArg {
    fn from(text: &CStr) -> TypedArg {
        TypedArg { ty: FfiType::String, value: FfiValue::from_ptr(text.as_ptr()) }
    }
}

/// A function pointer, valid as long as the callback lives.
impl From<&Callback> for TypedArg {
    fn from(callback: &Callback) -> TypedArg {
        callback.code().into()
    }
}
