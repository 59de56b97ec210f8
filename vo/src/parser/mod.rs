//! From tokens to the syntax tree. After an error the parser goes on at the next statement or
//! declaration, so that one run reports them all.

mod decl;
mod directive;
mod entry;
mod expr;
mod externs;
mod stmt;
mod types;

pub(crate) use entry::Part;

use crate::ast::{Ast, ExprId, ExprKind, File, Ident, StmtId, StmtKind};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::lexer::{Tok, Token, lex};
use crate::source::Span;

/// How deep expressions, types and statements may be nested.
const MAX_DEPTH: u32 = 500;

/// An error that has been reported.
pub(crate) struct Reported;

pub(crate) type Parsed<T> = Result<T, Reported>;

/// Parses a file; errors go to `diagnostics`, what could be parsed to `ast`.
pub(crate) fn parse_file(number: u32, text: &str, ast: &mut Ast, diagnostics: &Diagnostics) -> File {
    let mut parser = Parser::new(number, text, ast, diagnostics);
    let file = parser.file();
    parser.report_directives();
    file
}

/// Parses what was entered in a session: declarations and statements, in any order.
pub(crate) fn parse_entry(number: u32, text: &str, ast: &mut Ast, diagnostics: &Diagnostics) -> Vec<Part> {
    let mut parser = Parser::new(number, text, ast, diagnostics);
    let parts = parser.entry();
    parser.report_directives();
    parts
}

struct Parser<'p> {
    text: &'p str,
    tokens: Vec<Token>,
    /// Those that no declaration has taken, by the token below.
    directives: directive::Directives,
    at: usize,
    ast: &'p mut Ast,
    diagnostics: &'p Diagnostics,
    depth: u32,
    /// How many braces are open at the present token.
    braces: u32,
    /// The same for parentheses.
    parens: u32,
    /// Whether `T {` starts a block: in the head of an if, for or switch.
    no_literal: bool,
    number: u32,
}

impl<'p> Parser<'p> {
    fn new(number: u32, text: &'p str, ast: &'p mut Ast, diagnostics: &'p Diagnostics) -> Parser<'p> {
        let tokens = lex(number, text, diagnostics);
        Parser {
            text,
            directives: directive::find(number, text, &tokens),
            tokens,
            at: 0,
            ast,
            diagnostics,
            depth: 0,
            braces: 0,
            parens: 0,
            no_literal: false,
            number,
        }
    }
}

impl Parser<'_> {
    fn tok(&self) -> &Tok {
        &self.tokens[self.at].tok
    }

    fn span(&self) -> Span {
        self.tokens[self.at].span
    }

    fn tok_ahead(&self, count: usize) -> &Tok {
        &self.tokens[(self.at + count).min(self.tokens.len() - 1)].tok
    }

    fn previous_span(&self) -> Span {
        self.tokens[self.at.saturating_sub(1)].span
    }

    fn take_doc(&mut self) -> String {
        std::mem::take(&mut self.tokens[self.at].doc)
    }

    fn advance(&mut self) {
        match self.tok() {
            Tok::Op("{") => self.braces += 1,
            Tok::Op("}") => self.braces = self.braces.saturating_sub(1),
            Tok::Op("(") => self.parens += 1,
            Tok::Op(")") => self.parens = self.parens.saturating_sub(1),
            _ => {}
        }
        if self.at + 1 < self.tokens.len() {
            self.at += 1;
        }
    }

    fn is_op(&self, op: &str) -> bool {
        matches!(self.tok(), Tok::Op(own) if *own == op)
    }

    fn is_keyword(&self, word: &str) -> bool {
        matches!(self.tok(), Tok::Keyword(own) if *own == word)
    }

    /// Goes past an operator, if it is the next token.
    fn eat(&mut self, op: &str) -> bool {
        let found = self.is_op(op);
        if found {
            self.advance();
        }
        found
    }

    fn eat_keyword(&mut self, word: &str) -> bool {
        let found = self.is_keyword(word);
        if found {
            self.advance();
        }
        found
    }

    fn expect(&mut self, op: &'static str) -> Parsed<Span> {
        let span = self.span();
        if self.eat(op) { Ok(span) } else { Err(self.unexpected(&format!(", expected {op}"))) }
    }

    fn ident(&mut self) -> Parsed<Ident> {
        let span = self.span();
        match self.tok() {
            Tok::Ident(name) => {
                let name = name.clone();
                self.advance();
                Ok(Ident { name, span })
            }
            _ => Err(self.unexpected(", expected name")),
        }
    }

    fn ident_expr(&mut self) -> Parsed<ExprId> {
        let ident = self.ident()?;
        Ok(self.add_expr(ExprKind::Ident(ident.name), ident.span))
    }

    fn add_expr(&mut self, kind: ExprKind, span: Span) -> ExprId {
        self.ast.add_expr(kind, span)
    }

    /// Adds a statement that goes from `start` to the token before the present one.
    fn add_stmt(&mut self, kind: StmtKind, start: Span) -> StmtId {
        let span = start.to(self.previous_span());
        self.ast.add_stmt(kind, span)
    }

    fn report(&self, diagnostic: Diagnostic) -> Reported {
        self.diagnostics.push(diagnostic);
        Reported
    }

    fn error(&self, span: Span, message: impl Into<String>) -> Reported {
        self.report(Diagnostic::new(span, message))
    }

    /// Reports the present token, with what Go adds: `, expected x` or ` in y`.
    fn unexpected(&self, rest: &str) -> Reported {
        self.report(self.unexpected_token(rest))
    }

    fn unexpected_token(&self, rest: &str) -> Diagnostic {
        Diagnostic::new(self.span(), format!("syntax error: unexpected {}{rest}", self.describe()))
    }

    fn describe(&self) -> String {
        let text = self.text.get(self.span().start as usize..self.span().end as usize).unwrap_or("");
        match self.tok() {
            Tok::Eof => "EOF".into(),
            Tok::Semi { automatic: true } if self.span().start as usize == self.text.len() => "EOF".into(),
            Tok::Semi { automatic: true } => "newline".into(),
            Tok::Semi { automatic: false } => "semicolon".into(),
            Tok::Ident(name) => format!("name {name}"),
            Tok::Keyword(word) => format!("keyword {word}"),
            Tok::Op(",") => "comma".into(),
            Tok::Op(op) => (*op).into(),
            _ => format!("literal {text}"),
        }
    }

    /// Runs a part of the grammar that may nest, within the limit and with enough stack.
    fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= MAX_DEPTH {
            return Err(self.error(self.span(), format!("nested more than {MAX_DEPTH} levels deep")));
        }
        self.depth += 1;
        let result = stacker::maybe_grow(128 << 10, 1 << 20, || parse(self));
        self.depth -= 1;
        result
    }

    /// Runs a part of the grammar in which `T {` is, or is not, a composite literal.
    fn with_literals<T>(&mut self, allowed: bool, parse: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        let before = std::mem::replace(&mut self.no_literal, !allowed);
        let result = parse(self);
        self.no_literal = before;
        result
    }

    /// Parses `item, item, …` up to a closing token, which it goes past. A comma may stand before
    /// the end; lines may only end behind a comma.
    fn list(
        &mut self,
        close: &'static str,
        context: &str,
        mut item: impl FnMut(&mut Self) -> Parsed<()>,
    ) -> Parsed<Span> {
        while !self.is_op(close) {
            item(self)?;
            if !self.eat(",") && !self.is_op(close) {
                let reported = self.unexpected(&format!(" in {context}; possibly missing comma or {close}"));
                // A line that ends without its comma goes on in the next one.
                let goes_on =
                    !matches!(self.tok_ahead(1), Tok::Keyword(_) | Tok::Op("}") | Tok::Eof) || close == "}";
                if *self.tok() != (Tok::Semi { automatic: true }) || !goes_on {
                    return Err(reported);
                }
                self.advance();
            }
        }
        self.expect(close)
    }

    /// Goes past the rest of a statement that stands where `level` braces and `parens` parentheses
    /// are open.
    fn skip_statement(&mut self, level: u32, parens: u32) {
        loop {
            match self.tok() {
                Tok::Semi { automatic: false } if self.parens > parens => self.advance(),
                Tok::Eof => return,
                Tok::Semi { .. } | Tok::Op("}") if self.braces <= level => {
                    self.parens = parens;
                    return;
                }
                _ if self.at_lost_declaration() => return,
                _ => self.advance(),
            }
        }
    }

    /// Whether `func (r T) name(` stands here.
    fn at_method(&self) -> bool {
        let mut open = 0;
        let close = (1..12).find(|&ahead| {
            match self.tok_ahead(ahead) {
                Tok::Op("(") => open += 1,
                Tok::Op(")") => open -= 1,
                _ => {}
            }
            open == 0
        });
        close.is_some_and(|close| {
            matches!(self.tok_ahead(close + 1), Tok::Ident(_)) && *self.tok_ahead(close + 2) == Tok::Op("(")
        })
    }

    /// Goes past the brace that closes what `open` opened.
    fn close_brace(&mut self, open: Span) -> Parsed<()> {
        if self.eat("}") {
            return Ok(());
        }
        let error = self.unexpected_token(", expected }");
        let lost = *self.tok() == Tok::Eof || self.at_lost_declaration();
        Err(self.report(if lost { error.secondary(open, "this is not closed") } else { error }))
    }

    /// Whether a declaration starts at the left margin here, as hardly any does inside a function.
    fn at_lost_declaration(&self) -> bool {
        let start = self.span().start as usize;
        let margin = start == 0 || self.text.as_bytes().get(start - 1) == Some(&b'\n');
        let named =
            matches!(self.tok_ahead(1), Tok::Ident(_) | Tok::String(_) | Tok::Keyword("func" | "type"));
        let named = named || self.at_method();
        margin && named && matches!(self.tok(), Tok::Keyword("func" | "extern" | "type" | "import"))
    }
}

#[cfg(test)]
mod tests;
