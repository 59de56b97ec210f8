//! A native has at most 8 results.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn nine() -> (i64, i64, i64, i64, i64, i64, i64, i64, i64) {
    (1, 2, 3, 4, 5, 6, 7, 8, 9)
}

fn main() {}
