//! The bytecode: what the compiler makes and the machine runs.
//!
//! # Frames
//! A function's registers are [`Slot`](vo_ffi::Slot)s, numbered from 0: the parameters' slots, the
//! results' slots, then (in a closure, [`Function::has_captures`]) the func value itself, then locals and temporaries.
//! Each register has one [`RegKind`] for the function's whole life; the machine zeroes at entry all but the
//! parameters that may hold references.
//!
//! Calls go through the *window*, the registers from [`Function::window`] on: arguments first, results
//! behind them. The window is untyped and no root of the collector. So the compiler moves arguments there
//! right before the call and results away right after it, and between these moves and the call runs nothing
//! that can allocate: no instruction marked *allocates*, and no call. An instruction that allocates never takes
//! an operand from the window. After a call the arguments in the window are garbage, the results valid.
//!
//! # Values
//! A string, slice, map or func register holds 0 or a heap address; a struct or array register holds the address of
//! its image, never 0; a pointer any address or 0. An interface takes a pair of registers, type word
//! and data, written here as `b:b+1`.
//!
//! # Jumps
//! Distances count instructions from the one behind the jump. Any jump may go backwards; the machine looks
//! for interrupts itself.

mod builder;
mod display;
mod insn;
mod op;
mod program;
mod runtime_fn;
mod verify;

/// How many arguments [`Op::CallCInts`] and [`Op::CallCFloats`] pass.
pub const MAX_DIRECT: usize = 6;

pub use builder::{CodeBuilder, Label};
pub use insn::{Insn, NO_REG};
pub use op::{Op, Operand, Shape};
pub use program::{
    Callable, Constant, ExternDecl, ExternSource, FRAME_LINK, Function, GlobalVar, Interface, Line,
    MethodEntry, MethodName, Program, Receiver, RegKind,
};
pub use runtime_fn::RuntimeFn;
pub use verify::verify;
