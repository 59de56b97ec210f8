//! A Rust value owns what is in it.

use vo_ffi::prelude::*;

#[derive(VoObject)]
#[vo(name = "a.Names")]
struct Names {
    names: Vec<VoString<'static>>,
    handler: Option<VoFunc<'static, (i64,), ()>>,
}

#[vo_extern("a.Names.Add")]
fn add(names: &mut Names, name: VoString) {
    names.names.push(name);
}

#[vo_extern("a.Names.OnChange")]
fn on_change(names: &mut Names, handler: VoFunc<(i64,), ()>) {
    names.handler = Some(handler);
}

fn main() {}
