//! Addresses are no values of a script.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn length(text: *const u8, limit: i64) -> i64 {
    text as i64 + limit
}

#[vo_extern("a.B")]
fn allocate(size: u64) -> *mut u8 {
    vec![0; size as usize].leak().as_mut_ptr()
}

fn main() {}
