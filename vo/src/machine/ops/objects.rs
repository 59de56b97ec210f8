//! New objects and copies.

use vo_ffi::{Slot, TypeId};

use crate::machine::thread::{Done, Step};
use crate::machine::unwind::NIL;

/// `New`
///
/// # Safety
/// As for [`Step`].
pub(in crate::machine) unsafe fn new(step: Step) -> Done {
    // SAFETY: as for Step.
    unsafe {
        let ty = TypeId::from_number(step.insn.index());
        let object = step.heap().alloc_object(ty).map_err(|error| step.heap_error(error))?;
        step.set(step.insn.a, Slot::from_ptr(object));
    }
    Ok(())
}

/// `CopyImage`
///
/// # Safety
/// As for [`Step`].
pub(in crate::machine) unsafe fn copy_image(step: Step) -> Done {
    // SAFETY: as for Step; what is not nil is an image of the type.
    unsafe {
        let from = step.get(step.insn.b).as_ptr::<u8>();
        if from.is_null() {
            return Err(step.raise(NIL));
        }
        let copy = step.heap().alloc_copy(step.ext_type(), from).map_err(|error| step.heap_error(error))?;
        step.set(step.insn.a, Slot::from_ptr(copy));
    }
    Ok(())
}
