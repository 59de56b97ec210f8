//! A default is of the parameter's type.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn text(#[vo(default = "four")] by: i64) -> i64 {
    by
}

#[vo_extern("a.B")]
fn owned(#[vo(default = "-")] separator: String) -> String {
    separator
}

fn main() {}
