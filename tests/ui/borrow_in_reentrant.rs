//! A closure may change what a reentrant native borrows.

use vo_ffi::prelude::*;

#[vo_extern("a.A", reentrant)]
fn each(ctx: &mut VmCtx, items: &[i64], f: VoFunc) -> Result<(), VoError> {
    for item in items {
        ctx.call::<()>(&f, (*item,))?;
    }
    Ok(())
}

fn main() {}
