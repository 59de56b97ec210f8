//! A parameter has one option.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn count(#[vo(stat)] numbers: &Vec<i64>) -> i64 {
    numbers.len() as i64
}

#[vo_extern("a.B")]
fn total(#[vo] numbers: &Vec<i64>) -> i64 {
    numbers.len() as i64
}

fn main() {}
