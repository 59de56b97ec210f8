//! A lifetime of the user's is the call's too.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn keep<'a: 'static>(name: VoString<'a>) -> i64 {
    name.len() as i64
}

fn main() {}
