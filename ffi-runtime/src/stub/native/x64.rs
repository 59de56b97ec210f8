//! Code for x86-64, assembled from plans.

#![expect(clippy::useless_conversion, reason = "the output of dynasm converts numbers of registers")]

mod call;
mod entry;
mod moves;

pub(crate) use call::{assemble_call, frame_of};
pub(crate) use entry::{assemble_entry, assemble_thunk};

use dynasmrt::SimpleAssembler;
use vo_ffi_core::c::Convention;

/// Whose functions this machine calls.
pub(super) const CONVENTIONS: &[Convention] = &[Convention::SysV64, Convention::Win64];

/// Where the thread's variables are.
pub(super) fn thread_pointer() -> i64 {
    let thread;
    // SAFETY: on Linux the first word at fs is its own address, in every thread.
    unsafe {
        std::arch::asm!("mov {}, fs:[0]", out(reg) thread, options(nostack, readonly, preserves_flags))
    };
    thread
}

/// What code is written into: no stub has a jump, so labels are not needed.
type Assembler = SimpleAssembler;

/// An assembler with room for the code of most plans.
fn assembler() -> Assembler {
    SimpleAssembler { ops: Vec::with_capacity(512) }
}

// The numbers of registers, as instructions have them.
const RAX: u8 = 0;
const RCX: u8 = 1;
const RDX: u8 = 2;
const RSP: u8 = 4;
const RBP: u8 = 5;
const RSI: u8 = 6;
const RDI: u8 = 7;
const R8: u8 = 8;
const R9: u8 = 9;
const R10: u8 = 10;

/// A vector register that no convention passes arguments in.
const XMM_SCRATCH: u8 = 15;

/// The numbers of [`Place::Int`] registers.
fn int_register(convention: Convention, number: u8) -> u8 {
    let registers: &[u8] = match convention {
        Convention::Win64 => &[RCX, RDX, R8, R9],
        _ => &[RDI, RSI, RDX, RCX, R8, R9],
    };
    registers[usize::from(number)]
}

/// The numbers of [`Returned::Int`] registers.
const INT_RESULTS: [u8; 2] = [RAX, RDX];
