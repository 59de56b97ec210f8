//! Code for 64-bit ARM, assembled from plans. Every machine can assemble it, so that it is tested where only an emulator
//! can run it.

#![expect(clippy::useless_conversion, reason = "the output of dynasm converts numbers of registers")]

mod call;
mod entry;
mod moves;

#[cfg(test)]
mod tests;

pub(crate) use call::assemble_call;
pub(crate) use entry::{assemble_entry, assemble_thunk};

use dynasmrt::VecAssembler;
use dynasmrt::aarch64::Aarch64Relocation;

/// Whose functions this machine calls.
#[cfg(target_arch = "aarch64")]
pub(super) const CONVENTIONS: &[vo_ffi_core::c::Convention] = &[vo_ffi_core::c::Convention::Aapcs64];

/// Where the thread's variables are.
#[cfg(target_arch = "aarch64")]
pub(super) fn thread_pointer() -> i64 {
    let thread;
    // SAFETY: every thread may read this register.
    unsafe {
        std::arch::asm!("mrs {}, tpidr_el0", out(reg) thread, options(nostack, nomem, preserves_flags))
    };
    thread
}

/// How stubs keep their frames: all by the register of frames.
#[cfg(target_arch = "aarch64")]
pub(super) fn frame_of(_: &vo_ffi_core::c::CallPlan) -> super::code_memory::Frame {
    super::code_memory::Frame::Register
}

/// What code is written into.
type Assembler = VecAssembler<Aarch64Relocation>;

// The numbers of registers, as instructions have them. x0 to x7 and v0 to v7 have arguments and results, and their
// numbers are those of the convention's order.

/// Has the address for a result.
const RESULT_ADDRESS: u8 = 8;
/// Has the address of the image that is being moved.
const IMAGE: u8 = 9;
/// Has the address that an image is copied to.
const COPY: u8 = 10;
/// Has a value on its way between two places in memory.
const VALUE: u8 = 11;
/// Has a piece of a value, or what is left to count.
const PIECE: u8 = 12;
/// Has addresses that are too far for an instruction.
const FAR: u8 = 16;
/// Has the function to call in stubs, and the head in entries.
const CALLEE: u8 = 17;
/// Has the frame.
const FRAME: u8 = 19;
/// x29, from which debuggers walk up.
const FRAME_RECORD: u8 = 29;
/// The stack pointer, in instructions that do not mean the zero register by it.
const SP: u8 = 31;
