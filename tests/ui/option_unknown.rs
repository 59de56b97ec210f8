//! Options are known, or the nearest one is named.

use vo_ffi::prelude::*;

#[vo_extern("a.A", reentrent)]
fn misspelt() {}

#[vo_extern("a.B", Reentrant)]
fn wrong_case() {}

#[vo_extern("a.C", krate = vo_ffi)]
fn misspelt_crate() {}

#[vo_extern("a.D", pure, fast = 2)]
fn two_unknown() {}

fn main() {}
