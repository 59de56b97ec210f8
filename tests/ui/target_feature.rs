//! Any machine may call a native.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
#[target_feature(enable = "avx2")]
fn sum(numbers: &[f64]) -> f64 {
    numbers.iter().sum()
}

fn main() {}
