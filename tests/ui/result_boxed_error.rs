//! An error in a box is not known.

use vo_ffi::prelude::*;

use std::error::Error;

#[vo_extern("a.A")]
fn parse(text: &str) -> Result<i64, Box<dyn Error>> {
    Ok(text.parse()?)
}

#[vo_extern("a.B")]
fn read(path: &str) -> Result<String, Box<dyn Error + Send + Sync>> {
    Ok(std::fs::read_to_string(path)?)
}

fn main() {}
