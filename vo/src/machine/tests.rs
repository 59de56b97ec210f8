//! Programs assembled by hand.

mod assembler;
mod calls;
mod core;
mod listing;
mod traps;
