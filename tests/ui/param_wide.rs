//! No integer of Vo has 128 bits.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn wide(a: i128) -> i64 {
    a as i64
}

fn main() {}
