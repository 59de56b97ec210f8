//! `bytes` tells from a value how much it owns.

use vo_ffi::prelude::*;

#[derive(VoObject)]
#[vo(name = "a.Signed", bytes = |value: &Signed| value.items.len() as i64)]
struct Signed {
    items: Vec<u8>,
}

#[derive(VoObject)]
#[vo(name = "a.Number", bytes = 100)]
struct Number {
    items: Vec<u8>,
}

#[derive(VoObject)]
#[vo(name = "a.Other", bytes = |value: &String| value.len())]
struct Other {
    items: Vec<u8>,
}

#[derive(VoObject)]
#[vo(name = "a.NoValue", bytes)]
struct NoValue {
    items: Vec<u8>,
}

fn main() {}
