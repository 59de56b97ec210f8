//! The functions of `vo_ffi.h`, by which compiled code calls functions of C. None of them unwinds.

use std::cell::RefCell;
use std::ffi::{CStr, CString, c_char, c_int};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::null_mut;
use std::sync::{PoisonError, RwLock};

use crate::call_extern::{call, call_variadic};
use crate::error::CallError;
use crate::ffi_type::FfiType;
use crate::ffi_value::{FfiValue, TypedArg};

/// A `vo_ffi_arg`.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct VoFfiArg {
    /// The number of its type.
    pub ty: u32,
    /// Its value.
    pub value: FfiValue,
}

/// Numbers of parsed types begin here.
const FIRST_PARSED: usize = 64;

/// `VO_FFI_NO_TYPE`
const NO_TYPE: u32 = u32::MAX;

/// The statuses of `vo_ffi.h`.
#[derive(Clone, Copy)]
#[repr(i32)]
enum Status {
    Ok = 0,
    BadArgument = 1,
    BadType = 2,
    Refused = 3,
    Panic = 4,
}

/// Types that are no basic ones, in order of their numbers.
static PARSED: RwLock<Vec<FfiType>> = RwLock::new(Vec::new());

thread_local! {
    static LAST_ERROR: RefCell<CString> = RefCell::default();
}

/// Why a function of this file fails.
struct Failure(Status, String);

/// `vo_ffi_call_extern` of `vo_ffi.h`.
///
/// # Safety
/// There is a function at the address with these parameters and this result, and what it does with the arguments is sound.
/// `args` has so many, each of its type. `result` is as the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vo_ffi_call_extern(
    function: *const (),
    args: *const VoFfiArg,
    num_args: usize,
    returns: u32,
    result: *mut FfiValue,
) -> c_int {
    // SAFETY: as the caller vouches.
    status_of(|| unsafe { enter(function, None, args, num_args, returns, result) })
}

/// `vo_ffi_call_variadic` of `vo_ffi.h`.
///
/// # Safety
/// As [`vo_ffi_call_extern`], for a variadic function with so many parameters.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vo_ffi_call_variadic(
    function: *const (),
    num_fixed: usize,
    args: *const VoFfiArg,
    num_args: usize,
    returns: u32,
    result: *mut FfiValue,
) -> c_int {
    // SAFETY: as the caller vouches.
    status_of(|| unsafe { enter(function, Some(num_fixed), args, num_args, returns, result) })
}

/// `vo_ffi_parse_type` of `vo_ffi.h`.
///
/// # Safety
/// `text` is NULL or a text that ends in a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vo_ffi_parse_type(text: *const c_char) -> u32 {
    let mut number = NO_TYPE;
    status_of(|| {
        if text.is_null() {
            return Err(Failure(Status::BadArgument, "the text is NULL".into()));
        }
        // SAFETY: the caller vouches for a text.
        let text = unsafe { CStr::from_ptr(text) }.to_string_lossy();
        let ty = FfiType::parse(&text).map_err(|error| Failure(Status::BadType, error.to_string()))?;
        number = number_of(ty);
        Ok(())
    });
    number
}

/// `vo_ffi_type_size` of `vo_ffi.h`.
#[unsafe(no_mangle)]
pub extern "C" fn vo_ffi_type_size(ty: u32) -> usize {
    type_of(ty).map_or(0, |ty| ty.size())
}

/// `vo_ffi_type_align` of `vo_ffi.h`.
#[unsafe(no_mangle)]
pub extern "C" fn vo_ffi_type_align(ty: u32) -> usize {
    type_of(ty).map_or(0, |ty| ty.align())
}

/// `vo_ffi_last_error` of `vo_ffi.h`.
#[unsafe(no_mangle)]
pub extern "C" fn vo_ffi_last_error() -> *const c_char {
    LAST_ERROR.try_with(|error| error.borrow().as_ptr()).unwrap_or(c"".as_ptr())
}

/// Runs one of these functions.
fn status_of(run: impl FnOnce() -> Result<(), Failure>) -> c_int {
    let failure = match catch_unwind(AssertUnwindSafe(run)) {
        Ok(Ok(())) => return Status::Ok as c_int,
        Ok(Err(failure)) => failure,
        Err(_) => Failure(Status::Panic, "vo-ffi panicked, which is a mistake in it".into()),
    };
    let text = CString::new(failure.1.replace('\0', "\\0")).unwrap_or_default();
    // At the end of a thread, there is no place for it.
    let _ = LAST_ERROR.try_with(|error| error.replace(text));
    failure.0 as c_int
}

/// # Safety
/// As [`vo_ffi_call_extern`].
unsafe fn enter(
    function: *const (),
    fixed: Option<usize>,
    args: *const VoFfiArg,
    num_args: usize,
    returns: u32,
    result: *mut FfiValue,
) -> Result<(), Failure> {
    // Up to so many arguments need no allocation.
    const INLINE: usize = 8;
    let args = match num_args {
        0 => &[],
        _ if args.is_null() => return Err(Failure(Status::BadArgument, "the arguments are NULL".into())),
        // SAFETY: the caller vouches for so many arguments.
        _ => unsafe { std::slice::from_raw_parts(args, num_args) },
    };
    let ret = type_of(returns).ok_or_else(|| no_type("the result's", returns))?;
    let place = place_of(&ret, result)?;
    let called = if num_args <= INLINE {
        let mut inline = [const { TypedArg { ty: FfiType::Void, value: FfiValue::ZERO } }; INLINE];
        for (index, arg) in args.iter().enumerate() {
            inline[index] = TypedArg::new(type_of_arg(index, arg)?, arg.value);
        }
        // SAFETY: the caller vouches for the function, the arguments and the place.
        unsafe { call_either(function, fixed, &inline[..num_args], &ret, place) }
    } else {
        let typed = args
            .iter()
            .enumerate()
            .map(|(index, arg)| Ok(TypedArg::new(type_of_arg(index, arg)?, arg.value)));
        let typed = typed.collect::<Result<Vec<_>, _>>()?;
        // SAFETY: as above.
        unsafe { call_either(function, fixed, &typed, &ret, place) }
    };
    // From here on, nothing sets errno.
    let value = called.map_err(|error| failure_of(&error))?;
    if place.is_null() && ret != FfiType::Void {
        // SAFETY: a result that is no image has a place, as `place_of` saw.
        unsafe { result.write(value) };
    }
    Ok(())
}

/// # Safety
/// As [`vo_ffi_call_extern`], with the address of a result that is an image.
unsafe fn call_either(
    function: *const (),
    fixed: Option<usize>,
    args: &[TypedArg],
    ret: &FfiType,
    place: *mut u8,
) -> Result<FfiValue, CallError> {
    // SAFETY: as the caller vouches.
    let outcome = unsafe {
        match fixed {
            None => call(function, args, None, ret, false, place),
            Some(fixed) => call_variadic(function, fixed, args, ret, place),
        }
    };
    outcome.map(|outcome| outcome.value)
}

/// The address of a result that is an image; else NULL.
fn place_of(ret: &FfiType, result: *mut FfiValue) -> Result<*mut u8, Failure> {
    if *ret == FfiType::Void {
        return Ok(null_mut());
    }
    let refuse = |problem: &str| Err(Failure(Status::BadArgument, problem.into()));
    if result.is_null() {
        return refuse("there is no place for the result: it is NULL");
    }
    if !ret.is_image() {
        return Ok(null_mut());
    }
    // SAFETY: the caller vouches for an address in a result that is an image.
    let place = unsafe { (*result).ptr }.cast_mut().cast::<u8>();
    match place.addr() {
        0 => refuse("result->ptr is NULL, where the bytes of the result should go"),
        at if !at.is_multiple_of(ret.align()) => {
            refuse(&format!("result->ptr is not aligned to {} bytes, as {ret} is", ret.align()))
        }
        _ => Ok(place),
    }
}

fn failure_of(error: &CallError) -> Failure {
    let status = match error {
        CallError::Refused { .. } => Status::Refused,
        _ => Status::BadArgument,
    };
    Failure(status, error.to_string())
}

#[inline]
fn type_of_arg(index: usize, arg: &VoFfiArg) -> Result<FfiType, Failure> {
    type_of(arg.ty).ok_or_else(|| no_type(&format!("argument {}'s", index + 1), arg.ty))
}

#[cold]
fn no_type(whose: &str, number: u32) -> Failure {
    Failure(Status::BadType, format!("{whose} type is {number}, which is no type"))
}

#[inline]
fn type_of(number: u32) -> Option<FfiType> {
    let number = number as usize;
    FfiType::numbered(number).or_else(|| {
        let parsed = PARSED.read().unwrap_or_else(PoisonError::into_inner);
        parsed.get(number.checked_sub(FIRST_PARSED)?).cloned()
    })
}

fn number_of(ty: FfiType) -> u32 {
    if !matches!(ty, FfiType::Other(_)) {
        return ty.number() as u32;
    }
    let mut parsed = PARSED.write().unwrap_or_else(PoisonError::into_inner);
    let index = parsed.iter().position(|known| *known == ty).unwrap_or_else(|| {
        parsed.push(ty);
        parsed.len() - 1
    });
    (FIRST_PARSED + index) as u32
}
