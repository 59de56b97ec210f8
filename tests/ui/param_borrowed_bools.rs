//! Only numbers lie in a slice as Rust has them.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn all(flags: &[bool]) -> bool {
    flags.iter().all(|flag| *flag)
}

fn main() {}
