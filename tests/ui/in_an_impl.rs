//! A native is no associated function.

use vo_ffi::prelude::*;

struct Thing;

impl Thing {
    #[vo_extern("a.Thing.Value")]
    fn value(n: i64) -> i64 {
        n
    }
}

fn main() {}
