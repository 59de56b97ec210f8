//! No part of a name is empty.

use vo_ffi::prelude::*;

#[vo_extern("")]
fn empty() {}

#[vo_extern(".Println")]
fn no_package() {}

#[vo_extern("os..Open")]
fn two_dots() {}

#[vo_extern("unicode//utf8.RuneLen")]
fn two_slashes() {}

#[vo_extern(" fmt.Println ")]
fn spaces() {}

#[vo_module("")]
mod empty_package {}

#[vo_module("unicode/")]
mod ends_in_slash {}

fn main() {}
