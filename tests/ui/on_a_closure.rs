//! A native is a function with a name.

use vo_ffi::prelude::*;

fn make() -> i64 {
    #[vo_extern("a.A")]
    let double = |n: i64| n * 2;
    double(1)
}

fn main() {}
