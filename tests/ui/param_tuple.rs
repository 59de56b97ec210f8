//! Parameters stand one by one.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn add(pair: (i64, i64)) -> i64 {
    pair.0 + pair.1
}

#[vo_extern("a.B")]
fn apart((name, times): (&str, u32)) -> String {
    name.repeat(times as usize)
}

#[vo_extern("a.C")]
fn nothing(_nothing: ()) {}

#[vo_extern("a.D")]
fn pairs(pairs: Vec<(String, i64)>) -> i64 {
    pairs.iter().map(|pair| pair.1).sum()
}

fn main() {}
