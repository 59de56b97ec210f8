//! The Rust API: libraries, functions, variables, calls, and the entry for compiled code.

mod by_hand;
mod calls;
mod entry;
mod errors;
mod fixture;
mod libraries;
mod objects;
mod types;
mod variables;
