//! Options of a type that scripts hold.

use vo_ffi::prelude::*;

#[derive(VoObject)]
#[vo(name = "a.One", name = "a.Two")]
struct Twice;

#[derive(VoObject)]
#[vo(nme = "a.Misspelt")]
struct Misspelt;

#[derive(VoObject)]
#[vo(name = "a.Size", size = 8)]
struct Size;

#[derive(VoObject)]
#[vo(rename = "a.Renamed")]
struct Renamed;

fn main() {}
