//! Fields have names.

use vo_ffi::prelude::*;

#[derive(FromVo, IntoVo)]
struct Celsius(f64);

#[derive(IntoVo)]
struct Unit;

fn main() {}
