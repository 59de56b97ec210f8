//! The values of numbers, characters and strings as they are written.

use crate::c::{CScalar, Target};

/// Whether a number is a floating one.
pub(super) fn is_float(text: &str) -> bool {
    match hex_digits(text) {
        Some(digits) => digits.contains(['.', 'p', 'P']),
        None => !text.starts_with("0b") && !text.starts_with("0B") && text.contains(['.', 'e', 'E']),
    }
}

fn hex_digits(text: &str) -> Option<&str> {
    text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"))
}

/// An integer and its type.
pub(super) fn integer(text: &str, target: &Target) -> Result<(u128, CScalar), String> {
    let (digits, radix) = match text.get(..2) {
        Some("0x" | "0X") => (&text[2..], 16),
        Some("0b" | "0B") => (&text[2..], 2),
        // With its 0, for `0` and `0u` have no other digit.
        _ if text.starts_with('0') => (text, 8),
        _ => (text, 10),
    };
    let is_digit = |c: char| c.is_digit(if radix == 16 { 16 } else { 10 }) || c == '\'';
    let end = digits.find(|c| !is_digit(c)).unwrap_or(digits.len());
    let (digits, suffix) = digits.split_at(end);
    if digits.is_empty() {
        return Err(format!("the number `{text}` has no digits"));
    }
    let mut value: u128 = 0;
    for digit in digits.chars().filter(|&digit| digit != '\'') {
        let digit = digit.to_digit(radix).ok_or_else(|| format!("`{digit}` is no digit of base {radix}"))?;
        let next =
            value.checked_mul(u128::from(radix)).and_then(|value| value.checked_add(u128::from(digit)));
        value = next.filter(|&value| value <= u128::from(u64::MAX)).ok_or_else(|| too_large(text))?;
    }
    Ok((value, integer_type(value, suffix, radix == 10, target).ok_or_else(|| bad_suffix(suffix, text))?))
}

fn too_large(text: &str) -> String {
    format!("the number `{}` is too large: integers have at most 64 bits", shortened(text))
}

fn bad_suffix(suffix: &str, text: &str) -> String {
    match suffix {
        "i" | "I" | "j" | "J" => format!("imaginary numbers such as `{text}` are not supported"),
        "wb" | "WB" | "uwb" | "UWB" | "uWB" | "Uwb" => {
            format!("`_BitInt` numbers such as `{text}` are not supported")
        }
        _ => format!("the number `{}` has the unknown suffix `{}`", shortened(text), shortened(suffix)),
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_string(),
    }
}

/// C's list of the types that a constant may have: the first one with room for it.
fn integer_type(value: u128, suffix: &str, decimal: bool, target: &Target) -> Option<CScalar> {
    use CScalar::*;
    let lower = suffix.to_ascii_lowercase();
    if suffix.contains("lL") || suffix.contains("Ll") {
        return None;
    }
    let (types, unsigned): (&[CScalar], bool) = match lower.as_str() {
        "" => (&[Int, Long, LongLong], false),
        "u" => (&[Int, Long, LongLong], true),
        "l" => (&[Long, LongLong], false),
        "ul" | "lu" => (&[Long, LongLong], true),
        "ll" => (&[LongLong], false),
        "ull" | "llu" => (&[LongLong], true),
        "z" => return Some(target.size.with_other_sign()),
        "uz" | "zu" => return Some(target.size),
        _ => return None,
    };
    let fits = |scalar: CScalar| scalar.range(target).is_some_and(|(_, most)| value <= most as u128);
    for &scalar in types {
        let other = scalar.with_other_sign();
        if !unsigned && fits(scalar) {
            return Some(scalar);
        }
        if (unsigned || !decimal) && fits(other) {
            return Some(other);
        }
    }
    // A decimal number beyond `long long`.
    Some(if target.int128 { Int128 } else { UnsignedLongLong })
}

/// A floating number and its type. A `long double` has the precision of a `double` here.
pub(super) fn float(text: &str) -> Result<(f64, CScalar), String> {
    let plain: String = text.chars().filter(|&c| c != '\'').collect();
    let hex = hex_digits(&plain).is_some();
    let suffix_at = match hex {
        true => plain.rfind(['p', 'P']).map(|p| p + 1).unwrap_or(plain.len()),
        false => 0,
    };
    let is_suffix = |c: char| c.is_ascii_alphabetic() && (hex || !matches!(c, 'e' | 'E'));
    let end = plain[suffix_at..].find(is_suffix).map_or(plain.len(), |end| suffix_at + end);
    let (digits, suffix) = plain.split_at(end);
    let scalar = match suffix {
        "" => CScalar::Double,
        "f" | "F" | "f32" | "F32" => CScalar::Float,
        "f64" | "F64" | "f32x" | "F32x" | "d" | "D" => CScalar::Double,
        "l" | "L" => CScalar::LongDouble,
        _ => return Err(bad_suffix(suffix, text)),
    };
    let value = match (hex, scalar) {
        (true, _) => hex_float(digits).ok_or_else(|| format!("`{}` is no number", shortened(text)))?,
        (false, CScalar::Float) => digits.parse::<f32>().map(f64::from).map_err(|_| no_number(text))?,
        (false, _) => digits.parse::<f64>().map_err(|_| no_number(text))?,
    };
    let value = if scalar == CScalar::Float { f64::from(value as f32) } else { value };
    if value.is_infinite() {
        return Err(format!("the number `{}` is too large for its type", shortened(text)));
    }
    Ok((value, scalar))
}

fn no_number(text: &str) -> String {
    format!("`{}` is no number", shortened(text))
}

/// `0x1.8p3`: digits beyond 64 bits only say whether there was something.
fn hex_float(text: &str) -> Option<f64> {
    let (digits, exponent) = text[2..].split_once(['p', 'P'])?;
    let exponent: i64 = exponent.parse::<i32>().ok()?.into();
    let (mut mantissa, mut scale, mut behind_point, mut count) = (0u128, 0i64, false, 0);
    for c in digits.chars() {
        if c == '.' && !behind_point {
            behind_point = true;
            continue;
        }
        let digit = u128::from(c.to_digit(16)?);
        count += 1;
        if mantissa >> 64 == 0 {
            mantissa = mantissa * 16 + digit;
            scale -= if behind_point { 4 } else { 0 };
        } else {
            mantissa |= u128::from(digit != 0);
            scale += if behind_point { 0 } else { 4 };
        }
    }
    let power = (scale + exponent).clamp(-3000, 3000) as i32;
    // In steps, for 2 to the whole power may have no `f64`.
    let scaled = (mantissa as f64) * 2f64.powi(power / 3) * 2f64.powi(power / 3);
    (count > 0).then(|| scaled * 2f64.powi(power - power / 3 * 2))
}

/// A string or character constant, apart from its quotes.
struct Quoted<'t> {
    /// The elements' type; `char` for those without prefix.
    element: CScalar,
    inside: &'t str,
}

fn split_quoted<'t>(text: &'t str, target: &Target) -> Quoted<'t> {
    let quote = text.find(['"', '\'']).unwrap_or(0);
    let element = match &text[..quote] {
        "u" => CScalar::UnsignedShort,
        "U" => CScalar::UnsignedInt,
        "L" => target.wchar,
        _ => CScalar::Char,
    };
    Quoted { element, inside: &text[quote + 1..text.len() - 1] }
}

/// What one string contains: its bytes where its elements are bytes, the elements' type, and how many there are.
pub(super) struct TextValue {
    pub(super) bytes: Vec<u8>,
    pub(super) element: CScalar,
    pub(super) length: u64,
}

/// A string.
pub(super) fn string(text: &str, target: &Target) -> Result<TextValue, String> {
    let quoted = split_quoted(text, target);
    let size = quoted.element.size(target);
    let mut value = TextValue { bytes: Vec::new(), element: quoted.element, length: 0 };
    for unit in units(quoted.inside, size) {
        match unit? {
            Unit::Char(c) if size == 1 => {
                value.bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes())
            }
            Unit::Char(c) => value.length += if size == 2 { c.len_utf16() as u64 } else { 1 },
            Unit::Code(code) if size == 1 => value.bytes.push(code as u8),
            Unit::Code(_) => value.length += 1,
        }
    }
    if size == 1 {
        value.length = value.bytes.len() as u64;
    }
    Ok(value)
}

/// A character constant and its type, which is `int` without a prefix.
pub(super) fn character(text: &str, target: &Target) -> Result<(i128, CScalar), String> {
    let quoted = split_quoted(text, target);
    let utf8 = text.starts_with("u8");
    let value = string(text, target)?;
    if quoted.element == CScalar::Char {
        return match (value.bytes[..].len(), utf8) {
            (0, _) => Err("a character constant is empty".into()),
            (1, true) => Ok((i128::from(value.bytes[0]), CScalar::UnsignedChar)),
            (1, false) if target.char_signed => Ok((i128::from(value.bytes[0] as i8), CScalar::Int)),
            (1..=4, false) => {
                let all = value.bytes.iter().fold(0u32, |all, &byte| (all << 8) | u32::from(byte));
                Ok((i128::from(all as i32), CScalar::Int))
            }
            _ => Err(format!("the character constant {} is too long", shortened(text))),
        };
    }
    let mut units = units(quoted.inside, quoted.element.size(target));
    let code = match units.next().transpose()? {
        None => return Err("a character constant is empty".into()),
        Some(Unit::Char(c)) => u32::from(c),
        Some(Unit::Code(code)) => code,
    };
    let fits = quoted.element.size(target) == 4 || code <= 0xffff;
    if units.next().is_some() || !fits {
        return Err(format!("the character constant {} is too long", shortened(text)));
    }
    let signed = quoted.element == CScalar::Int;
    Ok((if signed { i128::from(code as i32) } else { i128::from(code) }, quoted.element))
}

enum Unit {
    Char(char),
    Code(u32),
}

fn units(inside: &str, size: usize) -> impl Iterator<Item = Result<Unit, String>> {
    let mut rest = inside;
    std::iter::from_fn(move || {
        let mut chars = rest.chars();
        let c = chars.next()?;
        rest = chars.as_str();
        if c != '\\' {
            return Some(Ok(Unit::Char(c)));
        }
        Some(escape(&mut rest, size))
    })
}

/// The escape behind a backslash.
fn escape(rest: &mut &str, size: usize) -> Result<Unit, String> {
    let c = rest.chars().next().ok_or("a backslash stands alone")?;
    let most = if size >= 4 { u32::MAX } else { (1 << (size * 8)) - 1 };
    let (digits, radix) = match c {
        '0'..='7' => (take_digits(rest, 8, 3), 8),
        'x' => {
            *rest = &rest[1..];
            (take_digits(rest, 16, usize::MAX), 16)
        }
        'u' | 'U' => {
            let length = if c == 'u' { 4 } else { 8 };
            *rest = &rest[1..];
            let digits = take_digits(rest, 16, length);
            let code = u32::from_str_radix(digits, 16).ok().filter(|_| digits.len() == length);
            let c = code.and_then(char::from_u32).ok_or(format!("`\\u{digits}` names no character"))?;
            return Ok(Unit::Char(c));
        }
        c => {
            *rest = &rest[c.len_utf8()..];
            return simple_escape(c).map(Unit::Code);
        }
    };
    let trimmed = digits.trim_start_matches('0');
    let code = u32::from_str_radix(if trimmed.is_empty() { digits } else { trimmed }, radix);
    match code {
        Ok(code) if code <= most => Ok(Unit::Code(code)),
        _ if digits.is_empty() => Err("`\\x` without digits".into()),
        _ => Err("an escape is too large for its character".into()),
    }
}

fn take_digits<'t>(rest: &mut &'t str, radix: u32, most: usize) -> &'t str {
    let length = rest.chars().take(most).take_while(|c| c.is_digit(radix)).count();
    let (digits, behind) = rest.split_at(length);
    *rest = behind;
    digits
}

fn simple_escape(c: char) -> Result<u32, String> {
    Ok(match c {
        'n' => 10,
        't' => 9,
        'r' => 13,
        'a' => 7,
        'b' => 8,
        'f' => 12,
        'v' => 11,
        'e' | 'E' => 27,
        '\\' | '\'' | '"' | '?' => c as u32,
        _ => return Err(format!("`\\{c}` is no escape of C")),
    })
}
