//! Only reentrant natives get a `VmCtx`.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn apply(ctx: &mut VmCtx, f: VoFunc) -> Result<i64, VoError> {
    ctx.call(&f, ())
}

fn main() {}
