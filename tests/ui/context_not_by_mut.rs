//! A context is a mutable reference.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn by_value(_ctx: ExternCtx) {}

#[vo_extern("a.B")]
fn shared(_ctx: &ExternCtx) {}

#[vo_extern("a.C", reentrant)]
fn shared_vm(_ctx: &VmCtx<'_>) {}

fn main() {}
