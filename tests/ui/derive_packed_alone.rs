//! What is borrowed is a parameter too.

use vo_ffi::prelude::*;

#[derive(Clone, Copy, VoPacked)]
#[repr(C)]
struct Point {
    x: f64,
}

fn main() {}
