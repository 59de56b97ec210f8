//! A set is a slice, or a map.

use vo_ffi::prelude::*;

use std::collections::{BTreeSet, HashSet};

#[vo_extern("a.A")]
fn distinct(words: Vec<String>) -> HashSet<String> {
    words.into_iter().collect()
}

#[vo_extern("a.B")]
fn common(a: BTreeSet<i64>, b: Vec<i64>) -> u64 {
    b.iter().filter(|n| a.contains(n)).count() as u64
}

fn main() {}
