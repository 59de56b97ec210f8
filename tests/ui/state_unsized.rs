//! A state is what the embedder gave.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn count(#[vo(state)] names: &[String]) -> u64 {
    names.len() as u64
}

#[vo_extern("a.B")]
fn length(#[vo(state)] name: &str) -> u64 {
    name.len() as u64
}

#[vo_extern("a.C")]
fn flush(#[vo(state)] log: &mut dyn std::io::Write) -> Result<(), VoError> {
    Ok(log.flush()?)
}

#[vo_extern("a.D")]
fn context(#[vo(state)] ctx: &mut ExternCtx) -> VoString {
    ctx.new_string("")
}

fn main() {}
