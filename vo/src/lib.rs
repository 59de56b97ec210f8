//! The reference VM.

pub mod ast;
pub mod check;
pub mod diagnostic;
pub mod source;
pub mod types;
