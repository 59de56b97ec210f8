//! A native has one context.

use vo_ffi::prelude::*;

#[vo_extern("a.A", reentrant)]
fn both(_ctx: &mut VmCtx, _other: &mut ExternCtx) {}

#[vo_extern("a.B")]
fn twice(_ctx: &mut ExternCtx, _n: i64, _other: &mut ExternCtx) {}

fn main() {}
