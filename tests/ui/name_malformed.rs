//! A name is a package and a function, or a package, a type and a method.

use vo_ffi::prelude::*;

#[vo_extern("println")]
fn no_package() {}

#[vo_extern("fmt::Println")]
fn rust_path() {}

#[vo_extern("a.b.c.d")]
fn too_long() {}

#[vo_extern("fmt.")]
fn no_function() {}

#[vo_extern("fmt.2Println")]
fn no_identifier() {}

#[vo_extern("unicode/utf8/RuneLen")]
fn no_dot() {}

#[vo_extern("fmt/Println")]
fn slash() {}

#[vo_extern("/strings.Index")]
fn no_folder() {}

#[vo_extern("text/double-quote.Quote")]
fn no_package_name() {}

fn main() {}
