//! A native is a Rust function.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
extern "C" fn for_c(a: i64) -> i64 {
    a
}

fn main() {}
