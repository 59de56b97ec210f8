//! A context stands in any position, under any path.

use vo_ffi::prelude::*;

#[vo_extern("a.First")]
fn first(ctx: &mut ExternCtx, name: &str) -> VoString {
    ctx.new_string(name)
}

#[vo_extern("a.Last")]
fn last(name: &str, ctx: &mut vo_ffi::ExternCtx) -> VoString {
    ctx.new_string(name)
}

#[vo_extern("a.Middle")]
fn middle<'a>(name: &str, ctx: &'a mut ExternCtx<'_>, times: u8) -> VoString {
    ctx.new_string(name.repeat(times.into()))
}

#[vo_extern("a.Vm", reentrant)]
fn vm(f: VoFunc, ctx: &mut VmCtx) -> Result<i64, VoError> {
    ctx.call(&f, ())
}

#[vo_extern("os.File.Close")]
fn close(ctx: &mut ExternCtx, mut file: VoObject) -> Option<VoError> {
    file.set_field(0, -1i64);
    Some(ctx.new_error("closed"))
}

fn main() {}
