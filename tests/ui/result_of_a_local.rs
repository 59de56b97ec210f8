//! What a native returns outlives it.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn upper(text: &str) -> &str {
    let upper = text.to_uppercase();
    &upper
}

#[vo_extern("a.B")]
fn joined(words: Vec<String>) -> &[u8] {
    words.join(" ").as_bytes()
}

#[vo_extern("a.C")]
fn first(words: Vec<String>) -> &str {
    words.first().map_or("", |word| word)
}

fn main() {}
