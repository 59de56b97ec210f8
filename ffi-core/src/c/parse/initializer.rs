//! The values that variables begin with: what makes constants of those that are `const`, and the length of an array that
//! has none.

use super::declarations::CValue;
use super::declare::Declared;
use super::error::CError;
use super::parser::{Parsed, Parser};
use super::specifiers::{Specifiers, Storage};
use super::token::Kind;
use super::value::{Value, converted};
use crate::c::{CKind, CScalar};

impl Parser<'_, '_> {
    /// `= value`
    pub(super) fn initial_value(
        &mut self,
        specifiers: &Specifiers,
        declared: &mut Declared<'_>,
    ) -> Parsed<()> {
        let span = self.span();
        self.advance();
        let is_typedef = specifiers.storage.is_some_and(|(storage, _)| storage == Storage::Typedef);
        let is_func = matches!(self.out.types.unaligned_kind(declared.ty), CKind::Func(_));
        if is_typedef || is_func {
            let what = if is_typedef { "a type" } else { "a function" };
            return Err(self.fail(CError::new(span, format!("{what} has no initial value"))));
        }
        declared.has_value = true;
        match self.kind() {
            Kind::Text if self.is_whole_text() => self.text_initializer(declared),
            Kind::OpenBrace => self.braces(declared),
            _ => self.scalar_initializer(specifiers, declared),
        }
    }

    /// Whether the strings at the cursor are all of the value.
    fn is_whole_text(&self) -> bool {
        let texts = (0..).take_while(|&count| self.kind_after(count) == Kind::Text).count();
        matches!(self.kind_after(texts), Kind::Semicolon | Kind::Comma)
    }

    /// `= "text"`, for an array of characters or a pointer to some.
    fn text_initializer(&mut self, declared: &mut Declared<'_>) -> Parsed<()> {
        let span = self.span();
        let Some(text) = self.text_value()? else { return Ok(()) };
        let is_bytes = text.element == CScalar::Char;
        let (of, constant) = match *self.out.types.unaligned_kind(declared.ty) {
            CKind::Array { of, len } => {
                if len.is_none() {
                    let kind = CKind::Array { of, len: Some(text.length + 1) };
                    declared.ty = self.derived(kind, span)?;
                }
                (of, declared.constant)
            }
            CKind::Pointer { to, constant } => (to, declared.constant && constant),
            _ => {
                if !self.is_wrong(declared.ty) {
                    let message = format!("a string is no value for `{}`", self.out.types.name(declared.ty));
                    self.report(CError::new(span, message));
                }
                return Ok(());
            }
        };
        let of_chars = matches!(
            self.out.types.as_scalar(of),
            Some(CScalar::Char | CScalar::SignedChar | CScalar::UnsignedChar)
        );
        if is_bytes && of_chars && constant {
            declared.value = Some(CValue::Text(text.bytes));
        }
        Ok(())
    }

    /// `= { … }`, which may say how long an array is.
    fn braces(&mut self, declared: &mut Declared<'_>) -> Parsed<()> {
        let span = self.span();
        if let CKind::Array { of, len: None } = *self.out.types.unaligned_kind(declared.ty) {
            let elements = self.count_elements(of)?;
            declared.ty = self.derived(CKind::Array { of, len: elements }, span)?;
        } else {
            self.skip_brackets();
        }
        Ok(())
    }

    /// How many elements of a type are between the braces at the cursor; `None` where only a compiler could say.
    fn count_elements(&mut self, of: crate::c::CType) -> Parsed<Option<u64>> {
        let is_scalar = self.out.types.as_scalar(of).is_some()
            || matches!(self.out.types.unaligned_kind(of), CKind::Pointer { .. });
        let (mut index, mut most, mut certain) = (0u64, 0u64, true);
        self.advance();
        while !matches!(self.kind(), Kind::CloseBrace | Kind::End) {
            if self.kind() == Kind::OpenBracket {
                self.advance();
                let first = self.at;
                let at = self.constant_integer("the place of an element")?;
                if self.kind() != Kind::CloseBracket {
                    // A range of gcc's: `[1 ... 3]`.
                    self.at = first;
                    certain = false;
                }
                index = at.and_then(|at| u64::try_from(at.value).ok()).unwrap_or(0);
                certain &= index < 1 << 48;
                self.skip_to_closer();
                self.advance();
                certain &= self.kind() == Kind::Assign;
                self.eat(Kind::Assign);
            }
            certain &= is_scalar || self.kind() == Kind::OpenBrace;
            self.skip_element();
            index = index.saturating_add(1);
            most = most.max(index);
            self.eat(Kind::Comma);
        }
        self.expect(Kind::CloseBrace, "`}`")?;
        Ok(Some(most).filter(|_| certain))
    }

    fn skip_element(&mut self) {
        while !matches!(self.kind(), Kind::Comma | Kind::CloseBrace | Kind::End) {
            match self.kind().closer() {
                Some(_) => self.skip_brackets(),
                None => self.advance(),
            }
        }
    }

    /// `= 1 << 3`; of a `const` variable that is its value from then on.
    fn scalar_initializer(&mut self, specifiers: &Specifiers, declared: &mut Declared<'_>) -> Parsed<()> {
        let first = self.at;
        let operand = self.assignment()?;
        let span = self.span_from(first);
        let operand = self.rvalue(operand, span);
        let types = &self.out.types;
        let is_pointer = |ty| matches!(types.unaligned_kind(ty), CKind::Pointer { .. });
        if let (true, true, Value::Int(bits)) =
            (declared.constant, is_pointer(declared.ty) && is_pointer(operand.ty), &operand.value)
        {
            // `(void *)-1`: an address that marks something.
            declared.value = Some(CValue::Int(*bits as i128));
            return Ok(());
        }
        let (Some(from), Some(to)) = (types.as_scalar(operand.ty), types.as_scalar(declared.ty)) else {
            return Ok(());
        };
        let value = converted(operand.value, from, to, span, &self.out.target);
        if !declared.constant {
            return Ok(());
        }
        declared.value = match value {
            Value::Int(bits) => Some(CValue::Int(bits as i128)),
            Value::Float(float) => Some(CValue::Float(float)),
            Value::Not(why, _) if specifiers.constexpr && why != super::value::Why::Reported => {
                let message = "the value of a `constexpr` is not constant";
                self.report(CError::new(span, message).label(why.words()));
                None
            }
            Value::Place(_) | Value::Not(..) => None,
        };
        Ok(())
    }
}
