//! An embedder's objects as arguments and results of C functions.

use std::collections::HashMap;
use std::ffi::CString;
use std::fmt;
use std::sync::{Arc, LazyLock};

use crate::ffi_type::FfiType;
use crate::ffi_value::FfiValue;
use crate::image::Image;

/// Converts objects of an embedder to values of C and back. What an object is, only the embedder knows: here it is an
/// address.
///
/// A VM whose objects are boxed enums:
///
/// ```
/// use std::sync::Arc;
/// use vo_ffi_runtime::{CallBuilder, FfiType, FfiValue, Kept, Marshaler, Marshalers};
///
/// #[derive(Debug, PartialEq)]
/// enum Object {
///     Nil,
///     Int(i64),
///     Float(f64),
///     Text(String),
/// }
///
/// struct Objects;
///
/// // SAFETY: each value is of the type that is asked for: what does not fit is an error.
/// unsafe impl Marshaler for Objects {
///     unsafe fn to_c(&self, object: *const u8, ty: &FfiType, kept: &mut Kept) -> Result<FfiValue, String> {
///         // SAFETY: all objects of this VM are boxed `Object`s.
///         match (unsafe { &*object.cast::<Object>() }, ty) {
///             (Object::Int(value), FfiType::I32) => match i32::try_from(*value) {
///                 Ok(i32) => Ok(FfiValue { i32 }),
///                 Err(_) => Err(format!("{value} is no 32-bit number")),
///             },
///             (Object::Float(value), FfiType::F64) => Ok(FfiValue { f64: *value }),
///             (Object::Text(text), FfiType::String) => kept.text(text.as_bytes()),
///             (other, _) => Err(format!("{other:?} does not fit")),
///         }
///     }
///
///     unsafe fn from_c(&self, value: FfiValue, ty: &FfiType) -> Result<*const u8, String> {
///         // SAFETY: the value is of this type.
///         let object = match ty {
///             FfiType::Void => Object::Nil,
///             FfiType::I32 => Object::Int(unsafe { value.i32 }.into()),
///             FfiType::U64 => Object::Int(unsafe { value.u64 } as i64),
///             FfiType::F64 => Object::Float(unsafe { value.f64 }),
///             other => return Err(format!("nothing here is a {other}")),
///         };
///         Ok(Box::into_raw(Box::new(object)).cast_const().cast())
///     }
/// }
///
/// let marshalers = Arc::new(Marshalers::new(Objects));
/// let call = |symbol: &str, args: &[FfiType], result| {
///     let builder = CallBuilder::new("libm", symbol).returns(result).marshalers(marshalers.clone());
///     args.iter().cloned().fold(builder, CallBuilder::arg).build()
/// };
/// let address = |object: &Object| std::ptr::from_ref(object).cast::<u8>();
/// let ldexp = call("ldexp", &[FfiType::F64, FfiType::I32], FfiType::F64)?;
///
/// // SAFETY: this is the type of libm's `ldexp`, and the objects are of this VM.
/// let result = unsafe {
///     let result = ldexp.call_objects(&[address(&Object::Float(1.5)), address(&Object::Int(4))])?;
///     Box::from_raw(result.cast_mut().cast::<Object>())
/// };
/// assert_eq!(*result, Object::Float(24.0));
///
/// // SAFETY: as above.
/// let error = unsafe { ldexp.call_objects(&[address(&Object::Float(1.5)), address(&Object::Int(1 << 40))]) };
/// assert_eq!(
///     error.unwrap_err().to_string(),
///     "argument 2 of `ldexp`, i32: 1099511627776 is no 32-bit number"
/// );
///
/// let strlen = CallBuilder::new("libc.so.6", "strlen")
///     .arg(FfiType::String)
///     .returns(FfiType::U64)
///     .marshalers(marshalers)
///     .build()?;
/// // SAFETY: as above, for libc's `strlen`.
/// let length = unsafe {
///     let length = strlen.call_objects(&[address(&Object::Text("hello".into()))])?;
///     Box::from_raw(length.cast_mut().cast::<Object>())
/// };
/// assert_eq!(*length, Object::Int(5));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Safety
/// The values of [`Marshaler::to_c`] are of the type that is asked for. The address of an image is that of so many bytes, which
/// stay as long as [`Kept`] does or the object.
pub unsafe trait Marshaler: Send + Sync {
    /// The value of C for an object. What it points to and what nobody else keeps goes into `kept`, which outlives the
    /// call.
    ///
    /// # Errors
    /// Why the object has no such value, in a few words: they come behind the argument's place and type.
    ///
    /// # Safety
    /// It is an object of the embedder.
    unsafe fn to_c(&self, object: *const u8, ty: &FfiType, kept: &mut Kept) -> Result<FfiValue, String>;

    /// An object for a value of C; for `void`, the one that stands for no result.
    ///
    /// # Errors
    /// Why there is none, in a few words.
    ///
    /// # Safety
    /// The value is of the type. An image lives as long as this call.
    #[expect(clippy::wrong_self_convention, reason = "it is the way back of `to_c`")]
    unsafe fn from_c(&self, value: FfiValue, ty: &FfiType) -> Result<*const u8, String>;

    /// The values for several objects. An embedder may have a faster way than one after the other.
    ///
    /// # Errors
    /// The index of the first that has no value, and why.
    ///
    /// # Safety
    /// As [`Marshaler::to_c`]; the slices are of one length.
    unsafe fn to_c_all(
        &self,
        objects: &[*const u8],
        types: &[FfiType],
        out: &mut [FfiValue],
        kept: &mut Kept,
    ) -> Result<(), (usize, String)> {
        for (index, ((&object, ty), value)) in objects.iter().zip(types).zip(out).enumerate() {
            // SAFETY: as the caller vouches.
            *value = unsafe { self.to_c(object, ty, kept) }.map_err(|reason| (index, reason))?;
        }
        Ok(())
    }
}

/// What arguments point to, as long as a call runs.
///
/// ```
/// use vo_ffi_runtime::Kept;
/// let mut kept = Kept::default();
/// let text = kept.text(b"hello")?;
/// // SAFETY: it is the address of a text with a NUL behind it, which is kept.
/// assert_eq!(unsafe { std::ffi::CStr::from_ptr(text.ptr.cast()) }, c"hello");
/// assert_eq!(kept.text(b"a\0b").unwrap_err(), "the text has a NUL at byte 1, where C would take it to end");
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Default)]
pub struct Kept {
    texts: Vec<CString>,
    images: Vec<Image>,
}

impl Kept {
    /// The address of a copy of a text, with a NUL behind it.
    ///
    /// # Errors
    /// That the text has a NUL inside.
    pub fn text(&mut self, text: &[u8]) -> Result<FfiValue, String> {
        let copy = CString::new(text).map_err(|error| {
            format!("the text has a NUL at byte {}, where C would take it to end", error.nul_position())
        })?;
        let value = FfiValue::from_ptr(copy.as_ptr());
        self.texts.push(copy);
        Ok(value)
    }

    /// The address of an image: of a struct, or of what a pointer points to.
    pub fn image(&mut self, image: Image) -> FfiValue {
        let value = FfiValue::from_ptr(image.as_ptr());
        self.images.push(image);
        value
    }
}

/// Which [`Marshaler`] is for which type of C: one for all, and others for some, as for a struct that is an object of a class of
/// its own.
///
/// ```
/// use std::sync::Arc;
/// use vo_ffi_runtime::{CallBuilder, FfiType, FfiValue, Image, Kept, Marshaler, Marshalers};
///
/// /// Objects are numbers.
/// struct Numbers;
///
/// // SAFETY: each value is a double, and nothing else is given.
/// unsafe impl Marshaler for Numbers {
///     unsafe fn to_c(&self, object: *const u8, ty: &FfiType, _: &mut Kept) -> Result<FfiValue, String> {
///         match ty {
///             // SAFETY: these objects are numbers.
///             FfiType::F64 => Ok(FfiValue { f64: unsafe { *object.cast::<f64>() } }),
///             other => Err(format!("a number is no {other}")),
///         }
///     }
///
///     unsafe fn from_c(&self, value: FfiValue, ty: &FfiType) -> Result<*const u8, String> {
///         match ty {
///             // SAFETY: it is a double.
///             FfiType::F64 => Ok(Box::into_raw(Box::new(unsafe { value.f64 })).cast_const().cast()),
///             other => Err(format!("a number is no {other}")),
///         }
///     }
/// }
///
/// /// Objects that have the bytes of a struct.
/// struct Structs;
///
/// // SAFETY: an object has the bytes of the type that it is passed for.
/// unsafe impl Marshaler for Structs {
///     unsafe fn to_c(&self, object: *const u8, _: &FfiType, _: &mut Kept) -> Result<FfiValue, String> {
///         Ok(FfiValue::from_ptr(object))
///     }
///
///     unsafe fn from_c(&self, value: FfiValue, ty: &FfiType) -> Result<*const u8, String> {
///         let mut image = Image::zeroed(ty);
///         // SAFETY: the value is the address of a struct of this type.
///         unsafe { value.ptr.cast::<u8>().copy_to_nonoverlapping(image.as_mut_ptr(), image.len()) };
///         Ok(Box::into_raw(Box::new(image)).cast_const().cast())
///     }
/// }
///
/// let complex = FfiType::ComplexF64;
/// let marshalers = Arc::new(Marshalers::new(Numbers).with(complex.clone(), Structs));
/// let cabs = CallBuilder::new("libm", "cabs").arg(complex).returns(FfiType::F64).marshalers(marshalers).build()?;
/// let number = [3.0, 4.0];
/// // SAFETY: this is the type of libm's `cabs`, and the object has the bytes of a complex number.
/// let five = unsafe { Box::from_raw(cabs.call_objects(&[number.as_ptr().cast()])?.cast_mut().cast::<f64>()) };
/// assert_eq!(*five, 5.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Marshalers {
    default: Arc<dyn Marshaler>,
    special: HashMap<FfiType, Arc<dyn Marshaler>>,
}

impl Marshalers {
    /// One for all types.
    pub fn new(default: impl Marshaler + 'static) -> Marshalers {
        Marshalers { default: Arc::new(default), special: HashMap::new() }
    }

    /// Another one for a type.
    #[must_use]
    pub fn with(mut self, ty: FfiType, marshaler: impl Marshaler + 'static) -> Marshalers {
        self.special.insert(ty, Arc::new(marshaler));
        self
    }

    /// The one for a type.
    #[inline]
    pub fn of(&self, ty: &FfiType) -> &dyn Marshaler {
        match self.special.is_empty() {
            true => &*self.default,
            false => &**self.special.get(ty).unwrap_or(&self.default),
        }
    }
}

impl Default for Marshalers {
    /// One that has no objects: each is an error.
    fn default() -> Marshalers {
        static NONE: LazyLock<Arc<dyn Marshaler>> = LazyLock::new(|| Arc::new(NoObjects));
        Marshalers { default: NONE.clone(), special: HashMap::new() }
    }
}

impl fmt::Debug for Marshalers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Marshalers").field("special", &self.special.keys()).finish_non_exhaustive()
    }
}

struct NoObjects;

const NO_MARSHALERS: &str = "nothing converts objects; give CallBuilder::marshalers";

// SAFETY: it makes no values.
unsafe impl Marshaler for NoObjects {
    unsafe fn to_c(&self, _: *const u8, _: &FfiType, _: &mut Kept) -> Result<FfiValue, String> {
        Err(NO_MARSHALERS.into())
    }

    unsafe fn from_c(&self, _: FfiValue, ty: &FfiType) -> Result<*const u8, String> {
        if *ty == FfiType::Void { Ok(std::ptr::null()) } else { Err(NO_MARSHALERS.into()) }
    }
}

/// The values of C for some objects, all at once: by one call of the default marshaler, where no type has another.
///
/// ```
/// # use vo_ffi_runtime::{FfiType, FfiValue, Kept, Marshaler, Marshalers, marshal_args};
/// # struct Numbers;
/// # // SAFETY: each value is a double, and nothing else is given.
/// # unsafe impl Marshaler for Numbers {
/// #     unsafe fn to_c(&self, object: *const u8, ty: &FfiType, _: &mut Kept) -> Result<FfiValue, String> {
/// #         match ty {
/// #             // SAFETY: these objects are numbers.
/// #             FfiType::F64 => Ok(FfiValue { f64: unsafe { *object.cast::<f64>() } }),
/// #             other => Err(format!("a number is no {other}")),
/// #         }
/// #     }
/// #     unsafe fn from_c(&self, _: FfiValue, _: &FfiType) -> Result<*const u8, String> {
/// #         Err("not here".into())
/// #     }
/// # }
/// // `Numbers` is a marshaler whose objects are doubles.
/// let marshalers = Marshalers::new(Numbers);
/// let numbers = [1.5, 2.5];
/// let objects = [&raw const numbers[0], &raw const numbers[1]].map(|number| number.cast::<u8>());
/// let mut out = [FfiValue::ZERO; 2];
/// let mut kept = Kept::default();
/// // SAFETY: the objects are numbers, and so are the values.
/// unsafe {
///     marshal_args(&marshalers, &objects, &[FfiType::F64, FfiType::F64], &mut out, &mut kept)?;
///     assert_eq!(out.map(|value| value.f64), numbers);
///     let error = marshal_args(&marshalers, &objects, &[FfiType::F64, FfiType::I8], &mut out, &mut kept);
///     assert_eq!(error, Err((1, "a number is no i8".to_string())));
/// }
/// # Ok::<(), (usize, String)>(())
/// ```
///
/// # Errors
/// The index of the first object that has no value of its type, and why.
///
/// # Panics
/// If the slices are not of one length.
///
/// # Safety
/// The objects are as the marshalers want them.
#[inline]
pub unsafe fn marshal_args(
    marshalers: &Marshalers,
    objects: &[*const u8],
    types: &[FfiType],
    out: &mut [FfiValue],
    kept: &mut Kept,
) -> Result<(), (usize, String)> {
    assert!(
        objects.len() == types.len() && types.len() == out.len(),
        "objects, types and values of one count"
    );
    if marshalers.special.is_empty() {
        // SAFETY: the caller vouches for the objects, and the lengths are equal.
        return unsafe { marshalers.default.to_c_all(objects, types, out, kept) };
    }
    for (index, ((&object, ty), value)) in objects.iter().zip(types).zip(out).enumerate() {
        // SAFETY: the caller vouches for the objects.
        *value = unsafe { marshalers.of(ty).to_c(object, ty, kept) }.map_err(|reason| (index, reason))?;
    }
    Ok(())
}
