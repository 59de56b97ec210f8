//! From tokens to declarations. After an error the parser goes on at the next member or declaration, so that one run
//! reports them all.

mod items;
mod recovery;
mod signature;
mod types;

use std::collections::VecDeque;
use std::ops::Range;

use super::error::{DeclaredError, Place};
use super::literal::unquoted;
use super::tokens::{Kind, Token, Tokens};
use super::types::DeclaredText;

/// An error that has been reported.
pub(super) struct Reported;

type Parsed<T> = Result<T, Reported>;

pub(super) struct Parser<'t> {
    tokens: Tokens<'t>,
    /// The present token, and those behind it that have been looked at.
    ahead: VecDeque<Token>,
    previous: Place,
    /// Whether a semicolon stands before the present token, or nothing.
    starts_statement: bool,
    depth: u32,
    /// How many braces are open at the present token.
    braces: u32,
    /// The same for parentheses.
    parens: u32,
    errors: Vec<DeclaredError>,
}

impl<'t> Parser<'t> {
    pub(super) fn new(mut tokens: Tokens<'t>) -> Parser<'t> {
        let ahead = VecDeque::from([tokens.read()]);
        Parser {
            tokens,
            ahead,
            previous: Place::default(),
            starts_statement: true,
            depth: 0,
            braces: 0,
            parens: 0,
            errors: Vec::new(),
        }
    }

    /// All errors before `end`, in order of place.
    pub(super) fn into_errors(self, end: usize) -> Vec<DeclaredError> {
        let mut errors = self.errors;
        // Tokens are looked at before it is known whose they are.
        errors.extend(self.tokens.errors.into_iter().filter(|error| error.span.start < end));
        errors.sort_by_key(|error| error.span.start);
        errors
    }

    /// Where the present token starts.
    pub(super) fn start(&self) -> usize {
        self.place().span.start
    }

    /// Where the token before it ends.
    pub(super) fn previous_end(&self) -> usize {
        self.previous.span.end
    }

    fn kind(&self) -> Kind {
        self.ahead[0].kind
    }

    fn place(&self) -> &Place {
        &self.ahead[0].place
    }

    fn kind_ahead(&mut self, count: usize) -> Kind {
        while self.ahead.len() <= count {
            self.ahead.push_back(self.tokens.read());
        }
        self.ahead[count].kind
    }

    fn take_doc(&mut self) -> String {
        std::mem::take(&mut self.ahead[0].doc)
    }

    /// The text between two places.
    fn text(&self, span: Range<usize>) -> &'t str {
        self.tokens.text.get(span).unwrap_or("")
    }

    /// From `start` to the end of the token before the present one.
    fn since(&self, start: usize) -> Range<usize> {
        start..self.previous_end().max(start)
    }

    fn advance(&mut self) {
        match self.kind() {
            Kind::End => return,
            Kind::Op("{") => self.braces += 1,
            Kind::Op("}") => self.braces = self.braces.saturating_sub(1),
            Kind::Op("(") => self.parens += 1,
            Kind::Op(")") => self.parens = self.parens.saturating_sub(1),
            _ => {}
        }
        self.starts_statement = self.is_semicolon();
        self.kind_ahead(1);
        if let Some(token) = self.ahead.pop_front() {
            self.previous = token.place;
        }
    }

    fn is_op(&self, op: &str) -> bool {
        matches!(self.kind(), Kind::Op(own) if own == op)
    }

    fn is_keyword(&self, word: &str) -> bool {
        matches!(self.kind(), Kind::Keyword(own) if own == word)
    }

    fn is_semicolon(&self) -> bool {
        matches!(self.kind(), Kind::Semi { .. })
    }

    /// Goes past an operator, if it is the next token.
    fn eat(&mut self, op: &str) -> bool {
        let found = self.is_op(op);
        if found {
            self.advance();
        }
        found
    }

    fn expect(&mut self, op: &str) -> Parsed<Place> {
        let place = self.place().clone();
        if self.eat(op) { Ok(place) } else { Err(self.unexpected(&format!(", expected {op}"))) }
    }

    fn name(&mut self) -> Parsed<DeclaredText> {
        let span = self.place().span.clone();
        if self.kind() != Kind::Name {
            return Err(self.unexpected(", expected name"));
        }
        self.advance();
        Ok(DeclaredText { text: self.text(span.clone()).into(), span })
    }

    /// A string, if one stands here.
    fn string(&mut self) -> Option<DeclaredText> {
        if self.kind() != Kind::String {
            return None;
        }
        let place = self.place().clone();
        let span = place.span.clone();
        self.advance();
        let text = unquoted(self.text(span.clone())).unwrap_or_else(|(within, message)| {
            let within = span.start + within.start..span.start + within.end;
            self.report(Place { span: within, ..place }.error(message));
            String::new()
        });
        Some(DeclaredText { text, span })
    }

    fn report(&mut self, error: DeclaredError) -> Reported {
        self.errors.push(error);
        Reported
    }

    /// Reports the present token, with what Go adds: `, expected x` or ` in y`.
    fn unexpected(&mut self, rest: &str) -> Reported {
        let error = self.unexpected_token(rest);
        self.report(error)
    }

    fn unexpected_token(&self, rest: &str) -> DeclaredError {
        self.place().error(format!("syntax error: unexpected {}{rest}", self.describe()))
    }

    fn describe(&self) -> String {
        let text = self.text(self.place().span.clone());
        match self.kind() {
            Kind::End => "EOF".into(),
            Kind::Semi { automatic: true } if self.start() == self.tokens.text.len() => "EOF".into(),
            Kind::Semi { automatic: true } => "newline".into(),
            Kind::Semi { automatic: false } => "semicolon".into(),
            Kind::Name => format!("name {text}"),
            Kind::Keyword(word) => format!("keyword {word}"),
            Kind::Op(",") => "comma".into(),
            Kind::Op(op) => op.into(),
            Kind::Number | Kind::Rune | Kind::String => format!("literal {text}"),
        }
    }
}
