//! A native returns.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn exit(code: i32) -> ! {
    std::process::exit(code)
}

fn main() {}
