//! A function value cannot be kept.

use vo_ffi::prelude::*;

use std::cell::Cell;

thread_local! {
    static CALLBACK: Cell<Option<VoFunc<'static>>> = const { Cell::new(None) };
}

#[vo_extern("a.A")]
fn register(f: VoFunc) {
    CALLBACK.set(Some(f));
}

fn main() {}
