//! The attribute goes on functions.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
struct Thing;

#[vo_extern("a.B")]
mod inner {}

#[vo_extern("a.C")]
const LIMIT: i64 = 1;

fn main() {}
