//! Any number of arguments is a `VoVariadic`.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
unsafe extern "C" fn sum(first: i64, _others: ...) -> i64 {
    first
}

#[vo_extern("a.B")]
fn count(others: VoVariadic<i64>) -> VoVariadic<i64> {
    others
}

fn main() {}
