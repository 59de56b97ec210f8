//! One set of types, and one lifetime.

use vo_ffi::prelude::*;

#[derive(FromVo)]
struct Pair<T> {
    first: T,
    second: T,
}

#[derive(FromVo)]
struct Numbers<const N: usize> {
    number: i64,
}

#[derive(FromVo)]
struct Names<'a, 'b> {
    first: &'a str,
    second: &'b str,
}

fn main() {}
