//! The context is always there.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn make(#[vo(default = None)] ctx: &mut ExternCtx) -> VoString {
    ctx.new_string("")
}

fn main() {}
