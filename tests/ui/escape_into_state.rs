//! What a state keeps is owned, or a `Root`.

use vo_ffi::prelude::*;

#[derive(Default)]
struct Kept {
    names: Vec<VoString<'static>>,
    handler: Option<VoFunc<'static, (i64,), ()>>,
}

#[vo_extern("a.A")]
fn keep(#[vo(state)] kept: &mut Kept, name: VoString) {
    kept.names.push(name);
}

#[vo_extern("a.B")]
fn on_event(ctx: &mut ExternCtx, handler: VoFunc<(i64,), ()>) {
    ctx.state_or_default::<Kept>().handler = Some(handler);
}

fn main() {}
