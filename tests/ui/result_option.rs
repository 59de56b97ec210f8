//! An absent result is said by a `bool` or an error.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn find(text: &str) -> Option<i64> {
    text.parse().ok()
}

fn main() {}
