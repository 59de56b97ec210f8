//! A context lives for the call only.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn keep(ctx: &mut ExternCtx<'static>) -> VoString<'static> {
    ctx.new_string("kept")
}

fn main() {}
