//! What has no size is borrowed.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn text(text: str) -> i64 {
    text.len() as i64
}

#[vo_extern("a.B")]
fn items(items: [i64]) -> i64 {
    items.len() as i64
}

#[vo_extern("a.C")]
fn returned(text: &str) -> str {
    text
}

fn main() {}
