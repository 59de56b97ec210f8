//! The attribute goes on functions, not on all functions of a type.

use vo_ffi::prelude::*;

struct Thing;

#[vo_extern("a.Thing")]
impl Thing {
    fn value() -> i64 {
        1
    }
}

fn main() {}
