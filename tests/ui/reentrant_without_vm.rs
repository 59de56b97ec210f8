//! A reentrant native takes a `VmCtx`.

use vo_ffi::prelude::*;

#[vo_extern("a.A", reentrant)]
fn plain(a: i64) -> i64 {
    a
}

#[vo_extern("a.B", reentrant)]
fn wrong_context(_ctx: &mut ExternCtx) {}

fn main() {}
