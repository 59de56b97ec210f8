//! A string lives for the call only.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn keep(name: VoString<'static>) -> i64 {
    name.len() as i64
}

fn main() {}
