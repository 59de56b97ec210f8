//! The command `vo`.

// The generator of random types, which tests share with those of the core, names it so.
#[cfg(test)]
extern crate vo_ffi as vo_ffi_core;

mod command;

use std::process::ExitCode;

fn main() -> ExitCode {
    command::main()
}
