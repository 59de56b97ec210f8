//! From text to tokens, with Go's automatic semicolons and the comments above each line.

mod literal;

use vo_ffi::declared::{KEYWORDS, OPERATORS};

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::Span;

/// What a token is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Tok {
    Eof,
    Ident(String),
    /// A number as written, without underscores.
    Int(String),
    Float(String),
    Rune(u32),
    String(Vec<u8>),
    Keyword(&'static str),
    /// An operator or delimiter.
    Op(&'static str),
    /// `;`, or the end of a line that ends a statement.
    Semi {
        automatic: bool,
    },
}

#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) tok: Tok,
    pub(crate) span: Span,
    /// The comment that stands directly above; mostly empty.
    pub(crate) doc: String,
    /// Where the comments of `doc` begin; without any, where the token does.
    pub(crate) doc_start: usize,
}

/// All tokens of a file, the last one [`Tok::Eof`].
pub(crate) fn lex(file: u32, text: &str, diagnostics: &Diagnostics) -> Vec<Token> {
    let mut lexer = Lexer {
        file,
        text,
        at: 0,
        tokens: Vec::with_capacity(text.len() / 4),
        doc: String::new(),
        doc_start: None,
        line_empty: true,
        diagnostics,
    };
    if text.starts_with('\u{feff}') {
        lexer.at = 3;
    }
    // A script may name its interpreter: `#!/usr/bin/env -S vo run`.
    if text.starts_with("#!") {
        lexer.at = text.find('\n').unwrap_or(text.len());
    }
    while lexer.next_token() {}
    lexer.tokens
}

struct Lexer<'t> {
    file: u32,
    text: &'t str,
    at: usize,
    tokens: Vec<Token>,
    /// The lines of comment directly above.
    doc: String,
    doc_start: Option<usize>,
    /// Whether no token stands on the present line yet.
    line_empty: bool,
    diagnostics: &'t Diagnostics,
}

impl Lexer<'_> {
    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn byte(&self, ahead: usize) -> u8 {
        self.text.as_bytes().get(self.at + ahead).copied().unwrap_or(0)
    }

    fn bump(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    fn span_from(&self, start: usize) -> Span {
        Span::new(self.file, start, self.at)
    }

    fn error(&self, start: usize, end: usize, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Span::new(self.file, start, end), message)
    }

    fn report(&self, start: usize, message: impl Into<String>) {
        self.diagnostics.push(self.error(start, self.at, message));
    }

    fn push(&mut self, tok: Tok, start: usize) {
        let span = self.span_from(start);
        let doc = std::mem::take(&mut self.doc);
        let doc_start = self.doc_start.take().unwrap_or(start);
        self.line_empty = false;
        self.tokens.push(Token { tok, span, doc, doc_start });
    }

    /// Reads one token or one stretch of space; false at the end.
    fn next_token(&mut self) -> bool {
        let start = self.at;
        let Some(next) = self.peek() else {
            self.end_line(start);
            self.push(Tok::Eof, start);
            return false;
        };
        match next {
            '\n' => self.newline(),
            ' ' | '\t' | '\r' => self.at += 1,
            '/' if self.byte(1) == b'/' => self.line_comment(),
            '/' if self.byte(1) == b'*' => self.block_comment(),
            'a'..='z' | 'A'..='Z' | '_' => self.word(),
            '0'..='9' => self.number(),
            '.' if self.byte(1).is_ascii_digit() => self.number(),
            '"' => self.string(),
            '`' => self.raw_string(),
            '\'' => self.rune(),
            ';' => {
                self.at += 1;
                self.push(Tok::Semi { automatic: false }, start);
            }
            _ if next.is_alphabetic() => self.word(),
            _ => self.operator(next),
        }
        true
    }

    fn newline(&mut self) {
        let start = self.at;
        let blank = self.line_empty && self.text[..start].trim_end_matches([' ', '\t', '\r']).ends_with('\n');
        if blank {
            self.doc.clear();
            self.doc_start = None;
        }
        self.end_line(start);
        self.at = start + 1;
        self.line_empty = true;
    }

    /// Ends the statement, if the last token can end one.
    fn end_line(&mut self, start: usize) {
        let ends = self.tokens.last().is_some_and(|last| match &last.tok {
            Tok::Ident(_) | Tok::Int(_) | Tok::Float(_) | Tok::Rune(_) | Tok::String(_) => true,
            Tok::Keyword(word) => matches!(*word, "break" | "continue" | "fallthrough" | "return"),
            Tok::Op(op) => matches!(*op, "++" | "--" | ")" | "]" | "}"),
            Tok::Eof | Tok::Semi { .. } => false,
        });
        if ends {
            let span = Span::new(self.file, start, start);
            let tok = Tok::Semi { automatic: true };
            self.tokens.push(Token { tok, span, doc: String::new(), doc_start: start });
        }
    }

    fn line_comment(&mut self) {
        if self.line_empty {
            self.doc_start.get_or_insert(self.at);
        }
        let line = self.rest().split('\n').next().unwrap_or("");
        let (length, body) = (line.len(), line[2..].trim_end());
        if self.line_empty {
            let body = format!("{}\n", body.strip_prefix(' ').unwrap_or(body));
            self.doc.push_str(&body);
        }
        self.at += length;
    }

    fn block_comment(&mut self) {
        let start = self.at;
        let Some(length) = self.rest()[2..].find("*/") else {
            self.at = start + 2;
            self.report(start, "comment not terminated");
            self.at = self.text.len();
            return;
        };
        let body = self.text[start + 2..start + 2 + length].to_string();
        self.at += length + 4;
        if body.contains('\n') {
            self.end_line(start);
        }
        if self.line_empty {
            self.doc_start.get_or_insert(start);
            self.doc.push_str(body.trim_matches(['\n', ' ']));
            self.doc.push('\n');
        }
    }

    fn word(&mut self) {
        let start = self.at;
        while self.peek().is_some_and(|c| c == '_' || c.is_alphanumeric()) {
            self.bump();
        }
        let word = &self.text[start..self.at];
        let tok = match KEYWORDS.iter().find(|&&keyword| keyword == word) {
            Some(keyword) => Tok::Keyword(keyword),
            None => Tok::Ident(word.into()),
        };
        self.push(tok, start);
    }

    fn operator(&mut self, next: char) {
        let start = self.at;
        if let Some(op) = OPERATORS.iter().find(|&&op| self.rest().starts_with(op)) {
            self.at += op.len();
            return self.push(Tok::Op(op), start);
        }
        self.bump();
        let error = match next {
            '\0' => self.error(start, self.at, "invalid NUL character"),
            '\u{feff}' => self.error(start, self.at, "invalid BOM in the middle of the file"),
            '“' | '”' => self
                .error(start, self.at, format!("invalid character {} in program", name_of(next)))
                .help("strings are written in straight quotes: \"…\""),
            '‘' | '’' => self
                .error(start, self.at, format!("invalid character {} in program", name_of(next)))
                .help("runes are written in straight quotes: '…'"),
            _ => self.error(start, self.at, format!("invalid character {} in program", name_of(next))),
        };
        self.diagnostics.push(error);
    }
}

/// `U+0040 '@'`
pub(crate) fn name_of(c: char) -> String {
    if c.is_control() { format!("U+{:04X}", c as u32) } else { format!("U+{:04X} '{c}'", c as u32) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tokens as text: operators and keywords as they are, `;` for a written semicolon, `⏎` for an automatic one.
    fn show(text: &str) -> String {
        let diagnostics = Diagnostics::default();
        let tokens = lex(0, text, &diagnostics);
        let shown = tokens.iter().map(|token| match &token.tok {
            Tok::Eof => "EOF".to_string(),
            Tok::Ident(name) => name.clone(),
            Tok::Int(text) => format!("int:{text}"),
            Tok::Float(text) => format!("float:{text}"),
            Tok::Rune(code) => format!("rune:{code}"),
            Tok::String(bytes) => format!("{:?}", String::from_utf8_lossy(bytes)),
            Tok::Keyword(text) | Tok::Op(text) => text.to_string(),
            Tok::Semi { automatic: true } => "⏎".into(),
            Tok::Semi { automatic: false } => ";".into(),
        });
        let mut shown: Vec<String> = shown.collect();
        shown.extend(diagnostics.into_sorted().iter().map(|error| format!("!{}", error.message)));
        shown.join(" ")
    }

    #[test]
    fn tokens() {
        let cases = [
            ("", "EOF"),
            ("x\n", "x ⏎ EOF"),
            ("x++ // y\n/* a\nb */ z", "x ++ ⏎ z ⏎ EOF"),
            ("a<<=b&^c...", "a <<= b &^ c ... EOF"),
            ("if x { return }", "if x { return } ⏎ EOF"),
            ("f(\n1,\n)\n", "f ( int:1 , ) ⏎ EOF"),
            ("0x_FF 0b1_0 0o17 017 1_000", "int:0xFF int:0b10 int:0o17 int:017 int:1000 ⏎ EOF"),
            (
                "1.5 .5 1e3 1. 0x1p-2 09.5",
                "float:1.5 float:.5 float:1e3 float:1. float:0x1p-2 float:09.5 ⏎ EOF",
            ),
            (
                "'a' '\\n' '\\x41' '世' '\\u4e16' '\\''",
                "rune:97 rune:10 rune:65 rune:19990 rune:19990 rune:39 ⏎ EOF",
            ),
            (r#""a\tb\"\101\xe4\xb8\x96""#, "\"a\\tb\\\"A世\" ⏎ EOF"),
            ("`a\\\r\nb`", "\"a\\\\\\nb\" ⏎ EOF"),
            ("世界 := é_1", "世界 := é_1 ⏎ EOF"),
            ("0x", "int:0 ⏎ EOF !hexadecimal literal has no digits"),
            ("08", "int:0 ⏎ EOF !invalid digit '8' in octal literal"),
            ("0b12", "int:0 ⏎ EOF !invalid digit '2' in binary literal"),
            ("1__0", "int:10 ⏎ EOF !'_' must separate successive digits"),
            ("1e", "float:0 ⏎ EOF !exponent has no digits"),
            ("0x1.8", "float:0 ⏎ EOF !hexadecimal mantissa requires a 'p' exponent"),
            ("3i", "int:3 ⏎ EOF !Vo has no complex numbers"),
            ("\"ab\nc", "\"ab\" ⏎ c ⏎ EOF !newline in string"),
            ("\"\\q\"", "\"\" ⏎ EOF !unknown escape"),
            ("`ab", "\"ab\" ⏎ EOF !string not terminated"),
            ("''", "rune:0 ⏎ EOF !empty rune literal or unescaped ' in rune literal"),
            ("'ab'", "rune:97 ⏎ EOF !more than one character in rune literal"),
            ("'\\400'", "rune:0 ⏎ EOF !octal escape value 256 > 255"),
            ("'\\ud800'", "rune:0 ⏎ EOF !escape is invalid Unicode code point U+D800"),
            ("a /* b", "a ⏎ EOF !comment not terminated"),
            ("a \0 b", "a b ⏎ EOF !invalid NUL character"),
            ("a # b", "a b ⏎ EOF !invalid character U+0023 '#' in program"),
        ];
        for (text, expected) in cases {
            assert_eq!(show(text), expected, "{text:?}");
        }
    }

    #[test]
    fn comments_directly_above_are_documentation() {
        let text = "// far\n\n// one\n// two\nfunc f() // not this\n\n/* three */\nvar x int";
        let docs: Vec<String> = lex(0, text, &Diagnostics::default())
            .into_iter()
            .map(|token| token.doc)
            .filter(|doc| !doc.is_empty())
            .collect();
        assert_eq!(docs, ["one\ntwo\n", "three\n"]);
    }
}
