//! Elements are what parameters can be.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn rows(rows: VoSlice<Vec<std::time::Duration>>) -> i64 {
    rows.len() as i64
}

fn main() {}
