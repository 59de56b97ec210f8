//! A script calls natives, not closures of Rust.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn adder(by: i64) -> Box<dyn Fn(i64) -> i64> {
    Box::new(move |n| n + by)
}

#[vo_extern("a.B")]
fn pointer() -> fn(i64) -> i64 {
    |n| n + 1
}

#[vo_extern("a.C")]
fn counter() -> impl FnMut() -> i64 {
    let mut n = 0;
    move || {
        n += 1;
        n
    }
}

fn main() {}
