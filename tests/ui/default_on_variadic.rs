//! Any number of arguments may be none.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn sum(#[vo(default = 1)] first: i64, #[vo(default = 0)] others: VoVariadic<i64>) -> i64 {
    others.iter().fold(first, i64::wrapping_add)
}

#[vo_extern("a.B")]
fn join(#[vo(default = "")] first: &str, others: VoVariadic<&str>) -> String {
    others.iter().fold(first.to_string(), |text, other| text + other)
}

fn main() {}
