//! A native is safe to call.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
unsafe fn risky() -> i64 {
    1
}

fn main() {}
