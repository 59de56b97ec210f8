//! A struct of one's own derives `FromVo`, or is taken as a `VoStruct`.

use vo_ffi::prelude::*;

struct Point {
    x: f64,
}

#[vo_extern("a.A")]
fn left(point: Point, by: f64) -> f64 {
    point.x - by
}

fn main() {}
