//! Somebody has to drop a value.

use vo_ffi::prelude::*;

#[derive(VoObject)]
#[vo(name = "a.Bits")]
union Bits {
    int: i64,
    float: f64,
}

fn main() {}
