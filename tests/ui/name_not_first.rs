//! The name comes before the options.

use vo_ffi::prelude::*;

#[vo_extern(reentrant, "sort.Slice")]
fn swapped(_ctx: &mut VmCtx) {}

#[vo_extern(crate = vo_ffi)]
fn only_option() {}

fn main() {}
