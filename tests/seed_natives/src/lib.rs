//! The natives that vo-ffi was first described with, word for word. That they compile here, in a crate that
//! depends on `vo-ffi` alone, is a test; `examples/tiny_vm.rs` runs them.

mod natives;
mod thing;
