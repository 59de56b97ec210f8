//! An `ExternCtx` cannot call closures.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn apply(ctx: &mut ExternCtx, f: VoFunc) -> Result<i64, VoError> {
    ctx.call(&f, ())
}

fn main() {}
