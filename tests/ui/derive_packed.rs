//! What is borrowed lies in memory as in Vo.

use vo_ffi::prelude::*;

#[derive(Clone, Copy, FromVo, VoPacked)]
struct Unordered {
    x: f64,
}

#[derive(Clone, Copy, FromVo, VoPacked)]
#[repr(C, packed)]
struct Tight {
    x: f64,
}

#[derive(Clone, Copy, FromVo, VoPacked)]
#[repr(C)]
struct Named<'call> {
    name: &'call str,
}

#[derive(Clone, Copy, FromVo, VoPacked)]
#[repr(u8)]
enum Color {
    Red,
}

fn main() {}
