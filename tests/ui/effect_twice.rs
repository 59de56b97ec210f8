//! Each word is said once.

use vo_ffi::prelude::*;

#[vo_extern("a.A", blocking, blocking)]
fn waits() {}

#[vo_extern("a.B", fast, fast)]
fn fast() {}

#[vo_extern("a.C", crate = vo_ffi, crate = vo_ffi)]
fn elsewhere() {}

fn main() {}
