//! A lifetime left out is the call's, not the user's.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn pick<'a>(name: &'a str, _other: &str) -> &'a str {
    name
}

#[vo_extern("a.B")]
fn wrong<'a>(_name: &'a str, other: &str) -> &'a str {
    other
}

fn main() {}
