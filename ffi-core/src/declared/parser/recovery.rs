//! What is not of interest, and where to go on behind an error.

use super::{Parsed, Parser, Reported};
use crate::declared::error::Place;
use crate::declared::tokens::Kind;

/// A method's receiver is not longer than this, in tokens.
const RECEIVER: usize = 12;

/// An open bracket: what closes it, and where it is.
pub(super) type Open = (&'static str, Place);

impl Parser<'_> {
    /// Goes to the end of a declaration that may have code in it: to a semicolon outside brackets.
    pub(super) fn skip_code(&mut self) -> Parsed<()> {
        match self.skip_balanced(|kind| matches!(kind, Kind::Semi { .. })) {
            Some((close, place)) => Err(self.not_closed(close, &place)),
            None if self.is_semicolon() || self.kind() == Kind::End => Ok(()),
            None => Err(self.unexpected("")),
        }
    }

    /// Goes to a token that ends this outside brackets, to a bracket that closes none, or to where the innermost bracket
    /// should have been closed; that one is the result.
    pub(super) fn skip_balanced(&mut self, mut ends: impl FnMut(Kind) -> bool) -> Option<Open> {
        let mut open: Vec<Open> = Vec::new();
        loop {
            let kind = self.kind();
            if kind == Kind::End || open.is_empty() && ends(kind) {
                return open.pop();
            }
            match kind {
                Kind::Op("(") => open.push((")", self.place().clone())),
                Kind::Op("[") => open.push(("]", self.place().clone())),
                Kind::Op("{") => open.push(("}", self.place().clone())),
                Kind::Op(op @ (")" | "]" | "}")) => match open.pop() {
                    Some((close, _)) if close == op => {}
                    mismatched => return mismatched,
                },
                // A type may be declared inside a function, however it is indented.
                Kind::Keyword("type") => {}
                _ if !open.is_empty() && self.at_lost_declaration() => return open.pop(),
                _ => {}
            }
            self.advance();
        }
    }

    /// Goes past the brace that closes what `open` opened.
    pub(super) fn close_brace(&mut self, open: &Place) -> Parsed<()> {
        if self.eat("}") { Ok(()) } else { Err(self.not_closed("}", open)) }
    }

    pub(super) fn not_closed(&mut self, close: &str, open: &Place) -> Reported {
        let mut error = self.unexpected_token(&format!(", expected {close}"));
        if self.kind() == Kind::End || self.at_lost_declaration() {
            error.unclosed = Some(open.span.clone());
        }
        self.report(error)
    }

    /// Goes to the next line that starts a declaration.
    pub(super) fn skip_declaration(&mut self) {
        loop {
            let declares =
                matches!(self.kind(), Kind::Keyword("func" | "extern" | "type" | "var" | "const" | "import"));
            if self.kind() == Kind::End
                || declares && self.starts_statement && self.braces == 0
                || self.at_lost_declaration() && self.start() > 0
            {
                self.braces = 0;
                self.parens = 0;
                return;
            }
            self.advance();
        }
    }

    /// Goes past the rest of a member that stands where `level` braces and `parens` parentheses are open.
    pub(super) fn skip_member(&mut self, level: u32, parens: u32) {
        loop {
            match self.kind() {
                Kind::Semi { automatic: false } if self.parens > parens => {}
                Kind::End => return,
                Kind::Semi { .. } | Kind::Op("}") if self.braces <= level => {
                    self.parens = parens;
                    return;
                }
                _ if self.at_lost_declaration() => return,
                _ => {}
            }
            self.advance();
        }
    }

    /// Whether a declaration starts at the left margin here, as hardly any does inside brackets.
    pub(super) fn at_lost_declaration(&mut self) -> bool {
        let start = self.start();
        let margin = start == 0 || self.tokens.text.as_bytes().get(start - 1) == Some(&b'\n');
        let declares = matches!(self.kind(), Kind::Keyword("func" | "extern" | "type" | "import"));
        margin
            && declares
            && (matches!(self.kind_ahead(1), Kind::Name | Kind::String | Kind::Keyword("func"))
                || self.at_method())
    }

    /// Whether `func (r T) name(` stands here.
    fn at_method(&mut self) -> bool {
        let mut open = 0;
        let close = (1..RECEIVER).find(|&ahead| {
            match self.kind_ahead(ahead) {
                Kind::Op("(") => open += 1,
                Kind::Op(")") => open -= 1,
                _ => {}
            }
            open == 0
        });
        close.is_some_and(|close| {
            self.kind_ahead(close + 1) == Kind::Name && self.kind_ahead(close + 2) == Kind::Op("(")
        })
    }
}
