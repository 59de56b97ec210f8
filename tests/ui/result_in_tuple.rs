//! Each result is of a type that Vo has.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn pair() -> (i64, std::time::Duration) {
    (0, std::time::Duration::ZERO)
}

fn main() {}
