//! A default is made without the other parameters.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn slice(text: &str, start: u32, #[vo(default = start + 1)] end: u32) -> &str {
    &text[start as usize..end as usize]
}

fn main() {}
