//! A type that scripts hold is one type, and owns what is in it.

use vo_ffi::prelude::*;

#[derive(VoObject)]
#[vo(name = "a.Stack")]
struct Stack<T> {
    items: Vec<T>,
}

#[derive(VoObject)]
#[vo(name = "a.Words")]
struct Words<'a> {
    text: &'a str,
}

#[derive(VoObject)]
#[vo(name = "a.Grid")]
struct Grid<const N: usize> {
    cells: [u8; N],
}

fn main() {}
