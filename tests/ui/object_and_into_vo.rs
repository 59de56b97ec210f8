//! A type is given to the script by its fields, or as a pointer.

use vo_ffi::prelude::*;

#[derive(VoObject, IntoVo)]
#[vo(name = "a.Point")]
struct Point {
    x: f64,
}

fn main() {}
