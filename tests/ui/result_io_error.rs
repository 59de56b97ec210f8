//! The error of a `Result` is a `VoError`.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn read(path: &str) -> std::io::Result<Vec<u8>> {
    std::fs::read(path)
}

#[vo_extern("a.B")]
fn parse(text: &str) -> Result<i64, std::num::ParseIntError> {
    text.parse()
}

fn main() {}
