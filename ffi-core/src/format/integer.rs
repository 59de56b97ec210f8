//! Integers: `%d %b %o %O %x %X %c %q %U`.

use super::quote::{append_quoted_rune, is_printable};
use super::runes::{push_rune, rune_of};
use super::spec::Spec;

pub(super) const LOWER: &[u8; 16] = b"0123456789abcdef";
pub(super) const UPPER: &[u8; 16] = b"0123456789ABCDEF";

/// How the digits of an integer are written.
#[derive(Clone, Copy)]
pub(super) struct Radix {
    pub(super) base: u64,
    pub(super) upper: bool,
    /// `%O`
    pub(super) letter_o: bool,
}

impl Radix {
    pub(super) const DECIMAL: Radix = Radix { base: 10, upper: false, letter_o: false };
    pub(super) const HEX: Radix = Radix { base: 16, upper: false, letter_o: false };

    /// The radix that a verb asks for.
    pub(super) fn of(verb: char) -> Option<Radix> {
        Some(match verb {
            'v' | 'd' => Radix::DECIMAL,
            'b' => Radix { base: 2, ..Radix::DECIMAL },
            'o' => Radix { base: 8, ..Radix::DECIMAL },
            'O' => Radix { base: 8, upper: false, letter_o: true },
            'x' => Radix::HEX,
            'X' => Radix { upper: true, ..Radix::HEX },
            _ => return None,
        })
    }
}

/// Appends an integer with everything that the spec asks for.
pub(super) fn append_integer(out: &mut Vec<u8>, spec: &Spec, magnitude: u64, negative: bool, radix: Radix) {
    let signed = negative || spec.plus || spec.space;
    let zeros = match (spec.precision, spec.width) {
        (Some(0), _) if magnitude == 0 => {
            // No digits at all, and Go pads them on either side alike.
            return out.resize(out.len() + spec.width.unwrap_or(0), b' ');
        }
        (Some(precision), _) => precision,
        (None, Some(width)) if spec.zero => width.saturating_sub(usize::from(signed)),
        (None, _) => 0,
    };
    let start = out.len();
    if signed {
        out.push(if negative {
            b'-'
        } else if spec.plus {
            b'+'
        } else {
            b' '
        });
    }
    if radix.letter_o {
        out.extend_from_slice(b"0o");
    }
    let mut buffer = [0; 64];
    let digits = digits(&mut buffer, magnitude, radix);
    let missing = zeros.saturating_sub(digits.len());
    if spec.sharp {
        match radix.base {
            2 => out.extend_from_slice(b"0b"),
            8 if missing == 0 && digits[0] != b'0' => out.push(b'0'),
            16 => out.extend_from_slice(if radix.upper { b"0X" } else { b"0x" }),
            _ => {}
        }
    }
    out.resize(out.len() + missing, b'0');
    out.extend_from_slice(digits);
    spec.without_zero().pad(out, start);
}

/// The digits of a number, at the end of the buffer.
fn digits(buffer: &mut [u8; 64], mut rest: u64, radix: Radix) -> &[u8] {
    let letters = if radix.upper { UPPER } else { LOWER };
    let mut at = buffer.len();
    loop {
        at -= 1;
        let digit;
        // The division by a constant is much faster than one by a variable.
        (rest, digit) = match radix.base {
            10 => (rest / 10, rest % 10),
            base => (rest >> base.trailing_zeros(), rest & (base - 1)),
        };
        buffer[at] = letters[digit as usize];
        if rest == 0 {
            return &buffer[at..];
        }
    }
}

/// `%c`
pub(super) fn append_char(out: &mut Vec<u8>, spec: &Spec, value: u64) {
    let start = out.len();
    push_rune(out, rune_of(value));
    spec.pad(out, start);
}

/// `%q`
pub(super) fn append_quoted_char(out: &mut Vec<u8>, spec: &Spec, value: u64) {
    let start = out.len();
    append_quoted_rune(out, rune_of(value), spec.plus);
    spec.pad(out, start);
}

/// `%U`
pub(super) fn append_unicode(out: &mut Vec<u8>, spec: &Spec, value: u64) {
    let start = out.len();
    out.extend_from_slice(b"U+");
    let radix = Radix { upper: true, ..Radix::HEX };
    let zeros = Spec { precision: Some(spec.precision.unwrap_or(0).max(4)), ..Spec::default() };
    append_integer(out, &zeros, value, false, radix);
    if spec.sharp
        && let Some(rune) = u32::try_from(value).ok().and_then(char::from_u32)
        && is_printable(rune)
    {
        out.extend_from_slice(b" '");
        push_rune(out, rune);
        out.push(b'\'');
    }
    spec.without_zero().pad(out, start);
}
