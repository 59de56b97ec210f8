//! The error of a `Result` becomes a `VoError`.

use vo_ffi::prelude::*;

enum Problem {
    Empty,
}

#[vo_extern("a.A")]
fn first(text: &str) -> Result<char, Problem> {
    text.chars().next().ok_or(Problem::Empty)
}

#[vo_extern("a.B")]
fn second(text: &str) -> Result<i64, String> {
    text.parse().map_err(|_| text.into())
}

fn main() {}
