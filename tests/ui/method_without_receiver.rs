//! The receiver of a method is a parameter.

use vo_ffi::prelude::*;

#[vo_extern("os.File.Close")]
fn close(_ctx: &mut ExternCtx) {}

fn main() {}
