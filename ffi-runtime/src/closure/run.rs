//! Where C comes in: its arguments become a closure's, and the closure's result C's.

use std::ffi::{CStr, c_void};
use std::ptr::NonNull;

use libffi::low::ffi_cif;
use vo_ffi_core::c::ResultPlan;
use vo_ffi_core::{CallContext, Class, ClosureArg, ClosureResult, Failure, Heap, Slot, Status, Trap};

use crate::callback::in_slots;
use crate::closure::ClosureParam;
use crate::closure::pointer::Head;
use crate::closure::report::{refuse, unlocked};
use crate::closure::running::Running;
use crate::closure::shape::Shape;
use crate::stub::errno;

/// # Safety
/// C called the pointer of this head, and its arguments are in the slots.
pub(super) unsafe extern "C" fn run(head: *const (), slots: *mut Slot) {
    // SAFETY: heads are never freed; the slots are those of the head's shape; a call that has the head is running on
    // this thread, and ends after this.
    unsafe {
        let head = &*head.cast::<Head>();
        if !head.is_alive_here() {
            clear(head.shape(), slots);
            return refuse(head);
        }
        let Some(innermost) = Running::innermost() else { return clear(head.shape(), slots) };
        if innermost.has_failed() {
            return clear(head.shape(), slots);
        }
        // Without a pause a call of C is not watched, or the VM is let go of, as blocking natives do.
        if (*head.cx.get()).paused == 0 {
            clear(head.shape(), slots);
            return unlocked(head);
        }
        let errno = errno::get();
        if let Err(failure) = enter(head, head.param(), slots) {
            clear(head.shape(), slots);
            innermost.of(head.cx.get()).fail(failure);
        }
        errno::set(errno);
    }
}

/// # Safety
/// libffi calls it for the pointer of this head.
pub(super) unsafe extern "C" fn run_from_libffi(
    _: *mut ffi_cif,
    result: *mut c_void,
    args: *mut *mut c_void,
    head: *mut c_void,
) {
    // SAFETY: heads are never freed; libffi gives what the shape's plan has.
    unsafe {
        let plan = (*head.cast::<Head>()).shape().plan();
        in_slots(plan, result, args.cast_const().cast(), |slots| run(head.cast_const().cast(), slots));
    }
}

/// Gives C zero.
///
/// # Safety
/// The slots are those of the shape.
unsafe fn clear(shape: &Shape, slots: *mut Slot) {
    // SAFETY: the caller vouches for the slots; where the result is an image, one has the address of so many bytes.
    unsafe {
        match shape.plan().result {
            ResultPlan::Void => {}
            ResultPlan::Value { slot, .. } => slots.add(slot.into()).write(Slot::ZERO),
            ResultPlan::Parts { slot, bytes, .. } | ResultPlan::Memory { slot, bytes, .. } => {
                (*slots.add(slot.into())).as_ptr::<u8>().write_bytes(0, bytes as usize);
            }
        }
    }
}

/// # Safety
/// As for [`run`], and the pointer is alive on this thread.
#[inline]
unsafe fn enter(head: &Head, param: &ClosureParam, slots: *mut Slot) -> Result<(), Failure> {
    let cx = head.cx.get();
    // SAFETY: the context is that of a call that is running; the slots are those of the closure's arguments, one for
    // each, and the func value lives as long as the call.
    unsafe {
        if !param.conversions.is_empty() {
            let status = CallContext::with_heap(cx, |heap| {
                convert(param, slots, heap);
                Ok(())
            });
            check(cx, status)?;
        }
        let args = std::slice::from_raw_parts(slots, param.closure.args().len());
        let mut result = [Slot::ZERO];
        let count = usize::from(param.closure.result() != ClosureResult::Void);
        let status = CallContext::enter_closure(cx, head.func.get(), args, &mut result[..count]);
        check(cx, status)?;
        give(param, cx, result[0], slots)
    }
}

#[inline]
unsafe fn check(cx: *mut CallContext, status: Status) -> Result<(), Failure> {
    // SAFETY: the context is valid for the caller; the borrow ends here.
    if status == Status::Ok { Ok(()) } else { Err(unsafe { take_failure(cx) }) }
}

#[cold]
unsafe fn take_failure(cx: *mut CallContext) -> Failure {
    // SAFETY: as for `check`.
    let failure = unsafe { (*cx).take_failure() };
    failure.unwrap_or_else(|| Trap::new("a closure failed without a reason").into())
}

/// Makes the closure's arguments of those that are not yet.
///
/// # Safety
/// The slots are those of the parameter's shape, and the heap is free.
unsafe fn convert(param: &ClosureParam, slots: *mut Slot, mut heap: NonNull<dyn Heap>) {
    for &(slot, arg) in &param.conversions {
        // SAFETY: the caller vouches for the slots, and C for the text, or the image, whose address it gives.
        unsafe {
            let slot = slots.add(slot.into());
            match arg {
                ClosureArg::InPlace => {}
                ClosureArg::Widen => *slot = Slot::from_f64((*slot).as_f32().into()),
                ClosureArg::CopyText => {
                    let text = (*slot).as_ptr::<std::ffi::c_char>();
                    if !text.is_null() {
                        *slot = heap.as_mut().new_string(CStr::from_ptr(text).to_bytes());
                    }
                }
                ClosureArg::Struct(ty, bytes) => {
                    let object = heap.as_mut().new_object(ty);
                    object.copy_from_nonoverlapping((*slot).as_ptr(), bytes as usize);
                    *slot = Slot::from_ptr(object);
                }
            }
        }
    }
}

/// Gives C what the closure returned.
///
/// # Safety
/// The slots are those of the parameter's shape; `value` is what the closure returned, just now.
#[inline]
unsafe fn give(
    param: &ClosureParam,
    cx: *mut CallContext,
    value: Slot,
    slots: *mut Slot,
) -> Result<(), Failure> {
    let value = match param.closure.result() {
        ClosureResult::Void => return Ok(()),
        ClosureResult::InPlace => value,
        ClosureResult::Pointer => {
            // SAFETY: the context is the running call's, which ends in its `with_heap`.
            unsafe { keep(cx, value) };
            value
        }
        ClosureResult::Narrow { class, bytes } if class.extend(bytes, value.bits()) == value => value,
        ClosureResult::Narrow { class: Class::Signed, .. } => return Err(misfit(param, value.as_i64())),
        ClosureResult::Narrow { .. } => return Err(misfit(param, value.bits())),
        ClosureResult::Widen => Slot::from_f64(value.as_f32().into()),
        ClosureResult::Round => {
            let rounded = value.as_f64() as f32;
            if rounded.is_infinite() && value.as_f64().is_finite() {
                return Err(misfit(param, value.as_f64()));
            }
            Slot::from_f32(rounded)
        }
        ClosureResult::Struct(bytes) => {
            // SAFETY: the caller vouches for the slots: one has the address of the result's image. Nothing was collected
            // since the closure returned.
            unsafe {
                if let ResultPlan::Parts { slot, .. } | ResultPlan::Memory { slot, .. } =
                    param.shape.plan().result
                {
                    let image = (*slots.add(slot.into())).as_ptr::<u8>();
                    image.copy_from_nonoverlapping(value.as_ptr(), bytes as usize);
                }
            }
            return Ok(());
        }
    };
    if let ResultPlan::Value { slot, .. } = param.shape.plan().result {
        // SAFETY: the caller vouches for the slots.
        unsafe { slots.add(slot.into()).write(value) };
    }
    Ok(())
}

/// What C has of the heap now stays while it may use it.
///
/// # Safety
/// The context is that of a running call.
unsafe fn keep(cx: *mut CallContext, value: Slot) {
    // SAFETY: by the caller's promise; each borrow ends at its statement.
    unsafe {
        if (*cx).handed_out().last() != Some(&value) {
            (*cx).keep(value);
        }
    }
}

#[cold]
fn misfit(param: &ClosureParam, value: impl std::fmt::Display) -> Failure {
    let ClosureParam { function, position, closure, .. } = param;
    let ty = closure.types().name(closure.sig().result);
    Trap::new(format!("{function}: {position}: the closure returned {value}, which does not fit in {ty}"))
        .into()
}
