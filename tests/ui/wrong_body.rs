//! Type errors in the body stay where they are.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn add(a: i64, b: i64) -> i64 {
    let sum: i32 = a + b;
    sum
}

fn main() {}
