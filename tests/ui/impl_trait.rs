//! Parameters and results have types with names.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn shown(value: impl ToString) -> i64 {
    value.to_string().len() as i64
}

#[vo_extern("a.B")]
fn numbers() -> impl Iterator<Item = i64> {
    0..3
}

fn main() {}
