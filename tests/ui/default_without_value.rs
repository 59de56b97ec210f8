//! A default is a value.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn missing(#[vo(default)] by: i64) -> i64 {
    by
}

#[vo_extern("a.B")]
fn empty(#[vo(default =)] by: i64) -> i64 {
    by
}

#[vo_extern("a.C")]
fn called(#[vo(default(4))] by: i64) -> i64 {
    by
}

fn main() {}
