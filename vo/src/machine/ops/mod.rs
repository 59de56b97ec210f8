//! What instructions do that takes longer than a few machine instructions.
//!
//! Every function here is called by the run loop with a [`Step`] whose operands are those that the
//! bytecode's description names; that is what "as for `Step`" means in their safety sections.

pub(super) mod calls;
mod convert;
pub(super) mod interfaces;
pub(super) mod maps;
pub(super) mod objects;
pub(super) mod pointers;
pub(super) mod slices;
pub(super) mod strings;

use vo_ffi::Slot;

use super::thread::{Done, Step};
use super::{panics, print};
use crate::bytecode::RuntimeFn;

/// [`Op::Runtime`](crate::bytecode::Op::Runtime).
///
/// # Safety
/// As for [`Step`].
pub(super) unsafe fn runtime(step: Step) -> Done {
    // SAFETY: as for Step; each function is given the step of its own operation.
    unsafe {
        match RuntimeFn::ALL[step.insn.x as usize] {
            RuntimeFn::MakeSlice => slices::make(step),
            RuntimeFn::SliceArray => slices::slice_array(step),
            RuntimeFn::SliceToArray => slices::to_array(step),
            RuntimeFn::AppendSlice => slices::append_slice(step),
            RuntimeFn::AppendStr => slices::append_string(step),
            RuntimeFn::CopySlice => slices::copy(step),
            RuntimeFn::CopyStr => slices::copy_string(step),
            RuntimeFn::ClearSlice => slices::clear(step),
            RuntimeFn::MakeMap => maps::make(step),
            RuntimeFn::MapLen => maps::len(step),
            RuntimeFn::MapEnd => maps::end(step),
            RuntimeFn::MapDelete => maps::delete(step),
            RuntimeFn::MapClear => maps::clear(step),
            RuntimeFn::BytesToStr => convert::bytes_to_string(step),
            RuntimeFn::StrToBytes => convert::string_to_bytes(step),
            RuntimeFn::RunesToStr => convert::runes_to_string(step),
            RuntimeFn::StrToRunes => convert::string_to_runes(step),
            RuntimeFn::RuneToStr => convert::rune_to_string(step),
            RuntimeFn::CharsToStr => convert::characters_to_string(step),
            RuntimeFn::EqImage => interfaces::equal_images(step),
            RuntimeFn::AssertInterface => interfaces::assert_interface(step),
            RuntimeFn::MinF => extreme(step, min),
            RuntimeFn::MaxF => extreme(step, max),
            RuntimeFn::Recover => panics::recover(step),
            RuntimeFn::Print => print::print(step, false),
            RuntimeFn::Println => print::print(step, true),
        }
    }
}

unsafe fn extreme(step: Step, of: fn(f64, f64) -> f64) -> Done {
    // SAFETY: as for Step.
    unsafe {
        let value = of(step.get(step.insn.b).as_f64(), step.get(step.insn.c).as_f64());
        step.set(step.insn.a, Slot::from_f64(value));
    }
    Ok(())
}

/// As Go's: NaN wins, and -0 is less than 0.
fn min(x: f64, y: f64) -> f64 {
    if x.is_nan() || x < y || (x == y && x.is_sign_negative()) { x } else { y }
}

fn max(x: f64, y: f64) -> f64 {
    if x.is_nan() || x > y || (x == y && x.is_sign_positive()) { x } else { y }
}
