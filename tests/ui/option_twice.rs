//! Each option is there once.

use vo_ffi::prelude::*;

#[vo_extern("a.A", reentrant, reentrant)]
fn twice(_ctx: &mut VmCtx) {}

fn main() {}
