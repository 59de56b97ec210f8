//! The natives behind bound C functions: arguments from the frame, the call, results into the frame.

use std::ffi::{c_int, c_void};
use std::ptr::{NonNull, null_mut};

use vo_ffi_core::{
    CPlan, CallContext, Callee, Failure, Heap, Native, Pass, Slot, Status, Take, Trap, io_text, new_error,
};

use crate::stub::{Returned, Stub};

/// What a callee's `target` points to.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) stub: Stub,
    pub(crate) plan: CPlan,
}

impl Target {
    /// The native that follows the plan.
    pub(crate) fn native(&self) -> Native {
        if self.plan.sees_heap { invoke_with_heap } else { invoke }
    }

    /// # Safety
    /// As [`Stub::call`].
    #[inline]
    unsafe fn call(&self, args: &mut [*mut c_void]) -> Returned {
        // SAFETY: the caller vouches for it.
        unsafe {
            match self.plan.errno {
                None => Returned { word: self.stub.call(args), errno: 0 },
                Some(_) => self.stub.call_with_errno(args),
            }
        }
    }
}

/// A call whose arguments and result are all scalars.
///
/// # Safety
/// As [`Native`]; the callee was made by this crate.
unsafe extern "C" fn invoke(cx: *mut CallContext, callee: *const Callee, frame: *mut Slot) -> Status {
    // SAFETY: a callee of this crate has a `Target`, and the frame has the slots of its plan with arguments
    // of its types.
    unsafe {
        let target = &*(*callee).target.cast::<Target>();
        let plan = &target.plan;
        let returned = with_cells(plan.args.len(), |args, _| {
            for (at, arg) in args.iter_mut().zip(&plan.args) {
                *at = frame.add(arg.slot.into()).cast();
            }
            target.call(args)
        });
        let result = match plan.result.map(|result| result.take) {
            Some(Take::Extend(scalar)) => Take::extend(scalar, returned.word),
            _ => Slot::ZERO,
        };
        match failure_of(plan, result, returned.errno) {
            None => {
                write_results(plan, frame, result, [Slot::ZERO; 2]);
                Status::Ok
            }
            Some(code) => CallContext::with_heap(cx, |mut heap| {
                let error = new_error(heap.as_mut(), &errno_text(code));
                write_results(plan, frame, result, error);
                Ok(())
            }),
        }
    }
}

/// A call whose arguments or result lie in the heap.
///
/// # Safety
/// As [`invoke`].
unsafe extern "C" fn invoke_with_heap(
    cx: *mut CallContext,
    callee: *const Callee,
    frame: *mut Slot,
) -> Status {
    // SAFETY: the callee and the frame are as in `invoke`, the context is valid, and its heap is too while
    // a native runs.
    unsafe {
        let callee = &*callee;
        let target = &*callee.target.cast::<Target>();
        CallContext::with_heap(cx, |mut heap| {
            let (result, error) = match call_with_heap(target, frame, heap) {
                Ok(returned) => take(&target.plan, returned, heap),
                Err(nul) => {
                    let message = nul.describe(callee);
                    let Some(errno) = target.plan.errno else {
                        return Err(Failure::Trap(Trap::new(message)));
                    };
                    (errno.failing.sample(), new_error(heap.as_mut(), &message))
                }
            };
            write_results(&target.plan, frame, result, error);
            Ok(())
        })
    }
}

/// Converts the arguments and calls.
///
/// # Safety
/// As [`invoke`], with the target and the heap of the call.
unsafe fn call_with_heap(
    target: &Target,
    frame: *mut Slot,
    heap: NonNull<dyn Heap>,
) -> Result<Returned, NulByte> {
    let plan = &target.plan;
    // Copies of strings, which live as long as the call.
    let mut copies = Vec::new();
    with_cells(plan.args.len(), |args, words| {
        for (index, arg) in plan.args.iter().enumerate() {
            // SAFETY: the frame has the plan's slots, and each holds a value of the heap of the plan's type.
            let (at, word) = unsafe {
                let at = frame.add(arg.slot.into());
                (at, address(heap, arg.pass, at.read(), &mut copies))
            };
            args[index] = match word.map_err(|at| NulByte { index, at })? {
                None => at.cast(),
                Some(word) => {
                    words[index] = word;
                    (&raw mut words[index]).cast()
                }
            };
        }
        // SAFETY: every argument has its address, and the caller vouches for the function's types.
        Ok(unsafe { target.call(args) })
    })
}

/// The result and the error.
///
/// # Safety
/// The heap is that of the call, and C returned what the plan says.
unsafe fn take(plan: &CPlan, returned: Returned, mut heap: NonNull<dyn Heap>) -> (Slot, [Slot; 2]) {
    // Whether it failed is told by what C returned: NULL and a pointer to "" are both "" in Vo.
    let (result, judged) = match plan.result.map(|result| result.take) {
        None => (Slot::ZERO, Slot::ZERO),
        Some(Take::Extend(scalar)) => {
            let result = Take::extend(scalar, returned.word);
            (result, result)
        }
        // SAFETY: the caller vouches for the heap, and for a text at the address that C returned.
        Some(Take::CopyText) => (unsafe { copy_text(heap, returned.word) }, Slot::from_bits(returned.word)),
    };
    let error = match failure_of(plan, judged, returned.errno) {
        None => [Slot::ZERO; 2],
        // SAFETY: the caller vouches for the heap, and no other borrow of it is alive.
        Some(code) => new_error(unsafe { heap.as_mut() }, &errno_text(code)),
    };
    (result, error)
}

/// Lends `f` a cell for each argument's address, and one for what the argument was converted to. Up to
/// 16 arguments need no allocation.
#[inline]
fn with_cells<R>(count: usize, f: impl FnOnce(&mut [*mut c_void], &mut [*mut c_void]) -> R) -> R {
    const INLINE: usize = 16;
    if count <= INLINE {
        let (mut args, mut words) = ([null_mut(); INLINE], [null_mut(); INLINE]);
        f(&mut args[..count], &mut words[..count])
    } else {
        let (mut args, mut words) = (vec![null_mut(); count], vec![null_mut(); count]);
        f(&mut args, &mut words)
    }
}

/// A string argument that C would see cut off.
struct NulByte {
    /// The argument, from 0.
    index: usize,
    /// The NUL's place in the string.
    at: usize,
}

impl NulByte {
    #[cold]
    fn describe(&self, callee: &Callee) -> String {
        let name = callee.param_names.get(self.index).map(|name| format!(" `{name}`")).unwrap_or_default();
        format!(
            "{}: argument {}{name}: the string has a NUL at byte {}, where C would take it to end",
            callee.name,
            self.index + 1,
            self.at
        )
    }
}

/// The address that C gets for an argument, or `None` where it gets the slot as it is; else the place of
/// a NUL inside a string.
///
/// # Safety
/// `heap` is valid, and `slot` is of a type that `pass` is for.
unsafe fn address(
    heap: NonNull<dyn Heap>,
    pass: Pass,
    slot: Slot,
    copies: &mut Vec<Vec<u8>>,
) -> Result<Option<*mut c_void>, usize> {
    match pass {
        Pass::InPlace => Ok(None),
        Pass::Elements => {
            // SAFETY: the caller vouches for the heap and for a slice in the slot.
            let raw = unsafe { heap.as_ref().slice(slot) };
            Ok(Some(if raw.len == 0 { null_mut() } else { raw.data.cast() }))
        }
        // SAFETY: the caller vouches for the heap and for a string in the slot.
        Pass::Text => unsafe { text(heap, slot, copies) }.map(|at| Some(at.cast_mut().cast())),
    }
}

/// The address of a string's bytes with a NUL behind them; else the place of a NUL among them.
///
/// # Safety
/// As [`address`], for a string.
unsafe fn text(heap: NonNull<dyn Heap>, string: Slot, copies: &mut Vec<Vec<u8>>) -> Result<*const u8, usize> {
    // SAFETY: the caller vouches for the heap, and nothing allocates in it while this borrow is used.
    let heap = unsafe { heap.as_ref() };
    // SAFETY: the caller vouches for a string.
    let (data, len) = unsafe { heap.string(string) };
    if len == 0 {
        return Ok(c"".as_ptr().cast());
    }
    // SAFETY: a string has `len` bytes at `data`, which stay while collection is paused.
    let bytes = unsafe { std::slice::from_raw_parts(data, len) };
    // `contains` is fast, `position` tells where.
    if bytes.contains(&0) {
        return Err(bytes.iter().position(|&byte| byte == 0).unwrap_or_default());
    }
    // SAFETY: as above.
    if let Some(at) = unsafe { heap.c_string(string) } {
        return Ok(at);
    }
    let mut copy = Vec::with_capacity(len + 1);
    copy.extend_from_slice(bytes);
    copy.push(0);
    let at = copy.as_ptr();
    copies.push(copy);
    Ok(at)
}

/// A new string with the text that C returned.
///
/// # Safety
/// `heap` is valid, and `word` is NULL or the address of a text that ends in a NUL.
unsafe fn copy_text(mut heap: NonNull<dyn Heap>, word: u64) -> Slot {
    let text = Slot::from_bits(word).as_ptr::<std::ffi::c_char>();
    if text.is_null() {
        return Slot::ZERO;
    }
    // SAFETY: the caller vouches for the text and the heap.
    unsafe { heap.as_mut().new_string(std::ffi::CStr::from_ptr(text).to_bytes()) }
}

/// errno, where it and the result tell of a failure.
#[inline]
fn failure_of(plan: &CPlan, result: Slot, errno: c_int) -> Option<c_int> {
    let rule = plan.errno?;
    (errno != 0 && rule.failing.matches(result)).then_some(errno)
}

#[cold]
fn errno_text(code: c_int) -> String {
    io_text(&std::io::Error::from_raw_os_error(code))
}

/// # Safety
/// `frame` has the slots that the plan names.
#[inline]
unsafe fn write_results(plan: &CPlan, frame: *mut Slot, result: Slot, error: [Slot; 2]) {
    // SAFETY: the caller vouches for the frame.
    unsafe {
        if let Some(place) = plan.result {
            frame.add(place.slot.into()).write(result);
        }
        if let Some(place) = plan.errno {
            frame.add(place.slot.into()).cast::<[Slot; 2]>().write(error);
        }
    }
}
