//! A native has no const parameters.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn times<const N: i64>(a: i64) -> i64 {
    a * N
}

fn main() {}
