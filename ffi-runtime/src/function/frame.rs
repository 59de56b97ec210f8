//! Frames of calls: the arguments, then the result, then errno.

use std::ffi::c_int;
use std::mem::MaybeUninit;

use vo_ffi_core::c::{CallPlan, ResultPlan};
use vo_ffi_core::{Callee, Slot};

use crate::ffi_value::FfiValue;

/// What a call gave.
#[derive(Clone, Copy)]
pub(crate) struct Outcome {
    /// A result that is a value; of an image, its address.
    pub(crate) value: FfiValue,
    /// errno, where the plan has it, else 0.
    pub(crate) errno: c_int,
}

/// How the frame of a plan goes on behind the arguments.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Behind {
    pub(crate) has_result: bool,
    pub(crate) has_errno: bool,
}

impl Behind {
    #[inline]
    pub(crate) fn of(plan: &CallPlan) -> Behind {
        Behind { has_result: !matches!(plan.result, ResultPlan::Void), has_errno: plan.errno.is_some() }
    }
}

/// Calls with these arguments, which are copied as they are: a stub reads no more of a slot than its type has.
///
/// # Safety
/// The callee's plan is for arguments of these types, and goes on as `behind` says; its function has this type. The
/// arguments are of their types. `image` has room for a result that is an image.
#[inline]
pub(crate) unsafe fn call(
    callee: &Callee,
    args: impl ExactSizeIterator<Item = FfiValue>,
    behind: Behind,
    image: *mut u8,
) -> Outcome {
    // Up to so many slots need no allocation.
    const INLINE: usize = 18;
    let mut inline = [const { MaybeUninit::<FfiValue>::uninit() }; INLINE];
    let (args_len, count) = (args.len(), args.len() + 2);
    let mut more = Vec::new();
    let frame = if count <= INLINE {
        &mut inline[..]
    } else {
        more.resize(count, MaybeUninit::uninit());
        &mut more[..]
    };
    for (slot, arg) in frame.iter_mut().zip(args) {
        slot.write(arg);
    }
    frame[args_len].write(FfiValue::from_ptr(image));
    frame[args_len + 1].write(FfiValue::ZERO);
    if !behind.has_result {
        frame[args_len].write(FfiValue::ZERO);
    }
    // SAFETY: the caller vouches for the callee and the arguments; slots are 8 bytes as values are, and stubs use no
    // context.
    unsafe { (callee.native)(std::ptr::null_mut(), callee, frame.as_mut_ptr().cast::<Slot>()) };
    let errno_at = args_len + usize::from(behind.has_result);
    // SAFETY: both slots were written above.
    unsafe {
        Outcome {
            value: if behind.has_result { frame[args_len].assume_init() } else { FfiValue::ZERO },
            errno: if behind.has_errno { frame[errno_at].assume_init().i32 } else { 0 },
        }
    }
}
