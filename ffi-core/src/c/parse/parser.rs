//! The parser's core: where it is in the tokens, what it reports, and how it goes on behind an error.

use std::collections::HashMap;

use super::brackets::{Balanced, balance};
use super::declarations::{CPlace, Declarations};
use super::directive::Packs;
use super::error::{CError, CErrors, CSpan, MOST_ERRORS};
use super::lexer::lex;
use super::shape::MAX_DEPTH;
use super::source::Source;
use super::token::{Kind, Token};
use crate::c::{CKind, CLayout, CType};

/// The mark of a declaration that was given up: its error is reported.
#[derive(Debug)]
pub(super) struct Failed;

pub(super) type Parsed<T> = Result<T, Failed>;

pub(super) struct Parser<'d, 't> {
    pub(super) out: &'d mut Declarations,
    source: &'t Source<'t>,
    tokens: Vec<Token>,
    indices: Vec<u32>,
    packs: Packs,
    doubtful: Vec<CSpan>,
    pub(super) at: usize,
    depth: u32,
    errors: Vec<CError>,
    /// The name that a declaration is about, to be known as wrong where that fails.
    pub(super) declaring: Option<&'t str>,
    /// The layouts that were asked for.
    pub(super) layouts: HashMap<CType, CLayout>,
    /// How many parameter lists are around the cursor.
    pub(super) in_params: u32,
    /// The names of the parameters whose list is being read, and their types.
    pub(super) scope: Vec<(&'t str, CType)>,
}

/// Parses a text into the declarations.
pub(super) fn parse(out: &mut Declarations, text: &str) -> Result<(), CErrors> {
    parse_with(out, text, |parser| parser.text())
}

/// Parses a type name.
pub(super) fn parse_type(out: &mut Declarations, text: &str) -> Result<CType, CErrors> {
    parse_with(out, text, |parser| parser.whole_type().unwrap_or(CType::VOID))
}

/// Longer texts are refused: places in a text are 32 bits wide.
const MOST_BYTES: usize = 1 << 30;

fn parse_with<T>(
    out: &mut Declarations,
    text: &str,
    read: impl FnOnce(&mut Parser<'_, '_>) -> T,
) -> Result<T, CErrors> {
    if text.len() > MOST_BYTES {
        let error = CError::new(CSpan::default(), "the text is longer than 1 GiB");
        return Err(CErrors::new(vec![error], text));
    }
    let source = Source::new(text);
    let mut lexed = lex(&source);
    let Balanced { tokens, indices, doubtful } = balance(lexed.tokens, &source, &mut lexed.errors);
    let (packs, errors) = (lexed.packs, lexed.errors);
    let mut parser = Parser {
        out,
        source: &source,
        tokens,
        indices,
        packs,
        doubtful,
        at: 0,
        depth: 0,
        errors,
        declaring: None,
        layouts: HashMap::new(),
        in_params: 0,
        scope: Vec::new(),
    };
    let result = read(&mut parser);
    let mut errors = parser.errors;
    out.texts += 1;
    if errors.is_empty() {
        return Ok(result);
    }
    errors.truncate(MOST_ERRORS);
    Err(CErrors::new(errors, text))
}

/// Tokens.
impl<'t> Parser<'_, 't> {
    pub(super) fn kind(&self) -> Kind {
        self.tokens[self.at].kind
    }

    pub(super) fn kind_after(&self, count: usize) -> Kind {
        self.tokens.get(self.at + count).map_or(Kind::End, |token| token.kind)
    }

    /// Whether the token is the first of its line.
    pub(super) fn leads(&self) -> bool {
        self.tokens[self.at].leads
    }

    pub(super) fn text_of(&self, index: usize) -> &'t str {
        let token = self.tokens[index];
        &self.source.text[token.start as usize..token.end as usize]
    }

    pub(super) fn word(&self) -> &'t str {
        self.text_of(self.at)
    }

    pub(super) fn span_of(&self, index: usize) -> CSpan {
        let token = self.tokens[index];
        self.source.span(token.start as usize, token.end as usize)
    }

    pub(super) fn span(&self) -> CSpan {
        self.span_of(self.at)
    }

    /// From a token to the one before the cursor.
    pub(super) fn span_from(&self, first: usize) -> CSpan {
        let last = self.at.saturating_sub(1).max(first);
        self.span_of(first).to(self.span_of(last))
    }

    pub(super) fn advance(&mut self) {
        if self.kind() != Kind::End {
            self.at += 1;
        }
    }

    pub(super) fn eat(&mut self, kind: Kind) -> bool {
        let found = self.kind() == kind;
        if found {
            self.advance();
        }
        found
    }

    /// Goes past a bracket, to what follows the one that closes it.
    pub(super) fn skip_brackets(&mut self) {
        let mut open = 0;
        loop {
            match self.kind() {
                Kind::End => return,
                kind if kind.closer().is_some() => open += 1,
                kind if kind.is_closer() => open -= 1,
                _ => {}
            }
            self.advance();
            if open <= 0 {
                return;
            }
        }
    }

    /// Goes to the bracket that closes the one around the cursor.
    pub(super) fn skip_to_closer(&mut self) {
        while self.kind() != Kind::End && !self.kind().is_closer() {
            match self.kind().closer() {
                Some(_) => self.skip_brackets(),
                None => self.advance(),
            }
        }
    }

    /// Puts a `;` before the cursor.
    pub(super) fn insert_semicolon(&mut self) {
        let token = self.tokens[self.at];
        let semicolon = Token { kind: Kind::Semicolon, end: token.start, leads: false, ..token };
        self.tokens.insert(self.at, semicolon);
        if let Some(&index) = self.indices.get(self.at) {
            self.indices.insert(self.at, index);
        }
    }

    pub(super) fn expect(&mut self, kind: Kind, mark: &str) -> Parsed<()> {
        if self.eat(kind) { Ok(()) } else { Err(self.expected(mark)) }
    }

    /// What `#pragma pack` says at a token.
    pub(super) fn pack_at(&self, index: usize) -> Option<u32> {
        self.packs.at(self.indices.get(index).map_or(index, |&index| index as usize))
    }

    pub(super) fn place(&self, span: CSpan) -> CPlace {
        CPlace { text: self.out.texts, span }
    }

    /// Whether a place is in this text.
    pub(super) fn is_here(&self, place: CPlace) -> bool {
        place.text == self.out.texts
    }
}

/// Errors.
impl Parser<'_, '_> {
    pub(super) fn report(&mut self, error: CError) {
        let doubtful = |zone: &CSpan| (zone.start..=zone.end).contains(&error.span.start);
        if self.errors.len() < MOST_ERRORS && !self.doubtful.iter().any(doubtful) {
            self.errors.push(error);
        }
    }

    pub(super) fn fail(&mut self, error: CError) -> Failed {
        self.report(error);
        Failed
    }

    /// How many errors there are, to see later whether one came.
    pub(super) fn error_count(&self) -> usize {
        self.errors.len()
    }

    pub(super) fn is_full(&self) -> bool {
        self.errors.len() >= MOST_ERRORS
    }

    /// The token as a message names it.
    pub(super) fn found(&self) -> String {
        match self.kind() {
            Kind::End => "the end of the text".into(),
            Kind::Number => format!("the number `{}`", shortened(self.word())),
            Kind::Text => "a string".into(),
            Kind::Char => "a character".into(),
            _ => format!("`{}`", shortened(self.word())),
        }
    }

    /// An error: something else stands at the cursor. What is missing at the end of a line is shown there.
    pub(super) fn expected(&mut self, what: &str) -> Failed {
        let message = format!("expected {what}, found {}", self.found());
        let before = self.at.checked_sub(1);
        let is_wrong = |index: usize| self.tokens[index].kind == Kind::Wrong;
        if is_wrong(self.at) || before.is_some_and(is_wrong) {
            return Failed;
        }
        let error = match before.filter(|_| self.leads() || self.kind() == Kind::End) {
            Some(before) => CError::new(self.span_of(before), message).label("behind this"),
            None => CError::new(self.span(), message),
        };
        self.fail(error)
    }

    /// Runs a part of the parser one level deeper.
    pub(super) fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= MAX_DEPTH {
            let message = format!("nested more than {MAX_DEPTH} levels deep");
            return Err(self.fail(CError::new(self.span(), message)));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// Goes to where the next declaration may begin: behind the next `;`, or to a `}` that closes what is around.
    pub(super) fn recover(&mut self) {
        loop {
            match self.kind() {
                Kind::End | Kind::CloseBrace => return,
                Kind::Semicolon => return self.advance(),
                Kind::OpenBrace => {
                    self.skip_brackets();
                    let declarator_follows = matches!(
                        self.kind(),
                        Kind::Semicolon | Kind::Comma | Kind::Assign | Kind::CloseParen | Kind::Star
                    );
                    if self.leads() && !declarator_follows {
                        return;
                    }
                }
                _ => self.advance(),
            }
        }
    }

    /// The `;` at the end of a declaration. Where the next one begins on the next line, only the `;` is missing.
    pub(super) fn semicolon(&mut self, what: &str) -> Parsed<()> {
        if self.eat(Kind::Semicolon) {
            return Ok(());
        }
        let failed = self.expected(what);
        if self.leads() && self.starts_declaration() { Ok(()) } else { Err(failed) }
    }
}

/// Types.
impl Parser<'_, '_> {
    /// A derived type, unless it is nested too deep.
    pub(super) fn derived(&mut self, kind: CKind, span: CSpan) -> Parsed<CType> {
        let ty = self.out.types.intern(kind);
        match self.out.shapes.admit(&self.out.types, ty) {
            Ok(()) => Ok(ty),
            Err(problem) => Err(self.fail(CError::new(span, problem))),
        }
    }

    /// Whether objects of a type have a size.
    pub(super) fn is_complete(&self, ty: CType) -> bool {
        let types = &self.out.types;
        match types.kind(ty) {
            CKind::Void | CKind::Func(_) | CKind::Array { len: None, .. } => false,
            CKind::Array { of, .. } | CKind::Aligned { of, .. } => self.is_complete(*of),
            CKind::Record(id) => types.record(*id).members.is_some(),
            CKind::Enum(id) => types.enumeration(*id).constants.is_some(),
            CKind::Scalar(_) | CKind::Complex(_) | CKind::Pointer { .. } => true,
        }
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_string(),
    }
}
