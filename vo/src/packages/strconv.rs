//! Package strconv.

use std::borrow::Cow;

use vo_ffi::prelude::*;
use vo_ffi::{
    Runes, append_float, append_float32, append_quoted, append_quoted_rune, decode_rune, is_printable,
};

use super::math::ldexp;
use super::text::{check_size, find_byte};

/// How parsing ended, as strconv.vo knows it.
pub(super) const FINE: i64 = 0;
const BAD_SYNTAX: i64 = 1;
pub(super) const BAD_RANGE: i64 = 2;
const BAD_BASE: i64 = 3;
const BAD_BIT_SIZE: i64 = 4;

#[vo_extern("strconv.parseInt")]
fn parse_int(s: VoString, base: i64, bit_size: i64) -> (i64, i64) {
    parse_int_text(s.as_bytes(), base, bit_size)
}

/// The integer, or the nearest that there is, and how parsing ended.
pub(super) fn parse_int_text(text: &[u8], base: i64, bit_size: i64) -> (i64, i64) {
    let (negative, digits) = match text.split_first() {
        Some((b'-', digits)) => (true, digits),
        Some((b'+', digits)) => (false, digits),
        _ => (false, text),
    };
    let bits = if bit_size == 0 { 64 } else { bit_size };
    let largest = match bits {
        1..=64 => (1_u64 << (bits - 1)) - 1,
        _ if digits.is_empty() => return (0, BAD_SYNTAX),
        _ => return (0, BAD_BIT_SIZE),
    };
    let limit = largest + u64::from(negative);
    let (magnitude, status) = match parse_magnitude(digits, base, 2 * largest + 1) {
        Ok(magnitude) if magnitude <= limit => (magnitude, FINE),
        Ok(_) | Err(BAD_RANGE) => (limit, BAD_RANGE),
        Err(status) => return (0, status),
    };
    (if negative { magnitude.wrapping_neg() } else { magnitude } as i64, status)
}

#[vo_extern("strconv.parseUint")]
fn parse_uint(s: VoString, base: i64, bit_size: i64) -> (u64, i64) {
    parse_uint_text(s.as_bytes(), base, bit_size)
}

/// The integer, or the nearest that there is, and how parsing ended.
pub(super) fn parse_uint_text(text: &[u8], base: i64, bit_size: i64) -> (u64, i64) {
    let largest = match bit_size {
        0 | 64 => u64::MAX,
        1..=63 => (1 << bit_size) - 1,
        _ if text.is_empty() => return (0, BAD_SYNTAX),
        _ => return (0, BAD_BIT_SIZE),
    };
    match parse_magnitude(text, base, largest) {
        Ok(value) => (value, FINE),
        Err(BAD_RANGE) => (largest, BAD_RANGE),
        Err(status) => (0, status),
    }
}

/// As in Go, what follows a number that has become too large is not looked at.
fn parse_magnitude(text: &[u8], base: i64, largest: u64) -> Result<u64, i64> {
    if text.is_empty() {
        return Err(BAD_SYNTAX);
    }
    let (radix, digits) = match base {
        2..=36 => (base as u32, text),
        0 => match *text {
            [b'0', b'x' | b'X', _, ..] => (16, &text[2..]),
            [b'0', b'o' | b'O', _, ..] => (8, &text[2..]),
            [b'0', b'b' | b'B', _, ..] => (2, &text[2..]),
            [b'0', _, ..] => (8, &text[1..]),
            _ => (10, text),
        },
        _ => return Err(BAD_BASE),
    };
    let mut value = 0_u64;
    for &byte in digits.iter().filter(|&&byte| base != 0 || byte != b'_') {
        let digit = char::from(byte).to_digit(radix).ok_or(BAD_SYNTAX)?;
        let next = value.checked_mul(radix.into()).and_then(|value| value.checked_add(digit.into()));
        value = next.filter(|&next| next <= largest).ok_or(BAD_RANGE)?;
    }
    if base == 0 && !underscores_separate(text) {
        return Err(BAD_SYNTAX);
    }
    Ok(value)
}

/// Whether each underscore stands between digits, or between a prefix and a digit.
fn underscores_separate(text: &[u8]) -> bool {
    let has_prefix = matches!(text, [b'0', b'b' | b'B' | b'o' | b'O' | b'x' | b'X', ..]);
    let hex = matches!(text, [b'0', b'x' | b'X', ..]);
    let (mut digit_before, rest) = if has_prefix { (true, &text[2..]) } else { (false, text) };
    let mut after_underscore = false;
    for &byte in rest {
        let digit = byte.is_ascii_digit() || hex && byte.is_ascii_hexdigit();
        if byte == b'_' && !digit_before || after_underscore && !digit {
            return false;
        }
        (digit_before, after_underscore) = (digit, byte == b'_');
    }
    !after_underscore
}

#[vo_extern("strconv.parseFloat")]
fn parse_float(s: VoString, bit_size: i64) -> (f64, i64) {
    parse_float_text(s.as_bytes(), bit_size)
}

/// The float, or an infinity, and how parsing ended.
pub(super) fn parse_float_text(text: &[u8], bit_size: i64) -> (f64, i64) {
    let unsigned = text.strip_prefix(b"-").or(text.strip_prefix(b"+")).unwrap_or(text);
    let signed = unsigned.len() < text.len();
    if signed && (unsigned.eq_ignore_ascii_case(b"nan") || unsigned.starts_with(b"+")) {
        return (0.0, BAD_SYNTAX);
    }
    let number = match unsigned.contains(&b'_') {
        true if !underscores_separate(unsigned) => return (0.0, BAD_SYNTAX),
        true => Cow::Owned(unsigned.iter().copied().filter(|&byte| byte != b'_').collect()),
        false => Cow::Borrowed(unsigned),
    };
    let magnitude = match &*number {
        [b'0', b'x' | b'X', digits @ ..] => parse_hex_float(digits),
        decimal => std::str::from_utf8(decimal).ok().and_then(|decimal| match bit_size {
            32 => decimal.parse::<f32>().map(f64::from).ok(),
            _ => decimal.parse().ok(),
        }),
    };
    let Some(magnitude) = magnitude else { return (0.0, BAD_SYNTAX) };
    let magnitude = if bit_size == 32 { (magnitude as f32).into() } else { magnitude };
    let named = number.first().is_some_and(u8::is_ascii_alphabetic);
    let status = if magnitude.is_infinite() && !named { BAD_RANGE } else { FINE };
    (if text.starts_with(b"-") { -magnitude } else { magnitude }, status)
}

/// `1.8p3`, with an exponent always.
fn parse_hex_float(text: &[u8]) -> Option<f64> {
    let mark = text.iter().position(|byte| matches!(byte, b'p' | b'P'))?;
    let (digits, power) = (&text[..mark], std::str::from_utf8(&text[mark + 1..]).ok()?);
    let signs = power.bytes().take_while(|byte| !byte.is_ascii_digit()).count();
    let largest = if power.starts_with('-') { -1_000_000 } else { 1_000_000 };
    let power: i64 = match power.bytes().skip(signs).all(|byte| byte.is_ascii_digit()) {
        true if signs <= 1 && power.len() > signs => power.parse().unwrap_or(largest),
        _ => return None,
    };
    let (mut mantissa, mut shift, mut after_point, mut seen) = (0_u64, 0_i64, false, false);
    for &byte in digits {
        if byte == b'.' && !after_point {
            after_point = true;
            continue;
        }
        let digit = char::from(byte).to_digit(16)?;
        seen = true;
        if mantissa >> 60 == 0 {
            mantissa = mantissa << 4 | u64::from(digit);
            shift -= if after_point { 4 } else { 0 };
        } else {
            // What does not fit can only break a tie.
            mantissa |= u64::from(digit != 0);
            shift += if after_point { 0 } else { 4 };
        }
    }
    seen.then(|| ldexp(mantissa as f64, power.clamp(-1_000_000, 1_000_000) + shift))
}

#[vo_extern("strconv.Itoa")]
fn itoa(ctx: &mut ExternCtx, i: i64) -> VoString {
    integer(ctx, i.unsigned_abs(), i < 0, 10)
}

#[vo_extern("strconv.FormatInt")]
fn format_int(ctx: &mut ExternCtx, i: i64, base: i64) -> Result<VoString, VoError> {
    let base = check_base(base)?;
    Ok(integer(ctx, i.unsigned_abs(), i < 0, base))
}

#[vo_extern("strconv.FormatUint")]
fn format_uint(ctx: &mut ExternCtx, i: u64, base: i64) -> Result<VoString, VoError> {
    let base = check_base(base)?;
    Ok(integer(ctx, i, false, base))
}

fn check_base(base: i64) -> Result<u64, VoError> {
    match base {
        2..=36 => Ok(base as u64),
        _ => Err(VoError::new("strconv: illegal AppendInt/FormatInt base")),
    }
}

fn integer<'call>(
    ctx: &mut ExternCtx<'call>,
    mut magnitude: u64,
    negative: bool,
    base: u64,
) -> VoString<'call> {
    let mut buffer = [0; 65];
    let mut at = buffer.len();
    loop {
        at -= 1;
        buffer[at] = b"0123456789abcdefghijklmnopqrstuvwxyz"[(magnitude % base) as usize];
        magnitude /= base;
        if magnitude == 0 {
            break;
        }
    }
    if negative {
        at -= 1;
        buffer[at] = b'-';
    }
    ctx.new_string(&buffer[at..])
}

#[vo_extern("strconv.FormatFloat")]
fn format_float(ctx: &mut ExternCtx, f: f64, fmt: u8, prec: i64, bit_size: i64) -> Result<VoString, VoError> {
    let mut out = Vec::new();
    let precision = usize::try_from(prec).ok();
    check_size(precision.unwrap_or(0).saturating_mul(2))?;
    match bit_size {
        _ if !b"beEfgGxX".contains(&fmt) && f.is_finite() => out.extend_from_slice(&[b'%', fmt]),
        32 => append_float32(&mut out, f as f32, fmt, precision),
        64 => append_float(&mut out, f, fmt, precision),
        _ => return Err(VoError::new("strconv: illegal AppendFloat/FormatFloat bitSize")),
    }
    Ok(ctx.new_string(out))
}

#[vo_extern("strconv.Quote")]
fn quote(ctx: &mut ExternCtx, s: VoString) -> VoString {
    quoted(ctx, s.as_bytes(), false)
}

#[vo_extern("strconv.QuoteToASCII")]
fn quote_to_ascii(ctx: &mut ExternCtx, s: VoString) -> VoString {
    quoted(ctx, s.as_bytes(), true)
}

fn quoted<'call>(ctx: &mut ExternCtx<'call>, text: &[u8], ascii: bool) -> VoString<'call> {
    let mut out = Vec::with_capacity(text.len() + 2);
    append_quoted(&mut out, text, ascii);
    ctx.new_string(out)
}

/// As `Quote`, but the spaces of Unicode stay as they are.
#[vo_extern("strconv.QuoteToGraphic")]
fn quote_to_graphic(ctx: &mut ExternCtx, s: VoString) -> VoString {
    let (mut out, mut start) = (vec![b'"'], 0);
    let text = s.as_bytes();
    let mut push_quoted = |from: usize, to: usize, space: &[u8]| {
        let mut piece = Vec::new();
        append_quoted(&mut piece, &text[from..to], false);
        out.extend_from_slice(&piece[1..piece.len() - 1]);
        out.extend_from_slice(space);
    };
    for (offset, rune, len) in Runes::new(text).filter(|&(_, rune, _)| is_graphic_space(rune)) {
        push_quoted(start, offset, rune.encode_utf8(&mut [0; 4]).as_bytes());
        start = offset + len;
    }
    push_quoted(start, text.len(), b"\"");
    ctx.new_string(out)
}

fn is_graphic_space(rune: char) -> bool {
    const SPACES: &str = "\u{a0}\u{1680}\u{202f}\u{205f}\u{3000}";
    SPACES.contains(rune) || ('\u{2000}'..='\u{200a}').contains(&rune)
}

#[vo_extern("strconv.IsGraphic")]
fn is_graphic(r: i32) -> bool {
    rune_of(r).is_some_and(|rune| is_printable(rune) || is_graphic_space(rune))
}

#[vo_extern("strconv.CanBackquote")]
fn can_backquote(s: VoString) -> bool {
    let can = |rune: char| !matches!(rune, '`' | '\u{feff}' | '\u{7f}') && (rune >= ' ' || rune == '\t');
    std::str::from_utf8(s.as_bytes()).is_ok_and(|text| text.chars().all(can))
}

#[vo_extern("strconv.QuoteRune")]
fn quote_rune(ctx: &mut ExternCtx, r: i32) -> VoString {
    quoted_rune(ctx, r, false)
}

#[vo_extern("strconv.QuoteRuneToASCII")]
fn quote_rune_to_ascii(ctx: &mut ExternCtx, r: i32) -> VoString {
    quoted_rune(ctx, r, true)
}

fn quoted_rune<'call>(ctx: &mut ExternCtx<'call>, rune: i32, ascii: bool) -> VoString<'call> {
    let mut out = Vec::new();
    append_quoted_rune(&mut out, rune_of(rune).unwrap_or(char::REPLACEMENT_CHARACTER), ascii);
    ctx.new_string(out)
}

fn rune_of(rune: i32) -> Option<char> {
    u32::try_from(rune).ok().and_then(char::from_u32)
}

#[vo_extern("strconv.IsPrint")]
fn is_print(r: i32) -> bool {
    rune_of(r).is_some_and(is_printable)
}

#[vo_extern("strconv.unquote")]
fn unquote(ctx: &mut ExternCtx, s: VoString) -> (VoString, bool) {
    let value = unquoted(s.as_bytes());
    let valid = value.is_some();
    (ctx.new_string(value.unwrap_or_default()), valid)
}

pub(super) fn unquoted(literal: &[u8]) -> Option<Vec<u8>> {
    if quoted_len(literal)? != literal.len() {
        return None;
    }
    let inside = &literal[1..literal.len() - 1];
    if literal[0] == b'`' {
        return Some(inside.iter().copied().filter(|&byte| byte != b'\r').collect());
    }
    let (mut value, mut rest) = (Vec::with_capacity(inside.len()), inside);
    while !rest.is_empty() {
        let char = unquote_char_of(rest, literal[0])?;
        match char::from_u32(char.value) {
            Some(rune) if char.multibyte => {
                value.extend_from_slice(rune.encode_utf8(&mut [0; 4]).as_bytes());
            }
            _ => value.push(char.value as u8),
        }
        rest = &rest[char.len..];
    }
    Some(value)
}

#[vo_extern("strconv.quotedLen")]
fn quoted_prefix(s: VoString) -> i64 {
    quoted_len(s.as_bytes()).unwrap_or(0) as i64
}

/// How long the literal is that a text begins with.
fn quoted_len(text: &[u8]) -> Option<usize> {
    let (&quote, mut rest) = text.split_first()?;
    if quote == b'`' {
        return Some(find_byte(rest, b'`')? + 2);
    }
    if !matches!(quote, b'"' | b'\'') {
        return None;
    }
    // Go accepts '' too.
    let mut runes = 0;
    while *rest.first()? != quote {
        if rest[0] == b'\n' || quote == b'\'' && runes == 1 {
            return None;
        }
        rest = &rest[unquote_char_of(rest, quote)?.len..];
        runes += 1;
    }
    Some(text.len() - rest.len() + 1)
}

/// A length of 0 says that there is no such character.
#[vo_extern("strconv.unquoteChar")]
fn unquote_char(s: VoString, quote: u8) -> (u32, bool, i64) {
    match unquote_char_of(s.as_bytes(), quote) {
        Some(char) => (char.value, char.multibyte, char.len as i64),
        None => (0, false, 0),
    }
}

/// The first character of a literal's inside.
struct LiteralChar {
    /// A rune, or a byte.
    value: u32,
    /// Whether it is a rune that takes several bytes.
    multibyte: bool,
    /// How many bytes it takes as it is written.
    len: usize,
}

fn unquote_char_of(text: &[u8], quote: u8) -> Option<LiteralChar> {
    let byte = |value: u8, len| Some(LiteralChar { value: value.into(), multibyte: false, len });
    match *text {
        [] => None,
        [b'\\', letter, ..] => match letter {
            b'x' | b'u' | b'U' => hex_escape(text, letter),
            b'0'..=b'7' => {
                let digits = std::str::from_utf8(text.get(1..4)?).ok()?;
                byte(u8::try_from(u32::from_str_radix(digits, 8).ok()?).ok()?, 4)
            }
            b'\'' | b'"' if letter != quote => None,
            b'a' => byte(b'\x07', 2),
            b'b' => byte(b'\x08', 2),
            b'f' => byte(b'\x0c', 2),
            b'n' => byte(b'\n', 2),
            b'r' => byte(b'\r', 2),
            b't' => byte(b'\t', 2),
            b'v' => byte(b'\x0b', 2),
            b'\\' | b'\'' | b'"' => byte(letter, 2),
            _ => None,
        },
        [b'\\'] => None,
        [first, ..] if first == quote && matches!(quote, b'\'' | b'"') => None,
        [first, ..] if first.is_ascii() => byte(first, 1),
        _ => {
            let (rune, len) = decode_rune(text);
            Some(LiteralChar { value: rune.into(), multibyte: true, len })
        }
    }
}

/// `\x41`, `\u00e9`, `\U0001f600`
fn hex_escape(text: &[u8], letter: u8) -> Option<LiteralChar> {
    let digits = match letter {
        b'x' => 2,
        b'u' => 4,
        _ => 8,
    };
    let number = std::str::from_utf8(text.get(2..2 + digits)?).ok()?;
    let value = u32::from_str_radix(number, 16).ok().filter(|_| !number.starts_with('+'))?;
    let multibyte = letter != b'x';
    if multibyte && char::from_u32(value).is_none() {
        return None;
    }
    Some(LiteralChar { value, multibyte, len: 2 + digits })
}
