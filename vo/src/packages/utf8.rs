//! Package unicode/utf8.

use vo_ffi::prelude::*;
use vo_ffi::{Runes, decode_rune};

use super::text::{begins_with_whole_rune, last_rune};

#[vo_extern("utf8.RuneCountInString")]
fn rune_count(s: VoString) -> i64 {
    Runes::new(s.as_bytes()).count() as i64
}

#[vo_extern("utf8.ValidString")]
fn valid(s: VoString) -> bool {
    std::str::from_utf8(s.as_bytes()).is_ok()
}

#[vo_extern("utf8.DecodeRuneInString")]
fn decode(s: VoString) -> (char, i64) {
    let (rune, len) = decode_rune(s.as_bytes());
    (rune, len as i64)
}

#[vo_extern("utf8.DecodeLastRuneInString")]
fn decode_last(s: VoString) -> (char, i64) {
    let bytes = s.as_bytes();
    let (rune, len) = decode_rune(&bytes[last_rune(bytes).unwrap_or(0)..]);
    (rune, len as i64)
}

#[vo_extern("utf8.FullRuneInString")]
fn full_rune(s: VoString) -> bool {
    begins_with_whole_rune(s.as_bytes())
}
