//! Borrowed text cannot be kept in a static.

use vo_ffi::prelude::*;

use std::sync::OnceLock;

static KEPT: OnceLock<&'static str> = OnceLock::new();

#[vo_extern("a.A")]
fn keep(name: &str) {
    let _ = KEPT.set(name);
}

fn main() {}
