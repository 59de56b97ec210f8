//! A native has a body.

use vo_ffi::prelude::*;

trait Numbers {
    #[vo_extern("a.A")]
    fn one() -> i64;
}

fn main() {}
