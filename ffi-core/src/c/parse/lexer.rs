//! A text becomes tokens. What no token can be is an error, and the next token follows behind it.

use super::directive::Packs;
use super::error::{CError, MOST_ERRORS};
use super::source::Source;
use super::token::{Kind, Token};

/// What the lexer makes of a text.
pub(super) struct Lexed {
    /// The tokens; the last is [`Kind::End`].
    pub(super) tokens: Vec<Token>,
    /// Which `#pragma pack` is in force where.
    pub(super) packs: Packs,
    pub(super) errors: Vec<CError>,
}

pub(super) struct Lexer<'s> {
    pub(super) source: &'s Source<'s>,
    pub(super) text: &'s str,
    pub(super) at: usize,
    pub(super) lexed: Lexed,
    /// Whether no token of the line was seen yet.
    leads: bool,
}

/// Reads all of a text.
pub(super) fn lex(source: &Source<'_>) -> Lexed {
    let text: &str = &source.text;
    let lexed =
        Lexed { tokens: Vec::with_capacity(text.len() / 4 + 1), packs: Packs::default(), errors: Vec::new() };
    let at = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let mut lexer = Lexer { source, text, at, lexed, leads: true };
    while lexer.lexed.errors.len() < MOST_ERRORS && lexer.token() {}
    let end = text.len();
    lexer.push(Kind::End, end, end);
    lexer.lexed
}

impl Lexer<'_> {
    /// Reads what stands next; false at the end.
    fn token(&mut self) -> bool {
        let Some(&byte) = self.text.as_bytes().get(self.at) else { return false };
        match byte {
            b'\n' => {
                self.at += 1;
                self.leads = true;
            }
            b' ' | b'\t' | b'\r' | 0x0b | 0x0c => self.at += 1,
            b'/' if self.rest().starts_with("//") => self.skip_line(),
            b'/' if self.rest().starts_with("/*") => self.comment(),
            b'#' if self.leads => self.directive(),
            b'"' | b'\'' => self.quoted(self.at),
            b'0'..=b'9' => self.number(),
            b'.' if self.rest().as_bytes().get(1).is_some_and(u8::is_ascii_digit) => self.number(),
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$' => self.word(),
            _ => self.mark(),
        }
        true
    }

    pub(super) fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn push(&mut self, kind: Kind, start: usize, end: usize) {
        let leads = std::mem::replace(&mut self.leads, false);
        self.lexed.tokens.push(Token { kind, start: start as u32, end: end as u32, leads });
        self.at = end;
    }

    pub(super) fn error(&mut self, start: usize, end: usize, message: impl Into<String>) -> &mut CError {
        let error = CError::new(self.source.span(start, end), message);
        let index = self.lexed.errors.len();
        self.lexed.errors.push(error);
        &mut self.lexed.errors[index]
    }

    /// Goes to the newline, or to the end.
    pub(super) fn skip_line(&mut self) {
        self.at = self.rest().find('\n').map_or(self.text.len(), |newline| self.at + newline);
    }

    fn comment(&mut self) {
        match self.rest()[2..].find("*/") {
            Some(end) => {
                self.leads |= self.rest()[..end + 2].contains('\n');
                self.at += end + 4;
            }
            None => {
                self.error(self.at, self.at + 2, "a comment is not closed").help.push("write `*/`".into());
                self.at = self.text.len();
            }
        }
    }

    /// A string or character whose quote is at the cursor; `start` is that of its prefix.
    fn quoted(&mut self, start: usize) {
        let bytes = self.text.as_bytes();
        let quote = bytes[self.at];
        let mut end = self.at + 1;
        while end < bytes.len() && bytes[end] != quote && bytes[end] != b'\n' {
            end += if bytes[end] == b'\\' { 2 } else { 1 };
        }
        let kind = if quote == b'"' { Kind::Text } else { Kind::Char };
        if bytes.get(end) == Some(&quote) {
            return self.push(kind, start, end + 1);
        }
        let end = self.rest().find('\n').map_or(self.text.len(), |newline| self.at + newline);
        let what = if quote == b'"' { "a string is not closed" } else { "a character is not closed" };
        let help = format!("write `{}` at its end", quote as char);
        self.error(start, end, what).help.push(help);
        self.push(Kind::Wrong, start, end);
    }

    /// A number as the preprocessor has it: what is wrong inside is found when its value is needed.
    fn number(&mut self) {
        let bytes = self.text.as_bytes();
        let mut end = self.at;
        while let Some(&byte) = bytes.get(end) {
            let next_is_digit = bytes.get(end + 1).is_some_and(u8::is_ascii_alphanumeric);
            match byte {
                b'+' | b'-' if matches!(bytes[end - 1], b'e' | b'E' | b'p' | b'P') && end > self.at => {
                    let hex =
                        bytes[self.at..end].starts_with(b"0x") || bytes[self.at..end].starts_with(b"0X");
                    // In `0xe+1` the `e` is a digit.
                    if hex && matches!(bytes[end - 1], b'e' | b'E') {
                        break;
                    }
                }
                b'\'' if next_is_digit => {}
                b'.' | b'_' => {}
                byte if byte.is_ascii_alphanumeric() => {}
                _ => break,
            }
            end += 1;
        }
        self.push(Kind::Number, self.at, end);
    }

    fn word(&mut self) {
        let length = word_length(self.rest());
        let word = &self.rest()[..length];
        let (kind, start) = (Kind::of_word(word), self.at);
        let next = self.text.as_bytes().get(start + length);
        if matches!(word, "u8" | "u" | "U" | "L") && matches!(next, Some(b'"' | b'\'')) {
            self.at += length;
            return self.quoted(start);
        }
        self.push(kind, start, start + length);
    }

    /// Punctuation, a name that begins with a letter beyond ASCII, or what is none.
    fn mark(&mut self) {
        if let Some((kind, length)) = Kind::of_punctuation(&self.text.as_bytes()[self.at..]) {
            return self.push(kind, self.at, self.at + length);
        }
        let first = self.rest().chars().next();
        if first.is_some_and(char::is_alphabetic) {
            return self.word();
        }
        let start = self.at;
        let unexpected = |c: char| !c.is_ascii() && !c.is_alphanumeric() && !c.is_whitespace();
        let run: usize = match first {
            Some(c) if c.is_ascii() => 1,
            Some(c) if unexpected(c) => {
                self.rest().chars().take_while(|&c| unexpected(c)).map(char::len_utf8).sum()
            }
            first => first.map_or(1, char::len_utf8),
        };
        let shown = &self.rest()[..run];
        let message = match first {
            Some('\0') => "a NUL byte in the text".to_string(),
            Some('#') => "`#` stands inside a line: a directive begins one".to_string(),
            Some(c) if c.is_whitespace() => format!("the space U+{:04X} is none of C's", c as u32),
            Some(c) if c.is_control() => format!("the character U+{:04X} has no meaning in C", c as u32),
            _ => format!("`{}` has no meaning in C", shown.chars().take(20).collect::<String>()),
        };
        self.error(start, start + run, message);
        self.push(Kind::Wrong, start, start + run);
        if first == Some('#') {
            self.skip_line();
        }
    }
}

/// The length of the name or keyword that a text begins with.
pub(super) fn word_length(text: &str) -> usize {
    let ascii = text.bytes().take_while(|&byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$');
    let length = ascii.count();
    match text.as_bytes().get(length) {
        Some(byte) if !byte.is_ascii() => {
            let goes_on = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
            text.find(|c| !goes_on(c)).unwrap_or(text.len())
        }
        _ => length,
    }
}
