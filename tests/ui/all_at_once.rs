//! Every mistake of a native is reported in one go.

use vo_ffi::prelude::*;

#[vo_extern("println", reentrent, fast)]
async unsafe fn wrong<T>(&self, (a, b): (usize, T), text: &String, _ctx: ExternCtx) -> isize {
    0
}

fn main() {}
