//! A type of a field that has no conversion.

use std::time::Duration;

use vo_ffi::prelude::*;

#[derive(FromVo)]
struct Taken {
    length: Duration,
}

#[derive(IntoVo)]
struct Given {
    length: Duration,
}

fn main() {}
