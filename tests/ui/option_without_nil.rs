//! Strings and numbers are never nil.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn greet(name: Option<&str>) -> String {
    name.map_or_else(String::new, |name| format!("Hello {name}"))
}

#[vo_extern("a.B")]
fn find(text: &str) -> Option<String> {
    text.lines().next().map(str::to_string)
}

#[vo_extern("a.C")]
fn pair(a: Option<bool>) -> (Option<f64>, bool) {
    (None, a.unwrap_or_default())
}

fn main() {}
