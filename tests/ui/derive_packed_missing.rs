//! Structs are borrowed where they say that they can be.

use vo_ffi::prelude::*;

#[derive(FromVo)]
struct Point {
    x: f64,
}

#[vo_extern("a.A")]
fn first(points: &[Point]) -> f64 {
    points[0].x
}

fn main() {}
