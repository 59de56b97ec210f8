//! The natives behind bound C functions: arguments from the frame, the call, results into the frame.

use std::ffi::{c_int, c_void};
use std::ptr::{NonNull, null_mut};

use vo_ffi_core::{
    CArg, CPlan, CallContext, Callee, Failure, Heap, Native, Pass, Slot, Status, Take, Trap, io_text,
    new_error,
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
    // SAFETY: a callee of this crate has a `Target`, the frame has the slots of its plan, and the bound
    // function vouches for the types.
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
    // SAFETY: as in `invoke`; the context's heap pointer is valid while a native runs, and no reference
    // made of it outlives its statement.
    unsafe {
        let callee = &*callee;
        let target = &*callee.target.cast::<Target>();
        let plan = &target.plan;
        CallContext::with_heap(cx, |mut heap| {
            let mut copies = Vec::new();
            let called = with_cells(plan.args.len(), |args, words| {
                for (index, arg) in plan.args.iter().enumerate() {
                    let at = frame.add(arg.slot.into());
                    args[index] = match address(heap, *arg, at.read(), &mut copies) {
                        Ok(None) => at.cast(),
                        Ok(Some(word)) => {
                            words[index] = word;
                            (&raw mut words[index]).cast()
                        }
                        Err(nul) => return Err(nul.describe(callee, index)),
                    };
                }
                Ok(target.call(args))
            });
            let returned = match called {
                Ok(returned) => returned,
                Err(message) => {
                    let Some(errno) = plan.errno else { return Err(Failure::Trap(Trap::new(message))) };
                    let error = new_error(heap.as_mut(), &message);
                    write_results(plan, frame, errno.failing.sample(), error);
                    return Ok(());
                }
            };
            // Whether it failed is told by what C returned: NULL and a pointer to "" are both "" in Vo.
            let (result, judged) = match plan.result.map(|result| result.take) {
                None => (Slot::ZERO, Slot::ZERO),
                Some(Take::Extend(scalar)) => {
                    let result = Take::extend(scalar, returned.word);
                    (result, result)
                }
                Some(Take::CopyText) => (copy_text(heap, returned.word), Slot::from_bits(returned.word)),
            };
            let error = match failure_of(plan, judged, returned.errno) {
                None => [Slot::ZERO; 2],
                Some(code) => new_error(heap.as_mut(), &errno_text(code)),
            };
            write_results(plan, frame, result, error);
            Ok(())
        })
    }
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

/// A string that C would see cut off.
struct NulByte {
    at: usize,
}

impl NulByte {
    #[cold]
    fn describe(&self, callee: &Callee, index: usize) -> String {
        let name = callee.param_names.get(index).map(|name| format!(" `{name}`")).unwrap_or_default();
        format!(
            "{}: argument {}{name}: the string has a NUL at byte {}, where C would take it to end",
            callee.name,
            index + 1,
            self.at
        )
    }
}

/// The address that C gets for an argument; `None` where it gets the slot as it is.
///
/// # Safety
/// `heap` is valid, and `slot` is of the type that the plan has this argument for.
unsafe fn address(
    heap: NonNull<dyn Heap>,
    arg: CArg,
    slot: Slot,
    copies: &mut Vec<Box<[u8]>>,
) -> Result<Option<*mut c_void>, NulByte> {
    match arg.pass {
        Pass::InPlace => Ok(None),
        Pass::Elements => {
            // SAFETY: the caller vouches for the heap and for a slice in the slot.
            let raw = unsafe { heap.as_ref() }.slice(slot);
            Ok(Some(if raw.len == 0 { null_mut() } else { raw.data.cast() }))
        }
        // SAFETY: the caller vouches for the heap and for a string in the slot.
        Pass::Text => unsafe { text(heap, slot, copies) }.map(|at| Some(at.cast_mut().cast())),
    }
}

/// The address of a string's bytes with a NUL behind them.
///
/// # Safety
/// As [`address`], for a string.
unsafe fn text(
    heap: NonNull<dyn Heap>,
    string: Slot,
    copies: &mut Vec<Box<[u8]>>,
) -> Result<*const u8, NulByte> {
    // SAFETY: the caller vouches for the heap, and nothing allocates in it while this borrow is used.
    let heap = unsafe { heap.as_ref() };
    let (data, len) = heap.string(string);
    if len == 0 {
        return Ok(c"".as_ptr().cast());
    }
    // SAFETY: a string has `len` bytes at `data`, which stay while collection is paused.
    let bytes = unsafe { std::slice::from_raw_parts(data, len) };
    if let Some(at) = bytes.iter().position(|&byte| byte == 0) {
        return Err(NulByte { at });
    }
    if let Some(at) = heap.c_string(string) {
        return Ok(at);
    }
    let copy: Box<[u8]> = bytes.iter().copied().chain([0]).collect();
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
