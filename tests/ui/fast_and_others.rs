//! A fast native does nothing but its own work.

use vo_ffi::prelude::*;

#[vo_extern("a.A", fast, reentrant)]
fn calls(_ctx: &mut VmCtx, n: i64) -> i64 {
    n
}

#[vo_extern("a.B", fast, blocking)]
fn waits(n: i64) -> i64 {
    n
}

#[vo_extern("a.C", reentrant, blocking, fast)]
fn all(_ctx: &mut VmCtx, n: i64) -> i64 {
    n
}

fn main() {}
