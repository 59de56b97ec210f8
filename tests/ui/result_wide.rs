//! No integer of Vo has 128 bits.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn product(a: u64, b: u64) -> u128 {
    u128::from(a) * u128::from(b)
}

#[vo_extern("a.B")]
fn difference(a: u64, b: u64) -> (i128, bool) {
    (i128::from(a) - i128::from(b), a < b)
}

fn main() {}
