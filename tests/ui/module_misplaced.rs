//! `#[vo_module]` names a package, and goes on a module with a body.

use vo_ffi::prelude::*;

#[vo_module]
mod nameless {}

#[vo_module(crate = vo_ffi, "late")]
mod late {}

#[vo_module(unicode::utf8)]
mod unquoted {}

#[vo_module("strings")]
fn index() {}

fn main() {}
