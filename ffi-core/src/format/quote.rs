//! Quoting with escapes, as Go's package strconv does it.

use super::integer::LOWER;
use super::runes::{Runes, push_rune};

/// Appends a string in quotes, with escapes for what does not print. With `ascii`, for all that is not ASCII
/// too.
///
/// ```
/// let mut out = Vec::new();
/// vo_ffi_core::append_quoted(&mut out, b"a\tb\xff\"", false);
/// assert_eq!(out, br#""a\tb\xff\"""#);
/// ```
pub fn append_quoted(out: &mut Vec<u8>, text: &[u8], ascii: bool) {
    out.push(b'"');
    for (offset, rune, len) in Runes::new(text) {
        if len == 1 && rune == char::REPLACEMENT_CHARACTER {
            append_hex(out, 'x', text[offset].into(), 2);
        } else {
            append_escaped(out, rune, '"', ascii);
        }
    }
    out.push(b'"');
}

/// Appends a rune in single quotes, escaped as [`append_quoted`] does.
///
/// ```
/// let mut out = Vec::new();
/// vo_ffi_core::append_quoted_rune(&mut out, '\'', false);
/// vo_ffi_core::append_quoted_rune(&mut out, 'é', true);
/// assert_eq!(out, br"'\'''\u00e9'");
/// ```
pub fn append_quoted_rune(out: &mut Vec<u8>, rune: char, ascii: bool) {
    out.push(b'\'');
    append_escaped(out, rune, '\'', ascii);
    out.push(b'\'');
}

/// Whether Go prints a rune as it is: letters, marks, numbers, punctuation, symbols, and the ASCII space.
///
/// ```
/// # use vo_ffi_core::is_printable;
/// assert!(is_printable('é') && is_printable(' '));
/// assert!(!is_printable('\n') && !is_printable('\u{a0}'));
/// ```
pub fn is_printable(rune: char) -> bool {
    if rune.is_ascii() {
        return matches!(rune, ' '..='~');
    }
    // Rust escapes exactly what does not print, save that it also escapes a mark that stands first.
    let mut text = *b"a\0\0\0\0";
    let len = rune.encode_utf8(&mut text[1..]).len();
    let text = std::str::from_utf8(&text[..=len]).unwrap_or_default();
    text.escape_debug().nth(1) != Some('\\')
}

/// Whether a string can stand in backquotes on one line.
pub(super) fn can_backquote(text: &[u8]) -> bool {
    std::str::from_utf8(text).is_ok_and(|text| {
        text.chars().all(|rune| rune == '\t' || !matches!(rune, '\0'..' ' | '`' | '\x7f' | '\u{feff}'))
    })
}

fn append_escaped(out: &mut Vec<u8>, rune: char, quote: char, ascii: bool) {
    let letter = match rune {
        '\x07' => 'a',
        '\x08' => 'b',
        '\x0c' => 'f',
        '\n' => 'n',
        '\r' => 'r',
        '\t' => 't',
        '\x0b' => 'v',
        '\\' => '\\',
        _ if rune == quote => rune,
        _ if is_printable(rune) && (rune.is_ascii() || !ascii) => return push_rune(out, rune),
        '\0'..' ' | '\x7f' => return append_hex(out, 'x', rune.into(), 2),
        '\0'..'\u{10000}' => return append_hex(out, 'u', rune.into(), 4),
        _ => return append_hex(out, 'U', rune.into(), 8),
    };
    out.push(b'\\');
    push_rune(out, letter);
}

fn append_hex(out: &mut Vec<u8>, letter: char, code: u32, digits: u32) {
    out.push(b'\\');
    push_rune(out, letter);
    for digit in (0..digits).rev() {
        out.push(LOWER[(code >> (4 * digit)) as usize & 15]);
    }
}
