//! A `Result` goes around all results.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn in_tuple(text: &str) -> (i64, Result<i64, VoError>) {
    (1, text.parse().map_err(VoError::from))
}

#[vo_extern("a.B")]
fn in_option(text: &str) -> Option<Result<i64, VoError>> {
    Some(text.parse().map_err(VoError::from))
}

#[vo_extern("a.C")]
fn in_vec(text: &str) -> Vec<Result<i64, VoError>> {
    text.split(' ').map(|word| word.parse().map_err(VoError::from)).collect()
}

fn main() {}
