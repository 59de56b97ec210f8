//! Arguments and results of a function are those that Vo has.

use vo_ffi::prelude::*;

use std::collections::HashSet;
use std::time::Duration;

#[vo_extern("a.A")]
fn argument(f: VoFunc<(Duration,), bool>) -> bool {
    f.is_nil()
}

#[vo_extern("a.B")]
fn result(f: VoFunc<(i64,), HashSet<i64>>) -> bool {
    f.is_nil()
}

#[vo_extern("a.C")]
fn several(f: VoFunc<(usize, &String), (i64, Duration)>) -> bool {
    f.is_nil()
}

fn main() {}
