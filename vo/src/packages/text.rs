//! What several packages do with text: search in bytes, and the simple case mappings of runes.

use vo_ffi::{Runes, Trap, TrapKind, VoError, decode_rune};

use crate::heap::memory_limit;

/// Refuses to make a text of more bytes than a program may have: the process would be ended for it.
pub(super) fn check_size(bytes: usize) -> Result<(), VoError> {
    match bytes > memory_limit() {
        true => Err(VoError::from_trap(Trap::of_kind(TrapKind::OutOfMemory, "out of memory"))),
        false => Ok(()),
    }
}

/// Where `needle` first is.
pub(super) fn find(text: &[u8], needle: &[u8]) -> Option<usize> {
    let Some((&first, rest)) = needle.split_first() else { return Some(0) };
    let last = text.len().checked_sub(needle.len())?;
    let mut from = 0;
    while let Some(skipped) = find_byte(&text[from..=last], first) {
        from += skipped;
        if text[from + 1..].starts_with(rest) {
            return Some(from);
        }
        from += 1;
        if from > last {
            break;
        }
    }
    None
}

/// Where `byte` first is.
pub(super) fn find_byte(text: &[u8], byte: u8) -> Option<usize> {
    const BLOCK: usize = 32;
    // The test of a whole block is a handful of vector instructions.
    let blocks = text.chunks(BLOCK).position(|block| block.contains(&byte))?;
    let start = blocks * BLOCK;
    text[start..].iter().position(|&candidate| candidate == byte).map(|at| start + at)
}

/// Where `needle` last is.
pub(super) fn rfind(text: &[u8], needle: &[u8]) -> Option<usize> {
    let last = text.len().checked_sub(needle.len())?;
    (0..=last).rev().find(|&at| text[at..].starts_with(needle))
}

/// How often `needle` is there without overlaps; for "", the number of runes and one.
pub(super) fn count(mut text: &[u8], needle: &[u8]) -> usize {
    if needle.is_empty() {
        return Runes::new(text).count() + 1;
    }
    let mut found = 0;
    while let Some(at) = find(text, needle) {
        found += 1;
        text = &text[at + needle.len()..];
    }
    found
}

/// Whether bytes begin with a whole rune; a byte that cannot be part of one is whole.
pub(super) fn begins_with_whole_rune(bytes: &[u8]) -> bool {
    match std::str::from_utf8(bytes) {
        Ok(text) => !text.is_empty(),
        Err(error) => error.valid_up_to() > 0 || error.error_len().is_some(),
    }
}

/// Where the last rune begins.
pub(super) fn last_rune(bytes: &[u8]) -> Option<usize> {
    let last = bytes.len().checked_sub(1)?;
    let starts = (last.saturating_sub(3)..=last).rev();
    let whole = starts.into_iter().find(|&start| {
        let (rune, len) = decode_rune(&bytes[start..]);
        start + len == bytes.len() && (len > 1 || rune.is_ascii())
    });
    Some(whole.unwrap_or(last))
}

/// What the functions of Go return for something that may not be there.
pub(super) fn index(found: Option<usize>) -> i64 {
    found.map_or(-1, |index| index as i64)
}

/// Whether a rune is among some characters.
pub(super) fn has_rune(chars: &[u8], rune: char) -> bool {
    Runes::new(chars).any(|(_, candidate, _)| candidate == rune)
}

/// The rest behind all that `cut` holds for.
pub(super) fn trim_start(bytes: &[u8], cut: impl Fn(char) -> bool) -> &[u8] {
    let kept = Runes::new(bytes).find(|&(_, rune, _)| !cut(rune));
    kept.map_or(&[], |(offset, ..)| &bytes[offset..])
}

/// What is before all that `cut` holds for.
pub(super) fn trim_end(mut bytes: &[u8], cut: impl Fn(char) -> bool) -> &[u8] {
    while let Some(start) = last_rune(bytes)
        && cut(decode_rune(&bytes[start..]).0)
    {
        bytes = &bytes[..start];
    }
    bytes
}

/// Whether two texts are equal but for upper and lower case.
pub(super) fn folds_equal(s: &[u8], t: &[u8]) -> bool {
    let fold = |(_, rune, _)| simple_fold(rune);
    Runes::new(s).map(fold).eq(Runes::new(t).map(fold))
}

/// The upper-case rune of a rune. Some that Rust maps to several have one of their own in Unicode's table of
/// simple mappings.
pub(super) fn simple_upper(rune: char) -> char {
    if rune.is_ascii() {
        return rune.to_ascii_uppercase();
    }
    let offset = match u32::from(rune) {
        0x1f80..=0x1f87 | 0x1f90..=0x1f97 | 0x1fa0..=0x1fa7 => 8,
        0x1fb3 | 0x1fc3 | 0x1ff3 => 9,
        _ => return single(rune.to_uppercase()).unwrap_or(rune),
    };
    char::from_u32(u32::from(rune) + offset).unwrap_or(rune)
}

/// The lower-case rune of a rune.
pub(super) fn simple_lower(rune: char) -> char {
    match rune {
        _ if rune.is_ascii() => rune.to_ascii_lowercase(),
        '\u{130}' => 'i',
        _ => single(rune.to_lowercase()).unwrap_or(rune),
    }
}

/// A rune that is the same for all runes that differ in case only.
fn simple_fold(rune: char) -> char {
    match rune {
        // The dotted I of Turkish and the dotless i are not the letter i.
        '\u{130}' | '\u{131}' => rune,
        _ => simple_lower(simple_upper(rune)),
    }
}

fn single(mut runes: impl Iterator<Item = char>) -> Option<char> {
    let first = runes.next();
    first.filter(|_| runes.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn needles_are_found_wherever_they_are() {
        let text: Vec<u8> = (0..200).map(|index| b'a' + index % 7).collect();
        for start in 0..190 {
            for len in 0..10 {
                let needle = &text[start..start + len];
                let expected = (0..=text.len() - len).find(|&at| text[at..].starts_with(needle));
                assert_eq!(find(&text, needle), expected, "{start} {len}");
            }
        }
        assert_eq!(find(b"", b"a"), None);
        assert_eq!(find(b"aab", b"ab"), Some(1));
        assert_eq!(find(b"aaa", b"aaaa"), None);
        assert_eq!(rfind(b"abab", b"ab"), Some(2));
        assert_eq!(rfind(b"abab", b""), Some(4));
        assert_eq!(count(b"aaaa", b"aa"), 2);
        assert_eq!(count("né".as_bytes(), b""), 3);
        assert_eq!(find_byte(&[b'x'; 100], b'y'), None);
    }

    #[test]
    fn cases_are_mapped_rune_by_rune() {
        for (rune, upper, lower) in [
            ('a', 'A', 'a'),
            ('ß', 'ß', 'ß'),
            ('ǆ', 'Ǆ', 'ǆ'),
            ('ᾳ', 'ᾼ', 'ᾳ'),
            ('İ', 'İ', 'i'),
            ('1', '1', '1'),
        ] {
            assert_eq!((simple_upper(rune), simple_lower(rune)), (upper, lower), "{rune}");
        }
        assert_eq!(simple_fold('\u{212a}'), 'k');
        assert_ne!(simple_fold('İ'), 'i');
    }
}
