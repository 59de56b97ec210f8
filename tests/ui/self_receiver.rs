//! A native is a free function.

use vo_ffi::prelude::*;

struct File;

impl File {
    #[vo_extern("os.File.Read")]
    fn read(&self, limit: i64) -> i64 {
        limit
    }
}

fn main() {}
