//! A fast native has neither context nor state.

use vo_ffi::prelude::*;

struct Scale(f64);

#[vo_extern("a.A", fast)]
fn scaled(#[vo(state)] scale: &Scale, x: f64) -> f64 {
    scale.0 * x
}

#[vo_extern("a.B", fast)]
fn counted(_ctx: &mut ExternCtx, x: f64) -> f64 {
    x
}

fn main() {}
