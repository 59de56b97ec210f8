//! The error of a function of the script is a `VoError`.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn apply(f: VoFunc<(), Result<i64, String>>) -> bool {
    f.is_nil()
}

#[vo_extern("a.B")]
fn io(f: VoFunc<(), std::io::Result<()>>) -> bool {
    f.is_nil()
}

fn main() {}
