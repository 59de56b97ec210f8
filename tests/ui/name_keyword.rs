//! A program cannot write a keyword where it names a function.

use vo_ffi::prelude::*;

#[vo_extern("maps.range")]
fn range() {}

#[vo_extern("go.Run")]
fn run() {}

#[vo_extern("a.T.type")]
fn method(_object: VoObject) {}

#[vo_module("select")]
mod natives {}

fn main() {}
