//! A native that others may run beside calls no closures.

use vo_ffi::prelude::*;

#[vo_extern("a.A", blocking, reentrant)]
fn both(_ctx: &mut VmCtx, n: i64) -> i64 {
    n
}

#[vo_extern("a.B", reentrant, blocking)]
fn other_order(_ctx: &mut VmCtx, n: i64) -> i64 {
    n
}

fn main() {}
