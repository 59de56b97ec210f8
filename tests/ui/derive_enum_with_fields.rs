//! Enums are integers, or one of several types.

use vo_ffi::prelude::*;

#[derive(FromVo)]
enum Shape {
    Nothing,
    Circle { radius: f64 },
    Square(f64),
}

#[derive(IntoVo)]
enum Never {}

#[derive(IntoVo)]
#[repr(usize)]
enum Wide {
    One,
}

#[derive(FromVo)]
#[repr(i128)]
enum Wider {
    One,
}

fn main() {}
