//! Only a declaration says of which type a struct is in Vo.

use vo_ffi::prelude::*;

#[derive(Clone, FromVo, IntoVo)]
struct Point {
    x: f64,
}

#[vo_extern("a.A")]
fn points(ctx: &mut ExternCtx) -> VoSlice<Point> {
    ctx.new_slice(&[Point { x: 1.0 }])
}

fn main() {}
