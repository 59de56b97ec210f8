//! Package strings. Everything works on bytes; runes are decoded as Go does it where they matter.

use vo_ffi::prelude::*;
use vo_ffi::{Runes, decode_rune};

use super::text::{
    check_size, count, find, find_byte, folds_equal, has_rune, index, rfind, simple_lower, simple_upper,
    trim_end, trim_start,
};

/// A part of a string; the string itself where the part is all of it.
fn part<'call>(ctx: &mut ExternCtx<'call>, whole: VoString<'call>, part: &[u8]) -> VoString<'call> {
    if part.len() == whole.len() { whole } else { ctx.new_string(part) }
}

#[vo_extern("strings.Index")]
fn index_of(s: VoString, sep: VoString) -> i64 {
    index(find(s.as_bytes(), sep.as_bytes()))
}

#[vo_extern("strings.IndexByte")]
fn index_byte(s: VoString, c: u8) -> i64 {
    index(find_byte(s.as_bytes(), c))
}

#[vo_extern("strings.IndexAny")]
fn index_any(s: VoString, chars: VoString) -> i64 {
    let found = Runes::new(s.as_bytes()).find(|&(_, rune, _)| has_rune(chars.as_bytes(), rune));
    index(found.map(|(offset, ..)| offset))
}

#[vo_extern("strings.LastIndex")]
fn last_index(s: VoString, sep: VoString) -> i64 {
    index(rfind(s.as_bytes(), sep.as_bytes()))
}

#[vo_extern("strings.LastIndexByte")]
fn last_index_byte(s: VoString, c: u8) -> i64 {
    index(s.as_bytes().iter().rposition(|&byte| byte == c))
}

#[vo_extern("strings.LastIndexAny")]
fn last_index_any(s: VoString, chars: VoString) -> i64 {
    let found = Runes::new(s.as_bytes()).filter(|&(_, rune, _)| has_rune(chars.as_bytes(), rune)).last();
    index(found.map(|(offset, ..)| offset))
}

#[vo_extern("strings.Count")]
fn count_of(s: VoString, sep: VoString) -> i64 {
    count(s.as_bytes(), sep.as_bytes()) as i64
}

#[vo_extern("strings.HasPrefix")]
fn has_prefix(s: VoString, prefix: VoString) -> bool {
    s.as_bytes().starts_with(prefix.as_bytes())
}

#[vo_extern("strings.HasSuffix")]
fn has_suffix(s: VoString, suffix: VoString) -> bool {
    s.as_bytes().ends_with(suffix.as_bytes())
}

#[vo_extern("strings.EqualFold")]
fn equal_fold(s: VoString, t: VoString) -> bool {
    folds_equal(s.as_bytes(), t.as_bytes())
}

/// With `whole` not 0, the separator stays at the end of its part.
#[vo_extern("strings.split")]
fn split<'call>(
    ctx: &mut ExternCtx<'call>,
    s: VoString<'call>,
    sep: VoString<'call>,
    whole: i64,
    n: i64,
) -> Vec<VoString<'call>> {
    let (mut rest, sep) = (s.as_bytes(), sep.as_bytes());
    let most = usize::try_from(n).unwrap_or(usize::MAX);
    let mut parts = Vec::new();
    if sep.is_empty() {
        while !rest.is_empty() && parts.len() + 1 < most {
            let (rune, after) = rest.split_at(decode_rune(rest).1);
            parts.push(ctx.new_string(rune));
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(ctx.new_string(rest));
        }
        return parts;
    }
    let kept = if whole == 0 { 0 } else { sep.len() };
    while parts.len() + 1 < most
        && let Some(at) = find(rest, sep)
    {
        parts.push(ctx.new_string(&rest[..at + kept]));
        rest = &rest[at + sep.len()..];
    }
    parts.push(part(ctx, s, rest));
    parts
}

#[vo_extern("strings.Fields")]
fn fields<'call>(ctx: &mut ExternCtx<'call>, s: VoString<'call>) -> Vec<VoString<'call>> {
    let bytes = s.as_bytes();
    let (mut fields, mut start) = (Vec::new(), None);
    for (offset, rune, _) in Runes::new(bytes) {
        match (rune.is_whitespace(), start) {
            (false, None) => start = Some(offset),
            (true, Some(first)) => {
                fields.push(ctx.new_string(&bytes[first..offset]));
                start = None;
            }
            _ => {}
        }
    }
    if let Some(first) = start {
        fields.push(part(ctx, s, &bytes[first..]));
    }
    fields
}

#[vo_extern("strings.Join")]
fn join(ctx: &mut ExternCtx, elems: VoSlice<VoString>, sep: VoString) -> Result<VoString, VoError> {
    let add = |sum: usize, elem: VoString| sum.saturating_add(elem.len()).saturating_add(sep.len());
    let size = elems.iter().fold(0, add);
    check_size(size)?;
    let mut joined = Vec::with_capacity(size);
    for (index, elem) in elems.iter().enumerate() {
        if index > 0 {
            joined.extend_from_slice(sep.as_bytes());
        }
        joined.extend_from_slice(elem.as_bytes());
    }
    Ok(ctx.new_string(joined))
}

#[vo_extern("strings.Repeat")]
fn repeat(ctx: &mut ExternCtx, s: VoString, count: i64) -> Result<VoString, VoError> {
    let count = usize::try_from(count).map_err(|_| VoError::new("strings: negative Repeat count"))?;
    let size = s.len().checked_mul(count).filter(|&size| isize::try_from(size).is_ok());
    let size = size.ok_or_else(|| VoError::new("strings: Repeat count causes overflow"))?;
    check_size(size)?;
    let mut repeated = Vec::new();
    repeated.try_reserve_exact(size).map_err(|_| VoError::new("out of memory"))?;
    if size > 0 {
        (0..count).for_each(|_| repeated.extend_from_slice(s.as_bytes()));
    }
    Ok(ctx.new_string(repeated))
}

#[vo_extern("strings.Replace")]
fn replace<'call>(
    ctx: &mut ExternCtx<'call>,
    s: VoString<'call>,
    old: VoString<'call>,
    new: VoString<'call>,
    n: i64,
) -> Result<VoString<'call>, VoError> {
    let (mut rest, old, new) = (s.as_bytes(), old.as_bytes(), new.as_bytes());
    let mut left = usize::try_from(n).unwrap_or(usize::MAX);
    let mut replaced = Vec::new();
    let mut first = true;
    while left > 0 {
        // "" is found in front of every rune and at the end.
        let skipped = match old.is_empty() {
            true if first => Some(0),
            true => Some(decode_rune(rest).1).filter(|&len| len > 0),
            false => find(rest, old),
        };
        let Some(skipped) = skipped else { break };
        check_size(replaced.len() + skipped + new.len())?;
        replaced.extend_from_slice(&rest[..skipped]);
        replaced.extend_from_slice(new);
        rest = &rest[skipped + old.len()..];
        (first, left) = (false, left - 1);
    }
    if first {
        return Ok(s);
    }
    replaced.extend_from_slice(rest);
    Ok(ctx.new_string(replaced))
}

#[vo_extern("strings.replacePairs")]
fn replace_pairs<'call>(
    ctx: &mut ExternCtx<'call>,
    s: VoString<'call>,
    oldnew: VoSlice<'call, VoString<'call>>,
) -> Result<VoString<'call>, VoError> {
    let words: Vec<&[u8]> = oldnew.iter().map(|word| word.as_bytes()).collect();
    let (mut rest, mut replaced) = (s.as_bytes(), Vec::with_capacity(s.len()));
    let mut after_match = false;
    loop {
        // After a match, "" does not match at the same place again.
        let fits = |pair: &&[&[u8]]| rest.starts_with(pair[0]) && !(after_match && pair[0].is_empty());
        let pair = words.chunks_exact(2).find(fits);
        if let Some(pair) = pair {
            check_size(replaced.len() + pair[1].len())?;
            replaced.extend_from_slice(pair[1]);
            rest = &rest[pair[0].len()..];
            after_match = !pair[0].is_empty();
        }
        if pair.is_none_or(|pair| pair[0].is_empty()) {
            let Some((&byte, after)) = rest.split_first() else { break };
            replaced.push(byte);
            rest = after;
            after_match = false;
        }
    }
    Ok(ctx.new_string(replaced))
}

/// Changes each rune; bytes that are not UTF-8 become U+FFFD.
fn map<'call>(
    ctx: &mut ExternCtx<'call>,
    s: VoString<'call>,
    ascii: fn(&u8) -> u8,
    rune: fn(char) -> char,
) -> VoString<'call> {
    let bytes = s.as_bytes();
    if bytes.iter().all(|byte| byte.is_ascii() && ascii(byte) == *byte) {
        return s;
    }
    let mapped: Vec<u8> = match bytes.is_ascii() {
        true => bytes.iter().map(ascii).collect(),
        false => Runes::new(bytes).map(|(_, old, _)| rune(old)).collect::<String>().into_bytes(),
    };
    ctx.new_string(mapped)
}

#[vo_extern("strings.ToLower")]
fn to_lower<'call>(ctx: &mut ExternCtx<'call>, s: VoString<'call>) -> VoString<'call> {
    map(ctx, s, u8::to_ascii_lowercase, simple_lower)
}

#[vo_extern("strings.ToUpper")]
fn to_upper<'call>(ctx: &mut ExternCtx<'call>, s: VoString<'call>) -> VoString<'call> {
    map(ctx, s, u8::to_ascii_uppercase, simple_upper)
}

#[vo_extern("strings.Trim")]
fn trim<'call>(ctx: &mut ExternCtx<'call>, s: VoString<'call>, cutset: VoString<'call>) -> VoString<'call> {
    let cut = |rune| has_rune(cutset.as_bytes(), rune);
    part(ctx, s, trim_end(trim_start(s.as_bytes(), cut), cut))
}

#[vo_extern("strings.TrimLeft")]
fn trim_left<'call>(
    ctx: &mut ExternCtx<'call>,
    s: VoString<'call>,
    cutset: VoString<'call>,
) -> VoString<'call> {
    part(ctx, s, trim_start(s.as_bytes(), |rune| has_rune(cutset.as_bytes(), rune)))
}

#[vo_extern("strings.TrimRight")]
fn trim_right<'call>(
    ctx: &mut ExternCtx<'call>,
    s: VoString<'call>,
    cutset: VoString<'call>,
) -> VoString<'call> {
    part(ctx, s, trim_end(s.as_bytes(), |rune| has_rune(cutset.as_bytes(), rune)))
}

#[vo_extern("strings.TrimSpace")]
fn trim_space<'call>(ctx: &mut ExternCtx<'call>, s: VoString<'call>) -> VoString<'call> {
    part(ctx, s, trim_end(trim_start(s.as_bytes(), char::is_whitespace), char::is_whitespace))
}

#[vo_extern("strings.ToValidUTF8")]
fn to_valid<'call>(
    ctx: &mut ExternCtx<'call>,
    s: VoString<'call>,
    replacement: VoString<'call>,
) -> VoString<'call> {
    let mut valid = Vec::with_capacity(s.len());
    for chunk in s.as_bytes().utf8_chunks() {
        let replaces = !chunk.invalid().is_empty() && (!chunk.valid().is_empty() || valid.is_empty());
        valid.extend_from_slice(chunk.valid().as_bytes());
        if replaces {
            valid.extend_from_slice(replacement.as_bytes());
        }
    }
    ctx.new_string(valid)
}
