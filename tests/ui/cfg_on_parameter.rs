//! A native's parameters are always there.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn sometimes(a: i64, #[cfg(unix)] b: i64) -> i64 {
    a + b
}

fn main() {}
