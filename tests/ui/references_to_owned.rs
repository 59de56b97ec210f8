//! Borrowed strings and slices are `&str` and `&[T]`.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn text(text: &String) -> i64 {
    text.len() as i64
}

#[vo_extern("a.B")]
fn items(items: &Vec<f64>) -> f64 {
    items.iter().sum()
}

#[vo_extern("a.C")]
fn nested(name: &str, items: &std::vec::Vec<u8>) -> i64 {
    (name.len() + items.len()) as i64
}

fn main() {}
