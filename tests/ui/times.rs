//! A time is a number.

use vo_ffi::prelude::*;

use std::time::{Duration, SystemTime};

#[vo_extern("a.A", blocking)]
fn sleep(time: Duration) {
    std::thread::sleep(time);
}

#[vo_extern("a.B")]
fn now() -> SystemTime {
    SystemTime::now()
}

fn main() {}
