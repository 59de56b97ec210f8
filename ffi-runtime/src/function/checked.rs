//! Calls whose arguments are compared with the function's type first.

use std::ffi::c_int;
use std::ptr::null_mut;
use std::sync::PoisonError;

use crate::error::CallError;
use crate::ffi_type::FfiType;
use crate::ffi_value::{FfiValue, TypedArg};
use crate::function::Function;
use crate::function::frame::{self, Behind, Outcome};
use crate::image::Image;
use crate::stub::StubError;

/// A variadic function keeps the stubs of so many combinations of arguments.
const MOST_VARIANTS: usize = 64;

impl Function {
    /// Calls it. The arguments must have the parameters' types exactly; those behind the parameters of a variadic
    /// function are promoted as C does it.
    ///
    /// ```
    /// use vo_ffi_runtime::Library;
    ///
    /// let libm = Library::open("libm.so.6")?;
    /// let ldexp = libm.function("double ldexp(double x, int exponent)")?;
    /// // SAFETY: this is the type of libm's `ldexp`.
    /// let (eight, error) = unsafe {
    ///     (ldexp.call(&[1.0.into(), 3.into()])?.f64, ldexp.call(&[1.0.into(), 3.0.into()]).unwrap_err())
    /// };
    /// assert_eq!(eight, 8.0);
    /// assert_eq!(error.to_string(), "argument 2 `exponent` of `ldexp` is i32, and got f64");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// How the arguments differ; that the result is an image, which wants [`Function::call_image`].
    ///
    /// # Safety
    /// The C function has the type that it was declared with, and what it does with these arguments is sound. Each
    /// argument's value is of its type: an image's address is that of so many bytes.
    pub unsafe fn call(&self, args: &[TypedArg]) -> Result<FfiValue, CallError> {
        if self.result().is_image() {
            let ty = self.result().clone();
            return Err(CallError::ResultIsImage { function: self.name().into(), ty });
        }
        // SAFETY: the caller vouches for the function and the arguments; there is no image.
        unsafe { self.outcome(args, null_mut()) }.map(|outcome| outcome.value)
    }

    /// Calls it, and gives errno too. It was 0 before the call: most functions set it only where they fail.
    ///
    /// ```
    /// use vo_ffi_runtime::{CallOptions, Library};
    ///
    /// let libc = Library::process();
    /// let options = CallOptions { errno: true, ..CallOptions::default() };
    /// let close = libc.function_with("int close(int fd)", options)?;
    /// // SAFETY: this is the type of `close`, and there is no file -1.
    /// let (result, errno) = unsafe { close.call_errno(&[(-1).into()])? };
    /// // SAFETY: it is an `int`.
    /// assert_eq!((unsafe { result.i32 }, errno), (-1, 9));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`Function::call`]; that the function was made without errno.
    ///
    /// # Safety
    /// As [`Function::call`].
    pub unsafe fn call_errno(&self, args: &[TypedArg]) -> Result<(FfiValue, c_int), CallError> {
        if !self.options().errno {
            return Err(CallError::NoErrno { function: self.name().into() });
        }
        if self.result().is_image() {
            let ty = self.result().clone();
            return Err(CallError::ResultIsImage { function: self.name().into(), ty });
        }
        // SAFETY: the caller vouches for the function and the arguments; there is no image.
        unsafe { self.outcome(args, null_mut()) }.map(|outcome| (outcome.value, outcome.errno))
    }

    /// Calls it, and gives the bytes of its result, of whatever type that is.
    ///
    /// ```
    /// use vo_ffi_runtime::Library;
    ///
    /// let libc = Library::open("libc.so.6")?;
    /// let div = libc.function("typedef struct { int quot, rem; } div_t; div_t div(int numerator, int denominator);")?;
    /// // SAFETY: this is the type of `div`, and the denominator is not zero.
    /// let result = unsafe { div.call_image(&[17.into(), 5.into()])? };
    /// let (offset, _) = div.result().member("rem").expect("a member");
    /// assert_eq!(result[offset..][..4], 2_i32.to_ne_bytes());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// How the arguments differ.
    ///
    /// # Safety
    /// As [`Function::call`].
    pub unsafe fn call_image(&self, args: &[TypedArg]) -> Result<Image, CallError> {
        let mut image = Image::zeroed(self.result());
        // SAFETY: the caller vouches for the function and the arguments.
        unsafe { self.call_into(args, &mut image)? };
        Ok(image)
    }

    /// Calls it, and writes the bytes of its result to a place of this size.
    ///
    /// # Errors
    /// How the arguments differ; that the place has another size.
    ///
    /// # Safety
    /// As [`Function::call`].
    pub unsafe fn call_into(&self, args: &[TypedArg], place: &mut [u8]) -> Result<(), CallError> {
        let result = self.result();
        if place.len() != result.size() {
            let found = place.len();
            return Err(CallError::ResultSize { function: self.name().into(), ty: result.clone(), found });
        }
        // C may rely on the alignment of what it writes to.
        let is_direct = result.is_image() && place.as_ptr().addr().is_multiple_of(result.align());
        let mut aligned = (result.is_image() && !is_direct).then(|| Image::zeroed(result));
        let image = aligned.as_mut().map_or(place.as_mut_ptr(), |image| image.as_mut_ptr());
        // SAFETY: the caller vouches for the function and the arguments; the image has the result's size.
        let outcome = unsafe { self.outcome(args, image)? };
        if let Some(aligned) = aligned {
            place.copy_from_slice(&aligned);
        } else if !is_direct {
            // SAFETY: a stub writes all bytes of the slot of a result, the low ones of which are the value.
            let bytes = unsafe { outcome.value.u64 }.to_le_bytes();
            place.copy_from_slice(&bytes[..place.len()]);
        }
        Ok(())
    }

    /// # Safety
    /// As [`Function::call`]; `image` has room for a result that is an image.
    #[inline]
    pub(crate) unsafe fn outcome(&self, args: &[TypedArg], image: *mut u8) -> Result<Outcome, CallError> {
        let inner = &*self.0;
        if args.len() != inner.param_types.len() {
            // SAFETY: as the caller vouches.
            return unsafe { self.outcome_of_variadic(args, image) };
        }
        for (index, (ty, arg)) in inner.param_types.iter().zip(args).enumerate() {
            if *ty != arg.ty || ty.is_image() {
                self.check(index, ty, arg)?;
            }
        }
        // SAFETY: the arguments have the types of the plan, whose callee this is; the caller vouches for the rest.
        Ok(unsafe { frame::call(&inner.callee, args.iter().map(|arg| arg.value), self.behind(), image) })
    }

    #[inline]
    pub(crate) fn behind(&self) -> Behind {
        Behind::of(self.plan())
    }

    /// Calls it with values of its types.
    ///
    /// # Safety
    /// There is a value for each argument, of its type. The rest is as for [`Function::outcome`].
    pub(crate) unsafe fn outcome_of_values(&self, values: &[FfiValue], image: *mut u8) -> Outcome {
        // SAFETY: the caller vouches for all of it; the callee is of this plan.
        unsafe { frame::call(&self.0.callee, values.iter().copied(), self.behind(), image) }
    }

    fn check(&self, index: usize, ty: &FfiType, arg: &TypedArg) -> Result<(), CallError> {
        let named = || (self.name().to_string(), self.param_name(index).map(String::from));
        if !ty.takes(&arg.ty) {
            let ((function, name), expected, found) = (named(), ty.clone(), arg.ty.clone());
            return Err(CallError::Type { function, index, name, expected, found });
        }
        // SAFETY: the value of an image is an address.
        if ty.is_image() && ty.size() > 0 && unsafe { arg.value.ptr }.is_null() {
            let ((function, name), ty) = (named(), ty.clone());
            return Err(CallError::NullImage { function, index, name, ty });
        }
        Ok(())
    }

    /// # Safety
    /// As [`Function::outcome`].
    #[cold]
    unsafe fn outcome_of_variadic(&self, args: &[TypedArg], image: *mut u8) -> Result<Outcome, CallError> {
        let (expected, found) = (self.param_types().len(), args.len());
        let variadic = self.takes_more();
        if !variadic || found < expected {
            return Err(CallError::Count { function: self.name().into(), expected, variadic, found });
        }
        let types = args[expected..].iter().map(|arg| arg.ty.clone()).collect();
        let refused = |error| CallError::Refused { function: self.name().into(), error };
        let variant = self.variant(types).map_err(refused)?;
        let mut promoted = args.to_vec();
        for arg in &mut promoted[expected..] {
            // SAFETY: the caller vouches for a value of the argument's type.
            unsafe { arg.promote() };
        }
        // SAFETY: as the caller vouches.
        unsafe { variant.outcome(&promoted, image) }
    }

    /// A variadic function with arguments of these types more.
    fn variant(&self, more: Box<[FfiType]>) -> Result<Function, StubError> {
        let mut variants = self.0.variants.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, variant)) = variants.iter().find(|(types, _)| *types == more) {
            return Ok(variant.clone());
        }
        let variant = self.with_types(&more)?;
        if variants.len() == MOST_VARIANTS {
            variants.remove(0);
        }
        variants.push((more, variant.clone()));
        Ok(variant)
    }
}
