//! A parameter is of a type that Vo has.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn sum(numbers: std::collections::HashSet<i64>) -> i64 {
    numbers.iter().sum()
}

fn main() {}
