//! Slices are copied as bytes, or as a `Vec`.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn tail(numbers: &[i64]) -> &[i64] {
    &numbers[1..]
}

#[vo_extern("a.B")]
fn names() -> &'static [&'static str] {
    &["one", "two"]
}

fn main() {}
