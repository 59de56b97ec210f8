//! What a function of the script returns is said.

use vo_ffi::prelude::*;

#[vo_extern("a.A", reentrant)]
fn each(ctx: &mut VmCtx, numbers: VoSlice<i64>, f: VoFunc) -> Result<(), VoError> {
    for number in &numbers {
        ctx.call(&f, (number,))?;
    }
    Ok(())
}

fn main() {}
