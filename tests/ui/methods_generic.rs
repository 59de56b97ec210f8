//! A type that scripts hold is one type.

use vo_ffi::prelude::*;

struct Stack<T>(Vec<T>);

#[vo_methods("a.Stack")]
impl<T> Stack<T> {
    fn depth(&self) -> u64 {
        self.0.len() as u64
    }
}

struct Words<'a>(std::str::Split<'a, char>);

#[vo_methods("a.Words")]
impl<'a> Words<'a> {
    fn next(&mut self) -> bool {
        self.0.next().is_some()
    }
}

struct Grid<const N: usize>([u8; N]);

#[vo_methods("a.Grid")]
impl<const N: usize> Grid<N> {
    fn first(&self) -> u8 {
        self.0[0]
    }
}

fn main() {}
