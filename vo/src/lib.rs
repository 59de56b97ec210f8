//! The reference VM.

pub mod ast;
pub mod bytecode;
pub mod check;
mod compile;
pub mod diagnostic;
pub mod heap;
mod lexer;
pub mod machine;
pub mod packages;
mod parser;
pub mod source;
pub mod types;
