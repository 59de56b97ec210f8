//! Not every byte is a bool.

use vo_ffi::prelude::*;

#[derive(Clone, Copy, FromVo, VoPacked)]
#[repr(C)]
struct Flag {
    number: u8,
    flag: bool,
}

fn main() {}
