//! Calls of a function by its address, with the types of the arguments at hand; the code for a signature is kept.

use std::cell::RefCell;
use std::ffi::c_int;
use std::mem::ManuallyDrop;
use std::ptr::{NonNull, null_mut};
use std::rc::Rc;
use std::sync::Arc;

use vo_ffi_core::c::{CTypes, FuncSig};
use vo_ffi_core::{Callee, Plan};

use crate::error::CallError;
use crate::ffi_type::FfiType;
use crate::ffi_value::{FfiValue, TypedArg};
use crate::function::frame::{self, Behind, Outcome};
use crate::image::Image;
use crate::library::Code;
use crate::stub::{Stub, StubChoice, StubError, Target};

/// Calls the function at an address with these arguments.
///
/// The first call with a signature in a thread makes code for it, or finds what others made; the thread keeps some dozens of
/// signatures.
///
/// ```
/// use vo_ffi_runtime::{FfiType, FfiValue, Library, TypedArg, call_extern};
///
/// let sqrt = Library::load("libm.so.6")?.symbol("sqrt")?;
/// let arg = TypedArg::new(FfiType::F64, FfiValue { f64: 16.0 });
/// // SAFETY: this is the type of libm's `sqrt`.
/// let result = unsafe { call_extern(sqrt, &[arg], FfiType::F64)? };
/// // SAFETY: it is a double.
/// assert_eq!(unsafe { result.f64 }, 4.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// That the function cannot be called so; that the result is an image, which wants [`call_extern_image`].
///
/// # Safety
/// There is a function at the address that takes arguments of these types, and no more, and returns `ret`; what it does with them
/// is sound. Each argument's value is of its type: an image's address is that of so many bytes.
#[inline]
pub unsafe fn call_extern(
    fn_ptr: impl Into<*const ()>,
    args: &[TypedArg],
    ret: FfiType,
) -> Result<FfiValue, CallError> {
    if ret.is_image() {
        return Err(CallError::ResultIsImage { function: String::new(), ty: ret });
    }
    // SAFETY: the caller vouches for the function and the arguments; there is no image.
    unsafe { call(fn_ptr.into(), args, None, &ret, false, null_mut()) }.map(|outcome| outcome.value)
}

/// As [`call_extern`], with errno, which is 0 before the call.
///
/// ```
/// use vo_ffi_runtime::{FfiType, Library, call_extern_errno};
///
/// let close = Library::process().symbol("close")?;
/// // SAFETY: this is the type of `close`, and there is no file -1.
/// let (result, errno) = unsafe { call_extern_errno(close, &[(-1).into()], FfiType::I32)? };
/// // SAFETY: it is an `int`.
/// assert_eq!((unsafe { result.i32 }, errno), (-1, 9));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// As [`call_extern`].
///
/// # Safety
/// As [`call_extern`].
pub unsafe fn call_extern_errno(
    fn_ptr: impl Into<*const ()>,
    args: &[TypedArg],
    ret: FfiType,
) -> Result<(FfiValue, c_int), CallError> {
    if ret.is_image() {
        return Err(CallError::ResultIsImage { function: String::new(), ty: ret });
    }
    // SAFETY: the caller vouches for the function and the arguments; there is no image.
    let outcome = unsafe { call(fn_ptr.into(), args, None, &ret, true, null_mut())? };
    Ok((outcome.value, outcome.errno))
}

/// As [`call_extern`], of a function whose first `fixed` arguments are its parameters and are followed by `...`; the others are
/// promoted as C does it.
///
/// ```
/// use vo_ffi_runtime::{FfiType, Library, TypedArg, call_extern_variadic};
///
/// let snprintf = Library::process().symbol("snprintf")?;
/// let mut text = [0_u8; 16];
/// let args = [text.as_mut_ptr().into(), text.len().into(), c"%.1f %d".into(), 2.5_f32.into(), 7_i8.into()];
/// // SAFETY: this is the type of `snprintf`, the buffer has so many bytes, and the format asks for a double and an int.
/// let length = unsafe { call_extern_variadic(snprintf, 3, &args, FfiType::I32)?.i32 };
/// assert_eq!(&text[..length as usize], b"2.5 7");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// As [`call_extern`]; that there are fewer arguments than parameters.
///
/// # Safety
/// As [`call_extern`], for a function with so many parameters.
pub unsafe fn call_extern_variadic(
    fn_ptr: impl Into<*const ()>,
    fixed: usize,
    args: &[TypedArg],
    ret: FfiType,
) -> Result<FfiValue, CallError> {
    if ret.is_image() {
        return Err(CallError::ResultIsImage { function: String::new(), ty: ret });
    }
    // SAFETY: the caller vouches for the function and the arguments; there is no image.
    unsafe { call_variadic(fn_ptr.into(), fixed, args, &ret, null_mut()) }.map(|outcome| outcome.value)
}

/// As [`call_extern`], with the bytes of the result, of whatever type that is.
///
/// ```
/// use vo_ffi_runtime::{FfiType, Library, call_extern_image};
///
/// let ldiv = Library::process().symbol("ldiv")?;
/// let pair = FfiType::parse("struct { long quot, rem; }")?;
/// // SAFETY: this is the type of `ldiv`, and the divisor is not zero.
/// let result = unsafe { call_extern_image(ldiv, &[17_i64.into(), 5_i64.into()], pair)? };
/// assert_eq!(result[..], [3_i64.to_ne_bytes(), 2_i64.to_ne_bytes()].concat());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// That the function cannot be called so.
///
/// # Safety
/// As [`call_extern`].
pub unsafe fn call_extern_image(
    fn_ptr: impl Into<*const ()>,
    args: &[TypedArg],
    ret: FfiType,
) -> Result<Image, CallError> {
    let mut image = Image::zeroed(&ret);
    // SAFETY: the caller vouches for the function and the arguments; the image has the result's size.
    let outcome = unsafe { call(fn_ptr.into(), args, None, &ret, false, image.as_mut_ptr())? };
    if !ret.is_image() {
        // SAFETY: stubs write all bytes of a result's slot, the low ones of which are the value.
        let bytes = unsafe { outcome.value.u64 }.to_le_bytes();
        let size = image.len();
        image.copy_from_slice(&bytes[..size]);
    }
    Ok(image)
}

/// # Safety
/// As [`call_extern_variadic`]; `image` has room for a result that is an image.
pub(crate) unsafe fn call_variadic(
    function: *const (),
    fixed: usize,
    args: &[TypedArg],
    ret: &FfiType,
    image: *mut u8,
) -> Result<Outcome, CallError> {
    let Some(more) = args.get(fixed..) else {
        let function = String::new();
        return Err(CallError::Count { function, expected: fixed, variadic: true, found: args.len() });
    };
    let mut promoted = args.to_vec();
    for arg in &mut promoted[fixed..fixed + more.len()] {
        // SAFETY: the caller vouches for a value of the argument's type.
        unsafe { arg.promote() };
    }
    // SAFETY: as the caller vouches.
    unsafe { call(function, &promoted, Some(fixed), ret, false, image) }
}

/// # Safety
/// As [`call_extern`], and where there are `fixed` parameters, as [`call_extern_variadic`] with promoted arguments; `image` has room
/// for a result that is an image.
#[inline]
pub(crate) unsafe fn call(
    function: *const (),
    args: &[TypedArg],
    fixed: Option<usize>,
    ret: &FfiType,
    errno: bool,
    image: *mut u8,
) -> Result<Outcome, CallError> {
    let Some(function) = NonNull::new(function.cast_mut()) else { return Err(CallError::NullFunction) };
    for (index, arg) in args.iter().enumerate() {
        // SAFETY: the value of an image is an address.
        if arg.ty.is_image() && arg.ty.size() > 0 && unsafe { arg.value.ptr }.is_null() {
            let (function, name, ty) = (String::new(), None, arg.ty.clone());
            return Err(CallError::NullImage { function, index, name, ty });
        }
    }
    let signature = Signature::known(args, fixed, ret, errno)
        .map_err(|error| CallError::Refused { function: String::new(), error })?;
    // SAFETY: the signature is that of the arguments; the caller vouches for the rest.
    Ok(unsafe { signature.call(Code::at(function), args, image) })
}

/// A function's type, and the code that calls functions of it.
struct Signature {
    args: Box<[FfiType]>,
    fixed: Option<usize>,
    ret: FfiType,
    errno: bool,
    stub: Arc<Stub>,
    behind: Behind,
}

/// A thread keeps so many signatures; each has one place, by its hash.
const PLACES: usize = 128;

thread_local! {
    static KNOWN: RefCell<[Option<Rc<Signature>>; PLACES]> = const { RefCell::new([const { None }; PLACES]) };
}

impl Signature {
    /// The signature of a call, as this thread knows it. It is counted, as it may lose its place while C runs.
    #[inline]
    fn known(
        args: &[TypedArg],
        fixed: Option<usize>,
        ret: &FfiType,
        errno: bool,
    ) -> Result<Rc<Signature>, StubError> {
        let place = place_of(args, fixed, ret, errno);
        let known = KNOWN.try_with(|known| match &known.borrow()[place] {
            Some(signature) if signature.is_of(args, fixed, ret, errno) => Some(signature.clone()),
            _ => None,
        });
        match known {
            Ok(Some(signature)) => Ok(signature),
            _ => Signature::keep(place, args, fixed, ret, errno),
        }
    }

    #[inline]
    fn is_of(&self, args: &[TypedArg], fixed: Option<usize>, ret: &FfiType, errno: bool) -> bool {
        self.args.len() == args.len()
            && self.args.iter().zip(args).all(|(own, arg)| *own == arg.ty)
            && self.ret == *ret
            && (self.fixed, self.errno) == (fixed, errno)
    }

    #[cold]
    fn keep(
        place: usize,
        args: &[TypedArg],
        fixed: Option<usize>,
        ret: &FfiType,
        errno: bool,
    ) -> Result<Rc<Signature>, StubError> {
        let types: Box<[FfiType]> = args.iter().map(|arg| arg.ty.clone()).collect();
        let (table, sig) = signature(&types[..fixed.unwrap_or(types.len())], ret);
        let mut table = table;
        let more: Vec<_> = types[sig.params.len()..].iter().map(|ty| ty.c_type(&mut table)).collect();
        let sig = FuncSig { variadic: fixed.is_some(), ..sig };
        let stub = Stub::get(StubChoice::from_env(), &table, &sig, &more, errno)?;
        let behind = Behind::of(stub.plan());
        let signature = Rc::new(Signature { args: types, fixed, ret: ret.clone(), errno, stub, behind });
        // At the end of a thread nothing is kept. What had the place is dropped when it is no longer borrowed.
        let _replaced = KNOWN.try_with(|known| known.borrow_mut()[place].replace(signature.clone()));
        Ok(signature)
    }

    /// # Safety
    /// The arguments are of this signature, and so is the function. `image` has room for a result that is an image.
    #[inline]
    unsafe fn call(&self, code: Code, args: &[TypedArg], image: *mut u8) -> Outcome {
        // SAFETY: the stub outlives the call, and this second owner of it is never dropped.
        let stub = unsafe { std::ptr::read(&self.stub) };
        let target = ManuallyDrop::new(Target { code, stub });
        // Nothing of it is allocated.
        let callee = ManuallyDrop::new(Callee {
            native: target.stub.native(),
            plan: Plan::default(),
            target: (&raw const *target).cast(),
            name: String::new(),
            param_names: Vec::new(),
        });
        // SAFETY: the callee's stub is of this signature, and the caller vouches for the function and the arguments.
        unsafe { frame::call(&callee, args.iter().map(|arg| arg.value), self.behind, image) }
    }
}

/// A function's type in a new table.
pub(crate) fn signature(params: &[FfiType], result: &FfiType) -> (CTypes, FuncSig) {
    let mut types = CTypes::new();
    let params = params.iter().map(|ty| ty.c_type(&mut types)).collect();
    let result = result.c_type(&mut types);
    (types, FuncSig { params, variadic: false, result, convention: None })
}

#[inline]
fn place_of(args: &[TypedArg], fixed: Option<usize>, ret: &FfiType, errno: bool) -> usize {
    let mut hash =
        ret.number() as u64 | u64::from(errno) << 32 | (fixed.map_or(0, |fixed| fixed + 1) as u64) << 40;
    for arg in args {
        hash = (hash ^ arg.ty.number() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    }
    (hash.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 57) as usize
}
