//! A state is lent to one parameter.

use vo_ffi::prelude::*;

struct Log(Vec<String>);

#[vo_extern("a.A")]
fn copy(#[vo(state)] from: &Log, #[vo(state)] to: &mut Log) {
    to.0.extend(from.0.iter().cloned());
}

fn main() {}
