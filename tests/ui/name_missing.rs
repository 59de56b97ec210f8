//! A native has a name.

use vo_ffi::prelude::*;

#[vo_extern]
fn first() {}

#[vo_extern(reentrant)]
fn second(_ctx: &mut VmCtx) {}

fn main() {}
