//! `crate = path` names the facade.

use vo_ffi::prelude::*;

#[vo_extern("a.A", crate = nowhere)]
fn lost() {}

fn main() {}
