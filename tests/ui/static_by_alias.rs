//! Whatever its name, a type that lives for ever is no argument.

use vo_ffi::prelude::*;

type Name = VoString<'static>;

#[vo_extern("a.A")]
fn keep(name: Name) -> i64 {
    name.len() as i64
}

fn main() {}
