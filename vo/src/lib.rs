//! The reference VM of vo-ffi: Go's syntax and meaning, with Rust natives and C functions a declaration away.
//!
//! [`Vm`] is the way in: it checks, compiles and links a program and runs it. The modules follow a program on
//! its way: [`source`] and [`ast`], [`check`] (all errors, or a checked program), [`bytecode`], [`machine`]
//! and [`heap`], and the [`packages`] that programs import.

pub mod ast;
pub mod bytecode;
pub mod check;
mod compile;
pub mod diagnostic;
pub mod heap;
mod host;
mod lexer;
mod limits;
mod listing;
pub mod machine;
pub mod packages;
mod parser;
mod permissions;
mod program;
mod session;
pub mod source;
pub mod types;
mod vm;

pub use check::{Input, Rejected};
pub use limits::Limits;
pub use listing::Listing;
pub use machine::InterruptHandle;
pub use permissions::{Libraries, Permissions};
pub use program::{FuncError, Program, TypedFunc};
pub use session::{Completion, Failure, Session};
pub use vm::{Vm, packaged_externs};

/// The samples of the book's pages that are in Rust.
#[cfg(doctest)]
mod book {
    #[doc = include_str!("../../docs/src/natives.md")]
    struct Natives;

    #[doc = include_str!("../../docs/src/native-types.md")]
    struct NativeTypes;

    #[doc = include_str!("../../docs/src/native-packages.md")]
    struct NativePackages;

    #[doc = include_str!("../../docs/src/native-panics.md")]
    struct NativePanics;

    #[doc = include_str!("../../docs/src/embedding.md")]
    struct Embedding;
}
