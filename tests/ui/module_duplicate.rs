//! Each native of a module has a name of its own.

use vo_ffi::prelude::*;

#[vo_module("strings")]
mod natives {
    use vo_ffi::prelude::*;

    #[vo_extern]
    fn index(text: &str) -> i64 {
        text.len() as i64
    }

    #[vo_extern("Index")]
    fn index_of(text: &str, _of: &str) -> i64 {
        text.len() as i64
    }

    mod inner {
        use vo_ffi::prelude::*;

        #[vo_extern]
        fn index(text: &str) -> i64 {
            text.len() as i64
        }
    }
}

fn main() {}
