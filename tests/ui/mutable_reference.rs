//! Arguments are values.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn increment(n: &mut i64) {
    *n += 1;
}

fn main() {}
