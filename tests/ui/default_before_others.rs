//! A declaration leaves out the last parameters.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn indent(#[vo(default = 4)] by: u16, text: &str) -> String {
    " ".repeat(by.into()) + text
}

#[vo_extern("a.B")]
fn two(a: i64, #[vo(default = 1)] b: i64, ctx: &mut ExternCtx, c: i64, d: i64) -> VoString {
    ctx.new_string((a + b + c + d).to_string())
}

fn main() {}
