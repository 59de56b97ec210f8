//! A result is of a type that Vo has.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn duration() -> std::time::Duration {
    std::time::Duration::ZERO
}

fn main() {}
