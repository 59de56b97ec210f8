//! A function of the script is a `VoFunc`.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn generic(f: impl Fn(i64) -> i64) -> i64 {
    f(1)
}

#[vo_extern("a.B")]
fn boxed(f: Box<dyn Fn(i64, &str)>) {
    f(1, "one")
}

#[vo_extern("a.C")]
fn pointer(f: fn(i64, i64) -> i64) -> i64 {
    f(1, 2)
}

#[vo_extern("a.D")]
fn borrowed(f: &dyn Fn() -> bool) -> bool {
    f()
}

fn main() {}
