//! The heap of the VM owns values.

use vo_ffi::prelude::*;

use std::rc::Rc;
use std::sync::{Arc, Mutex};

#[vo_extern("a.A")]
fn length(text: Rc<str>) -> u64 {
    text.len() as u64
}

#[vo_extern("a.B")]
fn count(numbers: Arc<Mutex<Vec<i64>>>) -> u64 {
    numbers.lock().map_or(0, |numbers| numbers.len() as u64)
}

#[vo_extern("a.C")]
fn boxed(text: &str) -> Box<str> {
    text.into()
}

fn main() {}
