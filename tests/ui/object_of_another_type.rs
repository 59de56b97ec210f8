//! `VoObject<T>` points to a type with `#[derive(VoObject)]`.

use vo_ffi::prelude::*;

#[derive(FromVo, IntoVo)]
struct Point {
    x: f64,
}

#[vo_extern("a.A")]
fn x(point: VoObject<Point>) -> f64 {
    if point.is_nil() { 0.0 } else { 1.0 }
}

#[vo_extern("a.B")]
fn number(number: VoObject<i64>) -> VoObject<i64> {
    number
}

fn main() {}
