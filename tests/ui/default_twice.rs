//! A parameter has one default.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn twice(#[vo(default = 1)] #[vo(default = 2)] by: i64) -> i64 {
    by
}

#[vo_extern("a.B")]
fn listed(#[vo(default = 1, default = 2)] by: i64) -> i64 {
    by
}

fn main() {}
