//! `crate` needs a path, `reentrant` takes none.

use vo_ffi::prelude::*;

#[vo_extern("a.A", crate)]
fn no_path() {}

#[vo_extern("a.B", crate = "vo_ffi")]
fn string() {}

#[vo_extern("a.C", reentrant = true)]
fn value(_ctx: &mut VmCtx) {}

#[vo_extern("a.D" reentrant)]
fn no_comma(_ctx: &mut VmCtx) {}

fn main() {}
