//! The output gives no warning where a crate denies them all, and needs no `unsafe` of the user's.

#![deny(warnings, missing_docs, unsafe_op_in_unsafe_fn, unreachable_pub, clippy::all, clippy::pedantic)]
#![forbid(unsafe_code)]

use vo_ffi::prelude::*;

/// Adds.
#[vo_extern("numbers.Add")]
#[must_use]
pub fn add(a: i64, b: i64) -> i64 {
    a + b
}

/// Old.
#[vo_extern("numbers.Old")]
#[deprecated]
pub fn old() {}

#[vo_extern("numbers.First")]
fn first(mut items: VoSlice<i64>, name: &str) -> Result<i64, VoError> {
    if items.is_empty() {
        return Err(VoError::new(format!("no {name}")));
    }
    items.set(0, 1);
    Ok(items.get(0))
}

fn main() {}
