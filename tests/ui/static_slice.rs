//! Borrowed elements live for the call only.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn keep(items: &'static [i64], more: VoSlice<'static, i64>) -> i64 {
    items.len() as i64 + more.len() as i64
}

fn main() {}
