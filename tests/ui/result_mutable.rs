//! The script gets values.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn sorted(numbers: &mut [i64]) -> &mut [i64] {
    numbers.sort();
    numbers
}

#[vo_extern("a.B")]
fn largest(numbers: &mut [i64]) -> Option<&mut i64> {
    numbers.iter_mut().max()
}

fn main() {}
