//! A number has no nil.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn find(text: &str) -> Option<i64> {
    text.parse().ok()
}

fn main() {}
