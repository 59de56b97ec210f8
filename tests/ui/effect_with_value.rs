//! An effect is a word alone.

use vo_ffi::prelude::*;

#[vo_extern("a.A", blocking = true)]
fn waits() {}

#[vo_extern("a.B", fast(inline))]
fn fast() {}

#[vo_extern("a.C", reentrant: true)]
fn calls(_ctx: &mut VmCtx) {}

fn main() {}
