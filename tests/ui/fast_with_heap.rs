//! A fast native takes and returns scalars.

use vo_ffi::prelude::*;

#[vo_extern("a.A", fast)]
fn length(text: &str, bytes: &[u8], list: VoSlice<i64>) -> u64 {
    (text.len() + bytes.len() + list.len()) as u64
}

#[vo_extern("a.B", fast)]
fn digits(n: i64) -> Vec<u8> {
    n.to_string().into_bytes()
}

#[vo_extern("a.C", fast)]
fn shown(n: i64) -> Result<String, VoError> {
    Ok(n.to_string())
}

fn main() {}
