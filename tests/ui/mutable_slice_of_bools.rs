//! Only numbers are borrowed, to be changed or not.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn clear(items: &mut [bool]) {
    items.fill(false);
}

fn main() {}
