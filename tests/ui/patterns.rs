//! Parameters have names.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn apart((a, b): (i64, i64)) -> i64 {
    a + b
}

#[vo_extern("a.B")]
fn unused(_: i64) {}

#[vo_extern("a.C")]
fn by_ref(ref a: i64) -> i64 {
    *a
}

#[vo_extern("a.D")]
fn bound(a @ 0..: i64) -> i64 {
    a
}

fn main() {}
