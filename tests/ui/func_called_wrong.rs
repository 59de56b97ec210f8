//! A typed function is called with what its type says.

use vo_ffi::prelude::*;

#[vo_extern("a.A", reentrant)]
fn too_few(ctx: &mut VmCtx, f: VoFunc<(i64, &str), bool>) -> Result<bool, VoError> {
    f.call(ctx, (1,))
}

#[vo_extern("a.B", reentrant)]
fn other_type(ctx: &mut VmCtx, f: VoFunc<(i64,), bool>) -> Result<bool, VoError> {
    f.call(ctx, ("one",))
}

#[vo_extern("a.C", reentrant)]
fn no_tuple(ctx: &mut VmCtx, f: VoFunc<(i64,), bool>) -> Result<bool, VoError> {
    f.call(ctx, 1)
}

#[vo_extern("a.D", reentrant)]
fn other_result(ctx: &mut VmCtx, f: VoFunc<(i64,), bool>) -> Result<i64, VoError> {
    f.call(ctx, (1,))
}

fn main() {}
