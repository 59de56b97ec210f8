//! A slice is changed through `VoSlice`.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn clear(items: &mut [i64]) {
    items.fill(0);
}

fn main() {}
