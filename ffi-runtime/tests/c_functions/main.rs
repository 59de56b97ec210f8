//! C functions, from declarations to calls into libraries that are really there.

mod binding;
mod calls;
mod harness;
