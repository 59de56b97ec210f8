//! The context calls functions whose type Rust does not know.

use vo_ffi::prelude::*;

#[vo_extern("a.A", reentrant)]
fn apply(ctx: &mut VmCtx, f: VoFunc<(i64,), i64>) -> Result<i64, VoError> {
    ctx.call(&f, (1,))
}

#[vo_extern("a.B", reentrant)]
fn no_tuple(ctx: &mut VmCtx, f: VoFunc) -> Result<i64, VoError> {
    ctx.call(&f, 1)
}

fn main() {}
