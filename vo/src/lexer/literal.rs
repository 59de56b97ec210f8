//! Numbers, strings and runes.

use super::{Lexer, Tok};

impl Lexer<'_> {
    pub(super) fn number(&mut self) {
        let start = self.at;
        let errors = self.diagnostics.len();
        let (base, name) = self.prefix();
        let digits = self.digits(base.max(10));
        let mut is_float = false;
        let mut fraction = 0;
        if self.byte(0) == b'.' && matches!(base, 8 | 10 | 16) {
            is_float = true;
            self.at += 1;
            fraction = self.digits(base.max(10));
        }
        if digits + fraction == 0 {
            self.report(start, format!("{name} literal has no digits"));
        }
        is_float |= self.exponent(start, base, is_float);
        let written = &self.text[start..self.at];
        let is_octal = base == 8 && !is_float;
        let largest = if is_octal {
            b'7'
        } else if base == 2 {
            b'1'
        } else {
            b'f'
        };
        let skip = usize::from(base != 10);
        if let Some(digit) = written.bytes().skip(skip).find(|byte| byte.is_ascii_digit() && *byte > largest)
        {
            self.report(start, format!("invalid digit '{}' in {name} literal", digit as char));
        }
        self.underscores(start);
        let written = self.text[start..self.at].replace('_', "");
        if self.byte(0) == b'i' && !self.byte(1).is_ascii_alphanumeric() {
            self.at += 1;
            self.report(start, "Vo has no complex numbers");
            return self.push(Tok::Int(written), start);
        }
        let written =
            if self.diagnostics.len() > errors && self.fatal(&written) { "0".into() } else { written };
        self.push(if is_float { Tok::Float(written) } else { Tok::Int(written) }, start);
    }

    /// Whether a number with an error cannot stand for its value.
    fn fatal(&self, written: &str) -> bool {
        !written.bytes().all(|byte| byte.is_ascii_digit()) || written.starts_with('0')
    }

    fn prefix(&mut self) -> (u32, &'static str) {
        if self.byte(0) != b'0' {
            return (10, "decimal");
        }
        let row = match self.byte(1) {
            b'x' | b'X' => (16, "hexadecimal"),
            b'o' | b'O' => (8, "octal"),
            b'b' | b'B' => (2, "binary"),
            b'0'..=b'9' | b'_' => return (8, "octal"),
            _ => return (10, "decimal"),
        };
        self.at += 2;
        row
    }

    /// Skips digits and underscores; the result is how many digits there were.
    fn digits(&mut self, base: u32) -> usize {
        let mut count = 0;
        loop {
            match self.byte(0) {
                b'_' => {}
                byte if (byte as char).is_digit(base) => count += 1,
                _ => return count,
            }
            self.at += 1;
        }
    }

    fn exponent(&mut self, start: usize, base: u32, has_point: bool) -> bool {
        let mark = self.byte(0).to_ascii_lowercase();
        let legacy = base == 8 && !matches!(self.text.as_bytes().get(start + 1), Some(b'o' | b'O'));
        let fits = if base == 16 { mark == b'p' } else { mark == b'e' && (base == 10 || legacy) };
        if !fits {
            if base == 16 && has_point {
                self.report(start, "hexadecimal mantissa requires a 'p' exponent");
            }
            return false;
        }
        self.at += 1;
        if matches!(self.byte(0), b'+' | b'-') {
            self.at += 1;
        }
        if self.digits(10) == 0 {
            self.report(start, "exponent has no digits");
        }
        true
    }

    fn underscores(&self, start: usize) {
        let written = &self.text.as_bytes()[start..self.at];
        let bad = written.iter().enumerate().any(|(at, &byte)| {
            let before = at > 0 && (written[at - 1].is_ascii_hexdigit() || at == 2 && written[0] == b'0');
            byte == b'_' && !(before && written.get(at + 1).is_some_and(u8::is_ascii_hexdigit))
        });
        if bad {
            self.report(start, "'_' must separate successive digits");
        }
    }

    pub(super) fn string(&mut self) {
        let start = self.at;
        self.at += 1;
        let mut bytes = Vec::new();
        loop {
            match self.peek() {
                None | Some('\n') => {
                    let message =
                        if self.peek().is_none() { "string not terminated" } else { "newline in string" };
                    let error = self.error(start, self.at, message).help("close it with `\"`");
                    self.diagnostics.push(error);
                    break;
                }
                Some('"') => {
                    self.at += 1;
                    break;
                }
                Some('\\') => self.escape(b'"', &mut bytes),
                Some(c) => {
                    self.at += c.len_utf8();
                    bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                }
            }
        }
        self.push(Tok::String(bytes), start);
    }

    pub(super) fn raw_string(&mut self) {
        let start = self.at;
        let rest = &self.text[start + 1..];
        let length = rest.find('`');
        let bytes = rest[..length.unwrap_or(rest.len())].bytes().filter(|&byte| byte != b'\r').collect();
        match length {
            Some(length) => self.at += length + 2,
            None => {
                let first_line = rest.find('\n').unwrap_or(rest.len());
                self.diagnostics.push(self.error(start, start + 1 + first_line, "string not terminated"));
                self.at = self.text.len();
            }
        }
        self.push(Tok::String(bytes), start);
    }

    pub(super) fn rune(&mut self) {
        let start = self.at;
        self.at += 1;
        let mut values = Vec::new();
        let message = loop {
            match self.peek() {
                None | Some('\n') => break Some("rune literal not terminated"),
                Some('\'') => {
                    self.at += 1;
                    break match values.len() {
                        0 => Some("empty rune literal or unescaped ' in rune literal"),
                        1 => None,
                        _ => Some("more than one character in rune literal"),
                    };
                }
                Some('\\') => values.push(self.escape_value(b'\'').map_or(0, |(value, _)| value)),
                Some(c) => {
                    self.at += c.len_utf8();
                    values.push(c as u32);
                }
            }
        };
        if let Some(message) = message {
            let mut error = self.error(start, self.at, message);
            if values.len() > 1 {
                error = error.help("strings are written in double quotes");
            }
            self.diagnostics.push(error);
        }
        self.push(Tok::Rune(values.first().copied().unwrap_or(0)), start);
    }

    fn escape(&mut self, quote: u8, bytes: &mut Vec<u8>) {
        match self.escape_value(quote) {
            Some((value, true)) => bytes.push(value as u8),
            Some((value, false)) => {
                let c = char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER);
                bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            }
            None => {}
        }
    }

    /// Reads from the backslash on: the value, and whether it is one byte of a string.
    fn escape_value(&mut self, quote: u8) -> Option<(u32, bool)> {
        let start = self.at;
        self.at += 1;
        let mark = self.byte(0);
        let plain = match mark {
            b'a' => 7,
            b'b' => 8,
            b'f' => 12,
            b'n' => 10,
            b'r' => 13,
            b't' => 9,
            b'v' => 11,
            b'\\' => 92,
            b'x' => return self.coded(start, 1, 2, 16),
            b'u' => return self.coded(start, 1, 4, 16),
            b'U' => return self.coded(start, 1, 8, 16),
            b'0'..=b'7' => return self.coded(start, 0, 3, 8),
            _ if mark == quote => u32::from(quote),
            _ => {
                if self.peek().is_some_and(|c| c != '\n') {
                    self.bump();
                }
                let error = self.error(start, self.at, "unknown escape").help("for a backslash write `\\\\`");
                self.diagnostics.push(error);
                return None;
            }
        };
        self.at += 1;
        Some((plain, true))
    }

    fn coded(&mut self, start: usize, skip: usize, count: usize, base: u32) -> Option<(u32, bool)> {
        self.at += skip;
        let mut value = 0u32;
        for _ in 0..count {
            let Some(digit) = self.peek().and_then(|c| c.to_digit(base)) else {
                self.report(start, "invalid character in escape");
                return None;
            };
            value = value.wrapping_mul(base).wrapping_add(digit);
            self.at += 1;
        }
        if count > 3 {
            if char::from_u32(value).is_none() {
                self.report(start, format!("escape is invalid Unicode code point U+{value:04X}"));
                return None;
            }
            return Some((value, false));
        }
        if value > 255 {
            self.report(start, format!("octal escape value {value} > 255"));
            return None;
        }
        Some((value, true))
    }
}
