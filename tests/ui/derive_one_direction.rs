//! A struct that is returned derives `IntoVo`.

use vo_ffi::prelude::*;

#[derive(FromVo)]
struct Taken {
    x: f64,
}

#[vo_extern("a.A")]
fn give(x: f64) -> Taken {
    Taken { x }
}

#[derive(IntoVo)]
struct Given {
    x: f64,
}

#[vo_extern("a.B")]
fn take(given: Given) -> f64 {
    given.x
}

fn main() {}
