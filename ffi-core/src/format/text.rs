//! Strings and byte slices: `%s %q %x %X`.

use super::integer::{LOWER, UPPER};
use super::quote::{append_quoted, can_backquote};
use super::runes::Runes;
use super::spec::Spec;

/// `%s`
pub(super) fn append_text(out: &mut Vec<u8>, spec: &Spec, text: &[u8]) {
    let start = out.len();
    out.extend_from_slice(cut(spec, text));
    spec.pad(out, start);
}

/// `%q`
pub(super) fn append_quoted_text(out: &mut Vec<u8>, spec: &Spec, text: &[u8]) {
    let text = cut(spec, text);
    let start = out.len();
    if spec.sharp && can_backquote(text) {
        out.push(b'`');
        out.extend_from_slice(text);
        out.push(b'`');
    } else {
        append_quoted(out, text, spec.plus);
    }
    spec.pad(out, start);
}

/// `%x` and `%X`
pub(super) fn append_hex_text(out: &mut Vec<u8>, spec: &Spec, text: &[u8], upper: bool) {
    let text = &text[..spec.precision.unwrap_or(usize::MAX).min(text.len())];
    let start = out.len();
    let (letters, prefix) = if upper { (UPPER, b"0X") } else { (LOWER, b"0x") };
    for (index, &byte) in text.iter().enumerate() {
        if spec.space && index > 0 {
            out.push(b' ');
        }
        if spec.sharp && (spec.space || index == 0) {
            out.extend_from_slice(prefix);
        }
        out.extend_from_slice(&[letters[usize::from(byte >> 4)], letters[usize::from(byte & 15)]]);
    }
    spec.pad(out, start);
}

/// As much of a string as the precision lets through, in runes.
fn cut<'a>(spec: &Spec, text: &'a [u8]) -> &'a [u8] {
    let end = spec.precision.and_then(|runes| Runes::new(text).nth(runes));
    end.map_or(text, |(offset, ..)| &text[..offset])
}
