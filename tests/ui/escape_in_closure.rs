//! A value cannot leave inside a closure.

use vo_ffi::prelude::*;

use std::cell::RefCell;

thread_local! {
    static LATER: RefCell<Vec<Box<dyn Fn() -> usize>>> = const { RefCell::new(Vec::new()) };
}

#[vo_extern("a.A")]
fn keep(object: VoObject) {
    LATER.with(|later| later.borrow_mut().push(Box::new(move || object.as_struct().field_count())));
}

fn main() {}
