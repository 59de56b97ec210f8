//! A native is no future.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
async fn later() -> i64 {
    1
}

fn main() {}
