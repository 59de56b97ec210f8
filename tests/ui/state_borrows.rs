//! A state is the embedder's, which has nothing of a call.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn keep(#[vo(state)] names: &mut Vec<VoString>, name: VoString) {
    names.push(name);
}

struct Handlers<'call>(Vec<VoFunc<'call>>);

#[vo_extern("a.B")]
fn count(#[vo(state)] handlers: &Handlers<'_>) -> i64 {
    handlers.0.len() as i64
}

fn main() {}
