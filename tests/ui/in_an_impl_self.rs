//! `Self` shows that a native is no free function.

use vo_ffi::prelude::*;

struct Thing;

impl Thing {
    #[vo_extern("a.NewThing")]
    fn new() -> Self {
        Thing
    }

    #[vo_extern("a.Thing.Same")]
    fn same(a: &Self, b: &Self) -> bool {
        std::ptr::eq(a, b)
    }
}

fn main() {}
