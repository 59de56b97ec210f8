//! The arguments of a function are a tuple.

use vo_ffi::prelude::*;

#[vo_extern("a.A", reentrant)]
fn apply(ctx: &mut VmCtx, f: VoFunc<i64, i64>) -> Result<i64, VoError> {
    f.call(ctx, 1)
}

#[vo_extern("a.B", reentrant)]
fn one_in_parentheses(ctx: &mut VmCtx, f: VoFunc<(i64), i64>) -> Result<i64, VoError> {
    f.call(ctx, 1)
}

fn main() {}
