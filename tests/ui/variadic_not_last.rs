//! Any number of arguments comes last.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn first(args: VoVariadic, sep: &str) -> i64 {
    args.len() as i64 + sep.len() as i64
}

type Rest<'a> = VoVariadic<'a, i64>;

#[vo_extern("a.B")]
fn renamed(args: Rest, more: Rest) -> i64 {
    (args.len() + more.len()) as i64
}

fn main() {}
