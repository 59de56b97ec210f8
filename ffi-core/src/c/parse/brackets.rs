//! Brackets that do not match are reported here, once each, and put right in the tokens: the parser sees balanced text.

use super::error::{CError, CSpan, MOST_ERRORS};
use super::source::Source;
use super::token::{Kind, Token};

/// Balances the tokens. The second result are the parts of the text that a missing bracket makes doubtful: what else seems
/// wrong there is not worth a word.
pub(super) fn balance(tokens: Vec<Token>, source: &Source<'_>, errors: &mut Vec<CError>) -> Balanced {
    if is_balanced(&tokens) {
        return Balanced { tokens, indices: Vec::new(), doubtful: Vec::new() };
    }
    let mut balancer = Balancer {
        source,
        out: Vec::with_capacity(tokens.len()),
        open: Vec::new(),
        errors,
        doubtful: Vec::new(),
    };
    for (index, token) in tokens.iter().enumerate() {
        if balancer.errors.len() >= MOST_ERRORS && token.kind != Kind::End {
            continue;
        }
        balancer.take(*token, index.checked_sub(1).map(|before| tokens[before].kind), index as u32);
    }
    let Balancer { out, doubtful, .. } = balancer;
    let (tokens, indices) = out.into_iter().unzip();
    Balanced { tokens, indices, doubtful }
}

pub(super) struct Balanced {
    pub(super) tokens: Vec<Token>,
    /// Which of the original tokens each one was, or stands before; empty where nothing was changed.
    pub(super) indices: Vec<u32>,
    pub(super) doubtful: Vec<CSpan>,
}

/// Whether nothing is to be reported.
fn is_balanced(tokens: &[Token]) -> bool {
    let mut open = Vec::new();
    for token in tokens {
        match token.kind {
            Kind::Semicolon if open.last().is_some_and(|&open| open != Kind::CloseBrace) => return false,
            kind if kind.is_closer() && open.pop() != Some(kind) => return false,
            kind => open.extend(kind.closer()),
        }
    }
    open.is_empty()
}

struct Balancer<'a, 't> {
    source: &'a Source<'t>,
    out: Vec<(Token, u32)>,
    open: Vec<Open>,
    errors: &'a mut Vec<CError>,
    doubtful: Vec<CSpan>,
}

#[derive(Clone, Copy)]
struct Open {
    token: Token,
    /// Whether it is the `(` of `for (`, which may hold `;`.
    of_loop: bool,
}

impl Balancer<'_, '_> {
    fn take(&mut self, token: Token, before: Option<Kind>, index: u32) {
        match token.kind {
            Kind::OpenParen | Kind::OpenBracket | Kind::OpenBrace => {
                let of_loop = token.kind == Kind::OpenParen && before == Some(Kind::Statement);
                self.open.push(Open { token, of_loop });
            }
            Kind::Semicolon => {
                while self.open.last().is_some_and(|open| open.token.kind != Kind::OpenBrace && !open.of_loop)
                {
                    self.close_missing(token, index, MOST_ERRORS);
                }
            }
            Kind::End => {
                // Of many the innermost tell enough.
                let told = self.errors.len() + 2;
                while !self.open.is_empty() {
                    self.close_missing(token, index, told);
                }
            }
            kind if kind.is_closer() => return self.close(token, index),
            _ => {}
        }
        self.out.push((token, index));
    }

    fn close(&mut self, token: Token, index: u32) {
        let matches = |open: &Open| open.token.kind.closer() == Some(token.kind);
        // A `)` or `]` does not reach beyond the braces around it.
        let is_reached = |open: &&Open| token.kind == Kind::CloseBrace || open.token.kind != Kind::OpenBrace;
        if !self.open.iter().rev().take_while(is_reached).any(matches) {
            return self.close_wrongly(token, index);
        }
        while self.open.last().is_some_and(|open| !matches(open)) {
            self.close_missing(token, index, MOST_ERRORS);
        }
        self.open.pop();
        self.out.push((token, index));
    }

    /// A closer whose opener is not there: meant for another kind, or too much.
    fn close_wrongly(&mut self, token: Token, index: u32) {
        let (span, shown) = (self.span(token), self.text(token));
        match self.open.last().copied() {
            Some(open) if open.token.kind != Kind::OpenBrace => {
                self.open.pop();
                let (opener, wanted) = (self.text(open.token), closing(open.token.kind));
                let error = CError::new(span, format!("expected `{wanted}`, found `{shown}`"))
                    .secondary(self.span(open.token), format!("to close this `{opener}`"));
                self.errors.push(error);
                self.doubtful.push(self.span(open.token).to(span));
                let kind = open.token.kind.closer().unwrap_or(token.kind);
                self.out.push((Token { kind, ..token }, index));
            }
            _ => self.errors.push(CError::new(span, format!("`{shown}` closes nothing"))),
        }
    }

    /// The innermost bracket is not closed before `token`: closes it there.
    fn close_missing(&mut self, token: Token, index: u32, most_errors: usize) {
        let Some(open) = self.open.pop() else { return };
        if self.errors.len() < most_errors {
            self.report_missing(open, token);
        }
        let at = Token { start: token.start, end: token.start, leads: false, ..token };
        let kind = open.token.kind.closer().unwrap_or(token.kind);
        self.out.push((Token { kind, ..at }, index));
        if kind == Kind::CloseBrace && token.kind == Kind::End {
            self.out.push((Token { kind: Kind::Semicolon, ..at }, index));
        }
    }

    fn report_missing(&mut self, open: Open, token: Token) {
        let (opener, wanted) = (self.text(open.token), closing(open.token.kind));
        let (span, here) = (self.span(open.token), self.span(token));
        let mut error =
            CError::new(span, format!("`{opener}` is not closed")).label(format!("`{wanted}` is missing"));
        if token.kind == Kind::End {
            error = error.note("the text ends before it");
        } else {
            error = error.secondary(here, format!("expected `{wanted}` before this"));
        }
        self.errors.push(error);
        self.doubtful.push(span.to(here));
    }

    fn span(&self, token: Token) -> CSpan {
        self.source.span(token.start as usize, token.end as usize)
    }

    fn text(&self, token: Token) -> String {
        self.source.text[token.start as usize..token.end as usize].to_string()
    }
}

fn closing(open: Kind) -> char {
    match open {
        Kind::OpenParen => ')',
        Kind::OpenBracket => ']',
        _ => '}',
    }
}
