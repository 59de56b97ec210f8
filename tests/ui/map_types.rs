//! Keys and values of a map are those that Vo has.

use vo_ffi::prelude::*;

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

#[vo_extern("a.A")]
fn key(times: VoMap<Duration, i64>) -> u64 {
    times.len() as u64
}

#[vo_extern("a.B")]
fn value(sets: VoMap<i64, HashSet<i64>>) -> u64 {
    sets.len() as u64
}

#[vo_extern("a.C")]
fn inserted(mut ages: VoMap<&str, i64>) {
    ages.insert(1, 2);
}

#[vo_extern("a.D")]
fn returned() -> BTreeMap<Vec<u8>, i64> {
    BTreeMap::new()
}

fn main() {}
