//! What a context makes lives for the call only.

use vo_ffi::prelude::*;

use std::cell::Cell;

thread_local! {
    static KEPT: Cell<Option<VoString<'static>>> = const { Cell::new(None) };
}

#[vo_extern("a.A")]
fn make(ctx: &mut ExternCtx) {
    KEPT.set(Some(ctx.new_string("kept")));
}

fn main() {}
