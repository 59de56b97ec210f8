//! Package bytes: searches in byte slices. What changes them goes through package strings.

use vo_ffi::prelude::*;
use vo_ffi::{Runes, decode_rune};

use super::text::{
    count, find, find_byte, folds_equal, has_rune, index, last_rune, rfind, trim_end, trim_start,
};

#[vo_extern("bytes.Equal")]
fn equal(a: &[u8], b: &[u8]) -> bool {
    a == b
}

#[vo_extern("bytes.Compare")]
fn compare(a: &[u8], b: &[u8]) -> i64 {
    a.cmp(b) as i64
}

#[vo_extern("bytes.EqualFold")]
fn equal_fold(s: &[u8], t: &[u8]) -> bool {
    folds_equal(s, t)
}

#[vo_extern("bytes.Index")]
fn index_of(s: &[u8], sep: &[u8]) -> i64 {
    index(find(s, sep))
}

#[vo_extern("bytes.IndexByte")]
fn index_byte(b: &[u8], c: u8) -> i64 {
    index(find_byte(b, c))
}

#[vo_extern("bytes.IndexAny")]
fn index_any(s: &[u8], chars: VoString) -> i64 {
    let found = Runes::new(s).find(|&(_, rune, _)| has_rune(chars.as_bytes(), rune));
    index(found.map(|(offset, ..)| offset))
}

#[vo_extern("bytes.LastIndex")]
fn last_index(s: &[u8], sep: &[u8]) -> i64 {
    index(rfind(s, sep))
}

#[vo_extern("bytes.LastIndexByte")]
fn last_index_byte(s: &[u8], c: u8) -> i64 {
    index(s.iter().rposition(|&byte| byte == c))
}

#[vo_extern("bytes.LastIndexAny")]
fn last_index_any(s: &[u8], chars: VoString) -> i64 {
    let found = Runes::new(s).filter(|&(_, rune, _)| has_rune(chars.as_bytes(), rune)).last();
    index(found.map(|(offset, ..)| offset))
}

#[vo_extern("bytes.Count")]
fn count_of(s: &[u8], sep: &[u8]) -> i64 {
    count(s, sep) as i64
}

/// Where each field starts and ends.
#[vo_extern("bytes.fields")]
fn fields(s: &[u8]) -> Vec<i64> {
    let mut bounds = Vec::new();
    for (offset, rune, _) in Runes::new(s) {
        let inside = bounds.len() % 2 == 1;
        if rune.is_whitespace() == inside {
            bounds.push(offset as i64);
        }
    }
    if bounds.len() % 2 == 1 {
        bounds.push(s.len() as i64);
    }
    bounds
}

/// How long the first rune is.
#[vo_extern("bytes.runeLen")]
fn rune_len(s: &[u8]) -> i64 {
    decode_rune(s).1 as i64
}

/// Where the last rune begins.
#[vo_extern("bytes.lastRune")]
fn last_rune_of(s: &[u8]) -> i64 {
    last_rune(s).unwrap_or(0) as i64
}

#[vo_extern("bytes.trimLeft")]
fn trim_left(s: &[u8], cutset: VoString) -> i64 {
    (s.len() - trim_start(s, |rune| has_rune(cutset.as_bytes(), rune)).len()) as i64
}

#[vo_extern("bytes.trimRight")]
fn trim_right(s: &[u8], cutset: VoString) -> i64 {
    trim_end(s, |rune| has_rune(cutset.as_bytes(), rune)).len() as i64
}
