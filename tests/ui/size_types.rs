//! `usize` and `isize` have a fixed size in Vo.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn index(at: usize, by: isize) -> usize {
    at.wrapping_add_signed(by)
}

#[vo_extern("a.B")]
fn nested(_items: VoSlice<usize>) -> (Vec<isize>, Option<VoError>) {
    (vec![], None)
}

fn main() {}
