//! A parameter is a state, or has a default.

use vo_ffi::prelude::*;

struct Log(Vec<String>);

#[vo_extern("a.A")]
fn both(#[vo(state)] #[vo(default = Log(Vec::new()))] log: &mut Log) {
    log.0.clear();
}

#[vo_extern("a.B")]
fn at_once(#[vo(state, default = Log(Vec::new()))] log: &mut Log) {
    log.0.clear();
}

fn main() {}
