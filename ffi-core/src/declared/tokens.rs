//! From text to tokens, one by one, with Go's automatic semicolons and the comments above each line.

use super::error::{DeclaredError, Place};
use super::words::{KEYWORDS, OPERATORS};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    End,
    Name,
    Number,
    Rune,
    String,
    Keyword(&'static str),
    Op(&'static str),
    /// `;`, or the end of a line that ends a statement.
    Semi {
        automatic: bool,
    },
}

#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) place: Place,
    /// The comment that stands directly above; mostly empty.
    pub(super) doc: String,
}

/// The tokens of a text from some offset on; behind the last one [`Kind::End`] again and again.
#[derive(Debug)]
pub(super) struct Tokens<'t> {
    pub(super) text: &'t str,
    at: usize,
    line: u32,
    /// The lines of comment directly above.
    doc: String,
    /// Whether no token stands on the present line yet.
    line_empty: bool,
    /// Whether nothing at all does.
    line_blank: bool,
    /// Whether the last token ends a statement, if its line ends.
    ends_statement: bool,
    pub(super) errors: Vec<DeclaredError>,
}

impl<'t> Tokens<'t> {
    pub(super) fn new(text: &'t str, offset: usize) -> Tokens<'t> {
        Tokens {
            text,
            at: if text.is_char_boundary(offset) { offset } else { text.len() },
            line: 1,
            doc: String::new(),
            line_empty: true,
            line_blank: true,
            ends_statement: false,
            errors: Vec::new(),
        }
    }

    /// The tokens of a whole file, which may start with a byte order mark or the name of its interpreter.
    pub(super) fn of_file(text: &'t str) -> Tokens<'t> {
        let start = match text {
            _ if text.starts_with('\u{feff}') => '\u{feff}'.len_utf8(),
            _ if text.starts_with("#!") => text.find('\n').unwrap_or(text.len()),
            _ => 0,
        };
        Tokens::new(text, start)
    }

    pub(super) fn read(&mut self) -> Token {
        loop {
            let (start, line) = (self.at, self.line);
            if let Some(kind) = self.step() {
                let automatic = matches!(kind, Kind::Semi { automatic: true });
                let end = if automatic { start } else { self.at };
                let doc = if automatic { String::new() } else { std::mem::take(&mut self.doc) };
                self.ends_statement = match kind {
                    Kind::Name | Kind::Number | Kind::Rune | Kind::String => true,
                    Kind::Keyword(word) => matches!(word, "break" | "continue" | "fallthrough" | "return"),
                    Kind::Op(op) => matches!(op, "++" | "--" | ")" | "]" | "}"),
                    Kind::End | Kind::Semi { .. } => false,
                };
                return Token { kind, place: Place { span: start..end, line }, doc };
            }
        }
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn byte(&self, ahead: usize) -> u8 {
        self.text.as_bytes().get(self.at + ahead).copied().unwrap_or(0)
    }

    fn skip_while(&mut self, belongs: impl Fn(char) -> bool) {
        self.at += self.rest().find(|c| !belongs(c)).unwrap_or(self.rest().len());
    }

    /// Goes past several lines.
    fn go_to(&mut self, end: usize) {
        self.line += self.text[self.at..end].matches('\n').count() as u32;
        self.at = end;
    }

    fn error(&mut self, start: usize, end: usize, message: impl Into<String>) {
        self.errors.push(Place { span: start..end, line: self.line }.error(message));
    }

    /// Reads a token, or something between two.
    fn step(&mut self) -> Option<Kind> {
        let Some(next) = self.rest().chars().next() else {
            return Some(self.end_of_line().unwrap_or(Kind::End));
        };
        match next {
            '\n' => return self.newline(),
            ' ' | '\t' | '\r' => {
                self.at += 1;
                return None;
            }
            '/' if self.byte(1) == b'/' => return self.line_comment(),
            '/' if self.byte(1) == b'*' => return self.block_comment(),
            _ => {}
        }
        let kind = match next {
            '0'..='9' => self.number(),
            '.' if self.byte(1).is_ascii_digit() => self.number(),
            '"' => self.string(),
            '`' => self.raw_string(),
            '\'' => self.rune(),
            ';' => {
                self.at += 1;
                Kind::Semi { automatic: false }
            }
            _ if next == '_' || next.is_alphabetic() => self.word(),
            _ => self.operator(next)?,
        };
        (self.line_empty, self.line_blank) = (false, false);
        Some(kind)
    }

    fn end_of_line(&self) -> Option<Kind> {
        self.ends_statement.then_some(Kind::Semi { automatic: true })
    }

    fn newline(&mut self) -> Option<Kind> {
        if self.line_blank {
            self.doc.clear();
        }
        self.at += 1;
        self.line += 1;
        (self.line_empty, self.line_blank) = (true, true);
        self.end_of_line()
    }

    fn line_comment(&mut self) -> Option<Kind> {
        let line = self.rest().split('\n').next().unwrap_or("");
        if self.line_empty {
            let body = line[2..].trim_end();
            self.doc.push_str(body.strip_prefix(' ').unwrap_or(body));
            self.doc.push('\n');
        }
        self.at += line.len();
        self.line_blank = false;
        None
    }

    fn block_comment(&mut self) -> Option<Kind> {
        let start = self.at;
        let Some(length) = self.rest()[2..].find("*/") else {
            self.error(start, start + 2, "comment not terminated");
            self.go_to(self.text.len());
            return None;
        };
        let body = &self.rest()[2..2 + length];
        let has_lines = body.contains('\n');
        if self.line_empty {
            self.doc.push_str(body.trim_matches(['\n', ' ']));
            self.doc.push('\n');
        }
        self.go_to(start + length + 4);
        self.line_blank = false;
        if has_lines { self.end_of_line() } else { None }
    }

    fn word(&mut self) -> Kind {
        let start = self.at;
        self.skip_while(|c| c == '_' || c.is_alphanumeric());
        let word = &self.text[start..self.at];
        KEYWORDS
            .iter()
            .find(|&&keyword| keyword == word)
            .map_or(Kind::Name, |&keyword| Kind::Keyword(keyword))
    }

    fn number(&mut self) -> Kind {
        let prefix = if self.byte(0) == b'0' { self.byte(1).to_ascii_lowercase() } else { 0 };
        let (base, exponent) = match prefix {
            b'x' => (16, b'p'),
            b'b' | b'o' => (10, 0),
            _ => (10, b'e'),
        };
        self.at += if matches!(prefix, b'x' | b'b' | b'o') { 2 } else { 0 };
        self.skip_while(|c| c == '_' || c.is_digit(base));
        if self.byte(0) == b'.' && prefix != b'b' {
            self.at += 1;
            self.skip_while(|c| c == '_' || c.is_digit(base));
        }
        if exponent != 0 && self.byte(0).to_ascii_lowercase() == exponent {
            self.at += 1 + usize::from(matches!(self.byte(1), b'+' | b'-'));
            self.skip_while(|c| c == '_' || c.is_ascii_digit());
        }
        if self.byte(0) == b'i' && !self.byte(1).is_ascii_alphanumeric() {
            self.at += 1;
        }
        Kind::Number
    }

    fn string(&mut self) -> Kind {
        let start = self.at;
        if !self.quoted('"') {
            let at_end = self.rest().is_empty();
            let message = if at_end { "string not terminated" } else { "newline in string" };
            self.error(start, self.at, message);
        }
        Kind::String
    }

    fn rune(&mut self) -> Kind {
        let start = self.at;
        if !self.quoted('\'') {
            self.error(start, self.at, "rune literal not terminated");
        }
        Kind::Rune
    }

    /// Goes past the closing quote; false where the line ends before it.
    fn quoted(&mut self, quote: char) -> bool {
        self.at += 1;
        while let Some(next) = self.rest().chars().next().filter(|&c| c != '\n') {
            self.at += next.len_utf8();
            if next == quote {
                return true;
            }
            if next == '\\'
                && let Some(escaped) = self.rest().chars().next().filter(|&c| c != '\n')
            {
                self.at += escaped.len_utf8();
            }
        }
        false
    }

    fn raw_string(&mut self) -> Kind {
        let start = self.at;
        let rest = &self.rest()[1..];
        let Some(length) = rest.find('`') else {
            let first_line = rest.find('\n').unwrap_or(rest.len());
            self.error(start, start + 1 + first_line, "string not terminated");
            self.go_to(self.text.len());
            return Kind::String;
        };
        self.go_to(start + length + 2);
        Kind::String
    }

    fn operator(&mut self, next: char) -> Option<Kind> {
        let start = self.at;
        if let Some(op) = OPERATORS.iter().find(|&&op| self.rest().starts_with(op)) {
            self.at += op.len();
            return Some(Kind::Op(op));
        }
        self.at += next.len_utf8();
        let message = match next {
            '\0' => "invalid NUL character".into(),
            '\u{feff}' => "invalid BOM in the middle of the file".into(),
            _ if next.is_control() => format!("invalid character U+{:04X} in program", next as u32),
            _ => format!("invalid character U+{:04X} '{next}' in program", next as u32),
        };
        self.error(start, self.at, message);
        None
    }
}
