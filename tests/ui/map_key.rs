//! Keys of maps are equal or not, which floats are not always.

use std::collections::{BTreeMap, HashMap};

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn sum(map: HashMap<f64, i64>) -> i64 {
    map.values().sum()
}

#[vo_extern("a.B")]
fn index(map: BTreeMap<String, usize>) -> i64 {
    map.len() as i64
}

fn main() {}
