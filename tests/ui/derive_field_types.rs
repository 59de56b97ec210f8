//! Fields whose type has a known fix.

use vo_ffi::prelude::*;

#[derive(FromVo)]
struct Taken {
    count: usize,
    name: &'static str,
    text: &'static String,
}

#[derive(IntoVo)]
struct Given {
    name: &'static str,
    count: isize,
}

fn main() {}
