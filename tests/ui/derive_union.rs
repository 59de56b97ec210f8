//! Nobody knows what a union holds.

use vo_ffi::prelude::*;

#[derive(FromVo)]
union Bits {
    int: i64,
    float: f64,
}

fn main() {}
