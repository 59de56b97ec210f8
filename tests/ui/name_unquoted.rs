//! A name is a string.

use vo_ffi::prelude::*;

#[vo_extern(fmt.Println)]
fn dotted() {}

#[vo_extern(fmt::Println, reentrant)]
fn path(_ctx: &mut VmCtx) {}

fn main() {}
