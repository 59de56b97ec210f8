//! Strings are no plain elements.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn join(parts: &[String]) -> String {
    parts.concat()
}

fn main() {}
