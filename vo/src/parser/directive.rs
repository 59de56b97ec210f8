//! Directives: `//vo:name` in a line of comment directly above what it is about.

use std::collections::BTreeMap;
use std::ops::Range;

use super::Parser;
use crate::ast::Directive;
use crate::diagnostic::{Diagnostic, nearest};
use crate::lexer::Token;
use crate::source::Span;

/// What a directive is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Type,
    Extern,
}

/// All directives: their names, and what they are about.
const DIRECTIVES: [(&str, Target); 4] = [
    ("align", Target::Type),
    ("packed", Target::Type),
    ("optional", Target::Extern),
    ("unguarded", Target::Extern),
];

/// What every directive begins with.
const PREFIX: &str = "//vo:";

/// A directive, and whether it is directly above a token.
pub(super) struct Found {
    directive: Directive,
    above: bool,
}

/// By the token that follows.
pub(super) type Directives = BTreeMap<usize, Vec<Found>>;

/// The directives of a file: lines of comment between its tokens.
pub(super) fn find(number: u32, text: &str, tokens: &[Token]) -> Directives {
    let mut found = Directives::new();
    if !text.contains(PREFIX) {
        return found;
    }
    let mut end = 0;
    for (index, token) in tokens.iter().enumerate() {
        let gap = end..token.span.start as usize;
        if text.get(gap.clone()).is_some_and(|gap| gap.contains(PREFIX)) {
            found.insert(index, in_gap(number, text, gap));
        }
        end = token.span.end as usize;
    }
    found
}

/// The directives among the comments before a token.
fn in_gap(number: u32, text: &str, gap: Range<usize>) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let (mut at, mut in_block) = (gap.start, false);
    for line in text[gap.clone()].split_inclusive('\n') {
        let (start, inner) = (at, line.trim());
        at += line.len();
        // The first line may be the end of a token's, and the last the beginning of one.
        let begins = start == 0 || text[..start].ends_with('\n');
        if inner.is_empty() && begins && line.ends_with('\n') {
            found.iter_mut().for_each(|found| found.above = false);
        }
        in_block |= inner.starts_with("/*");
        if inner.starts_with(PREFIX) && !in_block {
            let start = start + line.len() - line.trim_start().len();
            let span = Span::new(number, start, start + inner.len());
            found.push(Found { directive: parse(inner, span), above: begins });
        }
        in_block &= !inner.contains("*/");
    }
    found
}

/// `//vo:name`, or `//vo:name(argument)`
fn parse(body: &str, span: Span) -> Directive {
    let body = &body[PREFIX.len()..];
    let (name, argument) = match body.strip_suffix(')').and_then(|body| body.split_once('(')) {
        Some((name, argument)) => (name, Some(argument.trim().to_string())),
        None => (body, None),
    };
    Directive { name: name.into(), argument, span }
}

impl Parser<'_> {
    /// The directives above a declaration that begins with this token; those that are not for it are reported.
    pub(super) fn take_directives(&mut self, first: usize, target: Target) -> Vec<Directive> {
        let mut own = Vec::new();
        for Found { directive, above } in self.directives.remove(&first).unwrap_or_default() {
            match known(&directive.name) {
                Some(wanted) if above && wanted == target => own.push(directive),
                _ => self.misplaced(&directive),
            }
        }
        own
    }

    /// Passes over what stands in the preamble of an `import "C"` that begins with this token.
    pub(super) fn leave_preamble(&mut self, first: usize) {
        self.directives.remove(&first);
    }

    /// Reports what stands above no declaration that takes directives.
    pub(super) fn report_directives(&mut self) {
        for found in std::mem::take(&mut self.directives).into_values().flatten() {
            self.misplaced(&found.directive);
        }
    }

    fn misplaced(&self, directive: &Directive) {
        let name = directive.name.as_str();
        let error = |what: &str| Diagnostic::new(directive.span, format!("{what} directive {PREFIX}{name}"));
        self.report(match known(name) {
            None => error("unknown").help(match nearest(name, DIRECTIVES.map(|(own, _)| own)) {
                Some(near) => format!("did you mean `{PREFIX}{near}`?"),
                None => {
                    format!("there are {}", DIRECTIVES.map(|(own, _)| format!("`{PREFIX}{own}`")).join(", "))
                }
            }),
            Some(target) => error("misplaced").help(format!(
                "it stands in a line of its own, directly above {}",
                match target {
                    Target::Type => "the declaration of a struct type",
                    Target::Extern => "an extern function",
                }
            )),
        });
    }
}

fn known(name: &str) -> Option<Target> {
    DIRECTIVES.iter().find(|(own, _)| *own == name).map(|(_, target)| *target)
}
