//! What C gets in a call, and what it gives.

use std::ffi::c_int;

use vo_ffi::c::{CKind, ResultPlan, Target};
use vo_ffi::prelude::*;
use vo_ffi::runtime::{FuncParam, Function};
use vo_ffi::{Class, Slot};

use super::ctype::TypeRef;
use super::load::{Loaded, load};
use super::memory::Memory;
use super::pass::Passed;
use super::value::failed;

/// What C gave: a struct, or the bytes of a scalar.
pub(super) struct Returned {
    pub(super) image: Option<Memory>,
    pub(super) word: u64,
    pub(super) errno: c_int,
}

/// The slots of a call, the memory of its structs, and the funcs that C may call.
pub(super) struct Frame<'call> {
    slots: Vec<Slot>,
    images: Vec<Memory>,
    funcs: Vec<(FuncParam, VoFunc<'call>)>,
}

impl<'call> Frame<'call> {
    pub(super) fn new(args: usize) -> Frame<'call> {
        Frame { slots: Vec::with_capacity(args + 2), images: Vec::new(), funcs: Vec::new() }
    }

    /// A func, whose pointer takes its place when the call begins.
    pub(super) fn push_func(&mut self, param: FuncParam, func: VoFunc<'call>) {
        self.slots.push(Slot::ZERO);
        self.funcs.push((param, func));
    }

    pub(super) fn push(&mut self, passed: Passed) {
        self.slots.push(match passed {
            Passed::Word(word) => Slot::from_bits(word),
            Passed::Image(memory) => {
                let slot = Slot::from_ptr(memory.address());
                self.images.push(memory);
                slot
            }
        });
    }

    /// Calls the function.
    ///
    /// # Errors
    /// The panic of a func.
    pub(super) fn call(
        &mut self,
        ctx: &mut VmCtx<'call>,
        function: &Function,
        result: &TypeRef,
    ) -> Result<Returned, VoError> {
        let at = self.slots.len();
        let image = if function.result().is_image() { Some(result.zeroed().map_err(failed)?) } else { None };
        if !matches!(function.plan().result, ResultPlan::Void) {
            self.slots.push(image.as_ref().map_or(Slot::ZERO, |image| Slot::from_ptr(image.address())));
        }
        self.slots.push(Slot::ZERO);
        // SAFETY: the program vouches for the function's type; the frame has a slot for each argument, of its type, one
        // for a result and one for errno, and the images live in this frame.
        unsafe { function.call_frame_with_funcs(ctx, &mut self.slots, &self.funcs)? };
        let errno = self.slots.last().map_or(0, |slot| slot.bits() as c_int);
        Ok(Returned { image, word: self.slots[at].bits(), errno })
    }
}

/// Whether a result tells that the function failed, if errno is not 0 too: -1, NULL, false, and every result that cannot
/// tell.
///
/// # Safety
/// The memory has a value of this type.
pub(super) unsafe fn is_failure(result: &TypeRef, memory: &Memory) -> bool {
    if let CKind::Pointer { .. } = result.kind() {
        // SAFETY: the memory has an address.
        return matches!(unsafe { memory.address().cast::<u64>().read() }, 0 | u64::MAX);
    }
    let Some(scalar) = result.scalar() else { return true };
    // SAFETY: passed on.
    let Loaded::Scalar(_, slot) = (unsafe { load(result, memory, None) }) else { return true };
    match (scalar.class(Target::HOST), scalar.size(Target::HOST)) {
        (Class::Float, _) => true,
        (Class::Bool, _) => !slot.as_bool(),
        (Class::Signed, _) => slot.as_i64() == -1,
        (Class::Unsigned, size) => slot.bits() == u64::MAX >> (64 - 8 * size),
    }
}
