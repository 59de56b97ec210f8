//! A lifetime of the user's is the call's too.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn keep<'a: 'static>(name: VoString<'a>) -> i64 {
    name.len() as i64
}

#[vo_extern("a.B")]
fn keep_where<'a, 'b>(name: VoString<'a>, other: &'b str) -> i64
where
    'a: 'b,
    'b: 'static,
{
    name.len() as i64 + other.len() as i64
}

fn main() {}
