//! Options of derives.

use vo_ffi::prelude::*;

#[derive(FromVo)]
#[vo(rename = "Points")]
struct Point {
    #[vo(name = "X")]
    x: f64,
    #[vo(rename)]
    y: f64,
    #[vo(rename = "a b")]
    z: f64,
    #[vo(rename = "W", rename = "V")]
    w: f64,
}

#[derive(FromVo)]
enum Color {
    #[vo(rename = "Rot")]
    Red,
}

fn main() {}
