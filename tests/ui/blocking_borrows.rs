//! A blocking native owns its arguments.

use vo_ffi::prelude::*;

#[vo_extern("a.A", blocking)]
fn text(text: &str, string: VoString) -> u64 {
    (text.len() + string.len()) as u64
}

#[vo_extern("a.B", blocking)]
fn elements(bytes: &[u8], numbers: VoSlice<i64>, words: Vec<&str>) -> u64 {
    (bytes.len() + numbers.len() + words.len()) as u64
}

#[derive(FromVo)]
struct Named<'call> {
    name: &'call str,
}

#[vo_extern("a.C", blocking)]
fn structure(named: Named<'_>, value: VoValue) -> bool {
    named.name.is_empty() && matches!(value, VoValue::Nil)
}

fn main() {}
