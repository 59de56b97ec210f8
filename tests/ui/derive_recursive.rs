//! A list of its own kind is a pointer.

use vo_ffi::prelude::*;

#[derive(FromVo)]
struct Node {
    name: String,
    children: Vec<Node>,
}

fn main() {}
