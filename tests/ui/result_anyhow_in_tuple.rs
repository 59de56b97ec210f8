//! An `anyhow::Result` goes around all results.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn parse(text: &str) -> (i64, anyhow::Result<i64>) {
    (1, text.parse().map_err(anyhow::Error::from))
}

fn main() {}
