//! What a native returns is not the embedder's.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn first(#[vo(state)] names: &Vec<String>) -> &str {
    names.first().map_or("", |name| name)
}

#[vo_extern("a.B")]
fn path(ctx: &mut ExternCtx) -> &str {
    ctx.state::<String>()
}

fn main() {}
