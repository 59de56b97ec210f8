//! An `ExternCtx` cannot call functions of the script.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn apply(ctx: &mut ExternCtx, f: VoFunc<(i64,), i64>) -> Result<i64, VoError> {
    f.call(ctx, (1,))
}

fn main() {}
