//! A value cannot be kept in a thread local.

use vo_ffi::prelude::*;

use std::cell::RefCell;

thread_local! {
    static KEPT: RefCell<Vec<VoString<'static>>> = const { RefCell::new(Vec::new()) };
}

#[vo_extern("a.A")]
fn keep(name: VoString) {
    KEPT.with(|kept| kept.borrow_mut().push(name));
}

fn main() {}
