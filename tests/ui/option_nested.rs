//! There is one nil.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn maybe(value: Option<Option<VoMap>>) -> bool {
    value.is_some()
}

#[vo_extern("a.B")]
fn found(wanted: i64) -> Option<Option<Vec<i64>>> {
    Some((wanted > 0).then(Vec::new))
}

fn main() {}
