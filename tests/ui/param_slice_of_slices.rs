//! Elements are scalars, strings and interfaces.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn rows(rows: VoSlice<Vec<i64>>) -> i64 {
    rows.len() as i64
}

fn main() {}
