//! Slices of Vo are of any length.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn sum(numbers: [i64; 3]) -> i64 {
    numbers.iter().sum()
}

#[vo_extern("a.B")]
fn digest(bytes: &[u8]) -> [u8; 4] {
    [bytes.len() as u8; 4]
}

#[vo_extern("a.C")]
fn rotate(matrix: &[[f64; 4]; 4]) -> Vec<[f64; 4]> {
    matrix.to_vec()
}

fn main() {}
