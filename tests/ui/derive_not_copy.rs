//! Borrowed elements are copied out.

use vo_ffi::prelude::*;

#[derive(FromVo, VoPacked)]
#[repr(C)]
struct Point {
    x: f64,
}

fn main() {}
