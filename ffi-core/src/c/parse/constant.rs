//! Where a constant must stand: lengths, widths, values of enums, alignments, assertions.

use super::error::{CError, CSpan};
use super::literal::{self, TextValue};
use super::parser::{Parsed, Parser};
use super::token::Kind;
use super::value::{Operand, Value, Why};
use crate::c::{CKind, CLayout, CScalar, CType, LayoutError};

/// An integer that was asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Integer {
    /// Its value; what only `unsigned __int128` can hold is the largest `i128` here.
    pub(super) value: i128,
    pub(super) scalar: CScalar,
    pub(super) span: CSpan,
}

impl Parser<'_, '_> {
    /// An expression that must be a constant integer; `None` where it is none, which is reported.
    pub(super) fn constant_integer(&mut self, what: &str) -> Parsed<Option<Integer>> {
        let first = self.at;
        let operand = self.conditional()?;
        let span = self.span_from(first);
        Ok(self.as_integer(operand, span, what))
    }

    pub(super) fn as_integer(&mut self, operand: Operand, span: CSpan, what: &str) -> Option<Integer> {
        let scalar = self.out.types.as_scalar(operand.ty).filter(|scalar| !scalar.is_float());
        match (operand.value, scalar) {
            (Value::Int(bits), Some(scalar)) => {
                let unsigned = scalar == CScalar::UnsignedInt128;
                let value = bits as i128;
                let value = if unsigned && value < 0 { i128::MAX } else { value };
                return Some(Integer { value, scalar, span });
            }
            (Value::Not(Why::Reported, _), _) => {}
            (Value::Not(why, at), _) => {
                let error = CError::new(span, format!("{what} is not constant"));
                self.report(match at == span {
                    true => error.label(why.words()),
                    false => error.secondary(at, why.words()),
                });
            }
            (Value::Place(_), _) => {
                let error = CError::new(span, format!("{what} is not constant"));
                self.report(error.label(Why::Variable.words()));
            }
            _ => {
                let name = self.out.types.name(operand.ty);
                self.report(CError::new(span, format!("{what} is of type `{name}`, which is no integer")));
            }
        }
        None
    }

    /// Whether an expression has a value only while a program runs.
    pub(super) fn is_runtime(&self, operand: &Operand) -> bool {
        match operand.value {
            Value::Not(why, _) => matches!(why, Why::Variable | Why::Call | Why::Assigned | Why::Operands),
            Value::Place(_) => true,
            Value::Int(_) | Value::Float(_) => false,
        }
    }

    /// The layout of a type that must have one; an error says why it has none.
    pub(super) fn layout_of(&mut self, ty: CType, span: CSpan) -> Option<CLayout> {
        if let Some(&layout) = self.layouts.get(&ty) {
            return Some(layout);
        }
        match self.out.types.layout(ty, &self.out.target) {
            Ok(layout) => {
                self.layouts.insert(ty, layout);
                Some(layout)
            }
            Err(error) => {
                let inside = match (&error, self.out.types.kind(ty)) {
                    (LayoutError::Incomplete { .. }, CKind::Record(_)) if self.is_wrong(ty) => return None,
                    _ => error.to_string(),
                };
                if !self.is_wrong(ty) {
                    self.report(CError::new(span, inside));
                }
                None
            }
        }
    }

    /// `_Static_assert(condition, "message");`
    pub(super) fn static_assert(&mut self) -> Parsed<()> {
        self.advance();
        self.expect(Kind::OpenParen, "`(`")?;
        let condition = self.constant_integer("the condition of an assertion")?;
        let message = match self.eat(Kind::Comma) {
            true if self.kind() == Kind::Text => self.text_value()?.map(|text| text.bytes),
            true => return Err(self.expected("a string")),
            false => None,
        };
        self.expect(Kind::CloseParen, "`)`")?;
        if let Some(condition) = condition.filter(|condition| condition.value == 0) {
            let message = match message {
                Some(text) => format!("static assertion failed: {}", String::from_utf8_lossy(&text)),
                None => "static assertion failed".to_string(),
            };
            self.report(CError::new(condition.span, message).label("this is 0"));
        }
        self.semicolon("`;`")
    }

    /// Strings that stand one behind the other; `None` where one has an error, which is reported.
    pub(super) fn text_value(&mut self) -> Parsed<Option<TextValue>> {
        let (mut all, mut right) = (None::<TextValue>, true);
        while self.kind() == Kind::Text {
            match literal::string(self.word(), &self.out.target) {
                Ok(next) => right &= self.join_text(&mut all, next),
                Err(problem) => {
                    self.report(CError::new(self.span(), problem));
                    right = false;
                }
            }
            self.advance();
        }
        Ok(all.filter(|_| right))
    }

    fn join_text(&mut self, all: &mut Option<TextValue>, next: TextValue) -> bool {
        let Some(before) = all else {
            *all = Some(next);
            return true;
        };
        if before.element != next.element {
            let message = "strings with different prefixes stand beside each other";
            self.report(CError::new(self.span(), message));
            return false;
        }
        before.bytes.extend(next.bytes);
        before.length += next.length;
        true
    }
}
