//! The reference VM.

pub mod ast;
pub mod bytecode;
pub mod check;
pub mod diagnostic;
pub mod heap;
mod lexer;
pub mod machine;
mod parser;
pub mod source;
pub mod types;
