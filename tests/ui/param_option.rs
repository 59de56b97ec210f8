//! A number has no nil.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn limited(limit: Option<i64>) -> i64 {
    limit.unwrap_or(10)
}

fn main() {}
