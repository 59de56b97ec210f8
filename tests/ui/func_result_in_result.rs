//! A function returns one `error`.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn twice(f: VoFunc<(), Result<Result<i64, VoError>, VoError>>) -> bool {
    f.is_nil()
}

fn main() {}
