//! A blocking native does not have the VM.

use vo_ffi::prelude::*;

#[vo_extern("a.A", blocking)]
fn read(ctx: &mut ExternCtx, path: String) -> Result<VoString, VoError> {
    Ok(ctx.new_string(std::fs::read_to_string(path)?))
}

#[vo_extern("a.B", blocking)]
fn wait(ctx: &mut VmCtx, f: VoFunc) -> Result<(), VoError> {
    ctx.call(&f, ())
}

fn main() {}
