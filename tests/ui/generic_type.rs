//! A native has no type parameters.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn largest<T: Ord, U>(a: i64, _b: T, _c: U) -> i64 {
    a
}

fn main() {}
