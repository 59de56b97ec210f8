//! The output does not depend on what names mean where the native is.

#![allow(dead_code)]
#![no_implicit_prelude]

use ::vo_ffi::prelude::vo_extern;

struct Result;
struct Option;
struct Status;
struct Slot;
struct CallContext;

mod core {}
mod std {}
mod vo_ffi {}

#[allow(non_snake_case)]
fn Ok() {}

macro_rules! assert {
    () => {};
}

macro_rules! line {
    () => {};
}

#[vo_extern("a.Call")]
fn call(call: i64, body: i64, frame: &str, cx: ::std::vec::Vec<i64>) -> i64 {
    let _ = (frame, cx);
    call + body
}

#[vo_extern("a.Same")]
fn results(results: i64) -> i64 {
    results
}

fn main() {}
