//! Parameters and results.

use super::{Parsed, Parser, Reported};
use crate::declared::error::Place;
use crate::declared::tokens::Kind;
use crate::declared::types::{DeclaredKind, DeclaredParam, DeclaredSignature, DeclaredText, DeclaredType};

const DOTS: &str = "can only use ... with final parameter in list";

/// A parameter before it is known whether its only word is a name or a type.
struct Entry {
    first: Option<DeclaredType>,
    ty: Option<DeclaredType>,
    dots: Option<Place>,
}

impl Parser<'_> {
    pub(super) fn parse_signature(&mut self) -> Parsed<DeclaredSignature> {
        if self.is_op("[") {
            return Err(self.no_generics());
        }
        let start = self.start();
        let (params, dots) = self.parse_params()?;
        let mut results = Vec::new();
        if self.is_op("(") {
            results = self.parse_plain_params()?;
        } else if self.at_type() {
            results.push(DeclaredParam { names: Vec::new(), ty: self.parse_type()? });
        }
        Ok(DeclaredSignature { params, variadic: dots.is_some(), results, span: self.since(start) })
    }

    pub(super) fn parse_receiver(&mut self) -> Parsed<Option<DeclaredParam>> {
        if !self.is_op("(") {
            return Ok(None);
        }
        let open = self.place().clone();
        let mut params = self.parse_plain_params()?;
        let message = match params.iter().map(|param| param.names.len().max(1)).sum() {
            1 => return Ok(params.pop()),
            0 => "method has no receiver",
            _ => "method has multiple receivers",
        };
        let error = open.to(&self.previous).error(message);
        Err(self.report(error))
    }

    /// Parameters or results without dots.
    fn parse_plain_params(&mut self) -> Parsed<Vec<DeclaredParam>> {
        match self.parse_params()? {
            (params, None) => Ok(params),
            (_, Some(dots)) => Err(self.report(dots.error(DOTS))),
        }
    }

    /// `(a, b int, c ...string)`, and the dots of the last one.
    fn parse_params(&mut self) -> Parsed<(Vec<DeclaredParam>, Option<Place>)> {
        let mut entries = self.parse_entries()?;
        let last = entries.len().saturating_sub(1);
        let dots = entries.iter_mut().enumerate().find_map(|(at, entry)| Some((at, entry.dots.take()?)));
        if let Some((at, place)) = &dots
            && (*at != last || shares_type(&entries))
        {
            return Err(self.report(place.error(DOTS)));
        }
        let named = entries.iter().any(|entry| entry.first.is_some() && entry.ty.is_some());
        let params = if named { self.named_params(entries)? } else { unnamed_params(entries) };
        Ok((params, dots.map(|(_, place)| place)))
    }

    /// What stands between the parentheses. A comma may stand before the end; lines may only end behind a comma.
    fn parse_entries(&mut self) -> Parsed<Vec<Entry>> {
        let mut entries = Vec::new();
        self.expect("(")?;
        while !self.is_op(")") {
            entries.push(self.parse_entry()?);
            if !self.eat(",") && !self.is_op(")") {
                let reported = self.unexpected(" in parameter list; possibly missing comma or )");
                // A line that ends without its comma goes on in the next one.
                let ends = matches!(self.kind_ahead(1), Kind::Keyword(_) | Kind::Op("}") | Kind::End);
                if self.kind() != (Kind::Semi { automatic: true }) || ends {
                    return Err(reported);
                }
                self.advance();
            }
        }
        self.advance();
        Ok(entries)
    }

    fn parse_entry(&mut self) -> Parsed<Entry> {
        if self.is_op("...") {
            let dots = Some(self.place().clone());
            self.advance();
            return Ok(Entry { first: None, ty: Some(self.parse_type()?), dots });
        }
        let first = Some(self.parse_type()?);
        let dots = Some(self.place().clone()).filter(|_| self.eat("..."));
        let ty = if dots.is_some() || self.at_type() { Some(self.parse_type()?) } else { None };
        Ok(Entry { first, ty, dots })
    }

    fn named_params(&mut self, entries: Vec<Entry>) -> Parsed<Vec<DeclaredParam>> {
        let mut params = Vec::new();
        let mut names = Vec::new();
        for entry in entries {
            let Some(name) = entry.first.and_then(into_name) else { return Err(self.mixed_params()) };
            names.push(name);
            if let Some(ty) = entry.ty {
                params.push(DeclaredParam { names: std::mem::take(&mut names), ty });
            }
        }
        if names.is_empty() { Ok(params) } else { Err(self.mixed_params()) }
    }

    fn mixed_params(&mut self) -> Reported {
        let error = self.previous.error("syntax error: mixed named and unnamed parameters");
        self.report(error)
    }
}

/// Whether the last parameter's type is that of the one before it, too: `a, b T`.
fn shares_type(entries: &[Entry]) -> bool {
    matches!(entries, [.., before, last] if before.ty.is_none() && last.first.is_some())
}

fn unnamed_params(entries: Vec<Entry>) -> Vec<DeclaredParam> {
    let types = entries.into_iter().filter_map(|entry| entry.first.or(entry.ty));
    types.map(|ty| DeclaredParam { names: Vec::new(), ty }).collect()
}

/// The name that a type is, where it is only one word.
fn into_name(ty: DeclaredType) -> Option<DeclaredText> {
    match ty.kind {
        DeclaredKind::Name(text) => Some(DeclaredText { text, span: ty.span }),
        _ => None,
    }
}
