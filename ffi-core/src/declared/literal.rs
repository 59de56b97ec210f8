//! What literals stand for.

use std::ops::Range;

/// The text of a string literal, quotes and all; what is not UTF-8 becomes U+FFFD. Or the first escape that is wrong:
/// where it is in the literal, and what is wrong.
pub(super) fn unquoted(literal: &str) -> Result<String, (Range<usize>, String)> {
    if let Some(raw) = literal.strip_prefix('`') {
        return Ok(raw.strip_suffix('`').unwrap_or(raw).replace('\r', ""));
    }
    let end = literal.len() - usize::from(literal.len() > 1 && literal.ends_with('"'));
    let mut bytes = Vec::with_capacity(end);
    let mut at = 1;
    while at < end {
        let next = literal.as_bytes()[at];
        if next == b'\\' {
            at += escape(literal, at, &mut bytes).map_err(|(length, error)| (at..at + length, error))?;
        } else {
            bytes.push(next);
            at += 1;
        }
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Appends what the escape at `at` stands for. Its length, also where it is wrong.
fn escape(literal: &str, at: usize, bytes: &mut Vec<u8>) -> Result<usize, (usize, String)> {
    let rest = &literal[at + 1..];
    let Some(mark) = rest.chars().next() else { return Err((1, "unknown escape".into())) };
    let plain = match mark {
        'a' => 7,
        'b' => 8,
        'f' => 12,
        'n' => b'\n',
        'r' => b'\r',
        't' => b'\t',
        'v' => 11,
        '\\' | '"' => mark as u8,
        'x' => return coded(rest, 1..3, 16, bytes),
        'u' => return coded(rest, 1..5, 16, bytes),
        'U' => return coded(rest, 1..9, 16, bytes),
        '0'..='7' => return coded(rest, 0..3, 8, bytes),
        _ => return Err((1 + mark.len_utf8(), "unknown escape".into())),
    };
    bytes.push(plain);
    Ok(2)
}

/// The same for an escape of digits, which stand at `digits` behind the backslash.
fn coded(rest: &str, digits: Range<usize>, base: u32, bytes: &mut Vec<u8>) -> Result<usize, (usize, String)> {
    let is_digit = |byte: &u8| char::from(*byte).is_digit(base);
    let good = rest.bytes().skip(digits.start).take(digits.len()).take_while(is_digit).count();
    let length = 1 + digits.start + good;
    if good < digits.len() {
        return Err((length, "invalid character in escape".into()));
    }
    // Eight digits at most.
    let value = u32::from_str_radix(&rest[digits], base).unwrap_or(u32::MAX);
    if good <= 3 {
        let byte = u8::try_from(value).map_err(|_| (length, format!("octal escape value {value} > 255")))?;
        bytes.push(byte);
    } else {
        let error = || (length, format!("escape is invalid Unicode code point U+{value:04X}"));
        let c = char::from_u32(value).ok_or_else(error)?;
        bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    }
    Ok(length)
}

/// The value of an integer literal that has one, and fits.
pub(super) fn integer(literal: &str) -> Option<u64> {
    if literal.contains("__") || literal.ends_with('_') {
        return None;
    }
    let digits = literal.replace('_', "").to_ascii_lowercase();
    for (prefix, base) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(digits) = digits.strip_prefix(prefix) {
            return u64::from_str_radix(digits, base).ok();
        }
    }
    u64::from_str_radix(&digits, if digits.starts_with('0') { 8 } else { 10 }).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings() {
        let cases = [
            (r#""libc.so.6""#, Ok("libc.so.6")),
            (r#""""#, Ok("")),
            ("`a\\n\r\"`", Ok("a\\n\"")),
            (r#""a\tb\"\\\x41\101é\u00e9\U0001F600""#, Ok("a\tb\"\\AAéé😀")),
            (r#""\xff""#, Ok("\u{fffd}")),
            (r#""a\qb""#, Err((2..4, "unknown escape"))),
            (r#""\é""#, Err((1..4, "unknown escape"))),
            (r#""\x4""#, Err((1..4, "invalid character in escape"))),
            (r#""\400""#, Err((1..5, "octal escape value 256 > 255"))),
            (r#""\ud800""#, Err((1..7, "escape is invalid Unicode code point U+D800"))),
            // What the tokenizer has reported already.
            ("\"open", Ok("open")),
            ("`open", Ok("open")),
            ("\"", Ok("")),
            ("\"\\", Err((1..2, "unknown escape"))),
        ];
        for (literal, expected) in cases {
            let expected = expected.map(String::from).map_err(|(place, error)| (place, error.to_string()));
            assert_eq!(unquoted(literal), expected, "{literal}");
        }
    }

    #[test]
    fn integers() {
        let cases = [
            ("0", Some(0)),
            ("12", Some(12)),
            ("1_000", Some(1000)),
            ("0x_FF", Some(255)),
            ("0b101", Some(5)),
            ("0o17", Some(15)),
            ("017", Some(15)),
            ("18446744073709551615", Some(u64::MAX)),
            ("18446744073709551616", None),
            ("08", None),
            ("1__0", None),
            ("0x", None),
            ("1.5", None),
            ("1e3", None),
        ];
        for (literal, expected) in cases {
            assert_eq!(integer(literal), expected, "{literal}");
        }
    }
}
