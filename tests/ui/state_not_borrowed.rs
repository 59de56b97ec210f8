//! A state stays the embedder's.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn take(#[vo(state)] numbers: Vec<i64>) -> i64 {
    numbers.len() as i64
}

#[vo_extern("a.B")]
fn keep(#[vo(state)] numbers: &'static Vec<i64>) -> i64 {
    numbers.len() as i64
}

fn main() {}
