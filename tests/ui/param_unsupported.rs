//! A parameter is of a type that Vo has.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn sum(numbers: std::collections::HashMap<String, i64>) -> i64 {
    numbers.values().sum()
}

fn main() {}
