//! The operands of expressions: literals, names, casts, `sizeof`, and what stands before and behind them.

use super::declarations::{CValue, Named};
use super::error::{CError, CSpan};
use super::literal;
use super::parser::{Parsed, Parser};
use super::specifiers::listed;
use super::token::Kind;
use super::value::{Operand, Value, Why, converted, promoted, wrap};
use crate::c::{CKind, CScalar, CType};
use crate::nearest;

const INT: CType = CType::scalar(CScalar::Int);

impl<'t> Parser<'_, 't> {
    /// `(type) operand`, or an operand.
    pub(super) fn cast(&mut self) -> Parsed<Operand> {
        let opens = self.kind() == Kind::OpenParen;
        self.at += usize::from(opens);
        let is_type = opens && self.starts_type();
        self.at -= usize::from(opens);
        if !is_type {
            return self.unary();
        }
        let first = self.at;
        self.advance();
        let ty = self.type_name()?.ty;
        self.expect(Kind::CloseParen, "`)`")?;
        if self.kind() == Kind::OpenBrace {
            return self.compound_literal(ty, first);
        }
        let operand = self.nested(Self::cast)?;
        let span = self.span_from(first);
        Ok(self.cast_to(operand, ty, span))
    }

    fn compound_literal(&mut self, ty: CType, first: usize) -> Parsed<Operand> {
        self.skip_brackets();
        let operand = Operand { ty, value: Value::Not(Why::Variable, self.span_from(first)) };
        self.postfix(operand, first)
    }

    fn cast_to(&mut self, operand: Operand, ty: CType, span: CSpan) -> Operand {
        let operand = self.rvalue(operand, span);
        let types = &self.out.types;
        let from = types.as_scalar(operand.ty).unwrap_or(self.out.target.size);
        let value = match (operand.value, types.as_scalar(ty), types.unaligned_kind(ty)) {
            (value @ Value::Not(..), ..) => value,
            (value, Some(to), _) => converted(value, from, to, span, &self.out.target),
            (Value::Int(bits), None, CKind::Pointer { .. }) => {
                Value::Int(wrap(bits, self.out.target.size, &self.out.target))
            }
            _ => Value::Not(Why::Operands, span),
        };
        Operand { ty, value }
    }

    fn unary(&mut self) -> Parsed<Operand> {
        let (first, kind) = (self.at, self.kind());
        match kind {
            Kind::Plus | Kind::Minus | Kind::Tilde | Kind::Not | Kind::Star | Kind::And => {
                self.advance();
                let operand = self.nested(Self::cast)?;
                let span = self.span_from(first);
                Ok(self.prefixed(kind, operand, span))
            }
            Kind::PlusPlus | Kind::MinusMinus => {
                self.advance();
                let operand = self.nested(Self::unary)?;
                Ok(Operand { value: Value::Not(Why::Assigned, self.span_from(first)), ..operand })
            }
            Kind::Extension => {
                self.advance();
                self.nested(Self::cast)
            }
            Kind::Sizeof | Kind::Alignof => self.size(),
            _ => {
                let operand = self.primary()?;
                self.postfix(operand, first)
            }
        }
    }

    fn prefixed(&mut self, kind: Kind, operand: Operand, span: CSpan) -> Operand {
        match kind {
            Kind::Star => return self.dereferenced(operand, span),
            Kind::And => {
                let value = match operand.value {
                    Value::Place(address) => Value::Int(address),
                    Value::Not(why, at) => Value::Not(why, at),
                    Value::Int(_) | Value::Float(_) => Value::Not(Why::Variable, span),
                };
                return Operand { ty: self.out.types.pointer_to(operand.ty), value };
            }
            Kind::Not => {
                let value = match self.truth(operand, span) {
                    Ok(truth) => Value::Int(u128::from(!truth)),
                    Err((why, at)) => Value::Not(why, at),
                };
                return Operand { ty: INT, value };
            }
            _ => {}
        }
        let operand = self.rvalue(operand, span);
        let Some(scalar) = self.out.types.as_scalar(operand.ty) else {
            let value = match operand.value {
                value @ Value::Not(..) => value,
                _ => Value::Not(Why::Operands, span),
            };
            return Operand { value, ..operand };
        };
        let to = promoted(scalar);
        let target = &self.out.target;
        let value = match (kind, operand.value) {
            (Kind::Plus, value) => value,
            (Kind::Minus, Value::Float(float)) => Value::Float(-float),
            (Kind::Minus, Value::Int(bits)) => {
                let negative = super::value::compute(super::value::Op::Sub, 0, bits, to, target);
                negative.map_or_else(|why| Value::Not(why, span), Value::Int)
            }
            (Kind::Tilde, Value::Int(bits)) => Value::Int(wrap(!bits, to, target)),
            (_, value @ Value::Not(..)) => value,
            _ => Value::Not(Why::Operands, span),
        };
        Operand { ty: CType::scalar(to), value }
    }

    fn dereferenced(&mut self, operand: Operand, span: CSpan) -> Operand {
        let operand = self.rvalue(operand, span);
        let CKind::Pointer { to, .. } = *self.out.types.unaligned_kind(operand.ty) else {
            let value = match operand.value {
                value @ Value::Not(..) => value,
                _ => Value::Not(Why::Operands, span),
            };
            return Operand { ty: INT, value };
        };
        let value = match operand.value {
            Value::Int(address) => Value::Place(address),
            value => value,
        };
        Operand { ty: to, value }
    }

    /// `sizeof` and `_Alignof`, of a type or an expression.
    fn size(&mut self) -> Parsed<Operand> {
        let (first, align) = (self.at, self.kind() == Kind::Alignof);
        self.advance();
        let opens = self.kind() == Kind::OpenParen;
        self.at += usize::from(opens);
        let is_type = opens && self.starts_type();
        self.at -= usize::from(opens);
        let ty = if is_type {
            self.advance();
            let type_first = self.at;
            let ty = self.type_name()?.ty;
            let _ = type_first;
            self.expect(Kind::CloseParen, "`)`")?;
            match self.kind() {
                Kind::OpenBrace => self.compound_literal(ty, first)?.ty,
                _ => ty,
            }
        } else {
            self.nested(Self::unary)?.ty
        };
        let span = self.span_from(first);
        let value = match self.out.types.unaligned_kind(ty) {
            // As gcc has it.
            CKind::Void | CKind::Func(_) => Some(1),
            _ => self.layout_of(ty, span).map(|layout| if align { layout.align } else { layout.size }),
        };
        let value = value.map_or(Value::Not(Why::Reported, span), |value| Value::Int(value.into()));
        Ok(Operand { ty: CType::scalar(self.out.target.size), value })
    }

    fn primary(&mut self) -> Parsed<Operand> {
        let span = self.span();
        let operand = match self.kind() {
            Kind::Number => self.number(),
            Kind::Char => match literal::character(self.word(), &self.out.target) {
                Ok((value, scalar)) => {
                    Operand { ty: CType::scalar(scalar), value: Value::Int(value as u128) }
                }
                Err(problem) => self.wrong_operand(span, problem),
            },
            Kind::True | Kind::False => {
                let value = Value::Int(u128::from(self.kind() == Kind::True));
                Operand { ty: CType::scalar(CScalar::Bool), value }
            }
            Kind::Nullptr => Operand { ty: self.out.types.pointer_to(CType::VOID), value: Value::Int(0) },
            Kind::Text => return self.text_operand(),
            Kind::Name => return self.name(),
            Kind::Offsetof => return self.offsetof(),
            Kind::Generic => return self.generic(),
            Kind::OpenParen if self.kind_after(1) == Kind::OpenBrace => {
                self.skip_brackets();
                return Ok(Operand { ty: INT, value: Value::Not(Why::Unsupported, span) });
            }
            Kind::OpenParen => {
                self.advance();
                let operand = self.nested(Self::expression)?;
                self.expect(Kind::CloseParen, "`)`")?;
                return Ok(operand);
            }
            Kind::Wrong => Operand { ty: INT, value: Value::Not(Why::Reported, span) },
            _ => return Err(self.expected("an expression")),
        };
        self.advance();
        Ok(operand)
    }

    pub(super) fn wrong_operand(&mut self, span: CSpan, problem: String) -> Operand {
        self.report(CError::new(span, problem));
        Operand { ty: INT, value: Value::Not(Why::Reported, span) }
    }

    fn number(&mut self) -> Operand {
        let (text, span) = (self.word(), self.span());
        let number = match literal::is_float(text) {
            true => literal::float(text).map(|(value, scalar)| (Value::Float(value), scalar)),
            false => {
                literal::integer(text, &self.out.target).map(|(value, scalar)| (Value::Int(value), scalar))
            }
        };
        match number {
            Ok((value, scalar)) => Operand { ty: CType::scalar(scalar), value },
            Err(problem) => self.wrong_operand(span, problem),
        }
    }

    fn text_operand(&mut self) -> Parsed<Operand> {
        let first = self.at;
        let text = self.text_value()?;
        let span = self.span_from(first);
        let Some(text) = text else { return Ok(Operand { ty: INT, value: Value::Not(Why::Reported, span) }) };
        let kind = CKind::Array { of: CType::scalar(text.element), len: Some(text.length + 1) };
        Ok(Operand { ty: self.derived(kind, span)?, value: Value::Not(Why::Text, span) })
    }

    fn name(&mut self) -> Parsed<Operand> {
        let (name, span) = (self.word(), self.span());
        self.advance();
        let unknown = Value::Not(Why::Variable, span);
        if let Some(&(_, ty)) = self.scope.iter().rev().find(|(param, _)| *param == name) {
            return Ok(Operand { ty, value: unknown });
        }
        match self.out.names.get(name) {
            Some(&Named::Constant(index)) => {
                let constant = &self.out.constants[index];
                let value = match &constant.value {
                    CValue::Int(value) => Value::Int(*value as u128),
                    CValue::Float(value) => Value::Float(*value),
                    CValue::Text(_) => Value::Not(Why::Text, span),
                };
                Ok(Operand { ty: constant.ty, value })
            }
            Some(&Named::Variable(index)) => Ok(Operand { ty: self.out.variables[index].ty, value: unknown }),
            Some(&Named::Function(index)) => Ok(Operand { ty: self.out.functions[index].ty, value: unknown }),
            Some(Named::Wrong) => Ok(Operand { ty: INT, value: Value::Not(Why::Reported, span) }),
            Some(Named::Typedef(_)) => {
                Ok(self.wrong_operand(span, format!("`{name}` is a type, not a value")))
            }
            None => Ok(self.unknown_name(name, span)),
        }
    }

    fn unknown_name(&mut self, name: &'t str, span: CSpan) -> Operand {
        let mut error = CError::new(span, format!("`{name}` is not declared"));
        if self.error_count() < 20 {
            let names = self.out.constants.iter().map(|constant| constant.name.as_str());
            let near = nearest(name, names);
            if !near.is_empty() {
                error = error.help(format!("did you mean {}?", listed(&near)));
            }
        }
        self.report(error);
        self.out.names.insert(name.to_string(), Named::Wrong);
        Operand { ty: INT, value: Value::Not(Why::Reported, span) }
    }

    /// `[i]`, `.member`, `->member`, calls, `++` and `--`.
    fn postfix(&mut self, mut operand: Operand, first: usize) -> Parsed<Operand> {
        loop {
            operand = match self.kind() {
                Kind::OpenBracket => self.indexed(operand, first)?,
                Kind::Dot => self.member_of(operand, first)?,
                Kind::Arrow => {
                    let span = self.span_from(first);
                    let place = self.dereferenced(operand, span);
                    self.member_of(place, first)?
                }
                Kind::OpenParen => self.called(operand, first),
                Kind::PlusPlus | Kind::MinusMinus => {
                    self.advance();
                    Operand { value: Value::Not(Why::Assigned, self.span_from(first)), ..operand }
                }
                _ => return Ok(operand),
            }
        }
    }

    fn called(&mut self, operand: Operand, first: usize) -> Operand {
        self.skip_brackets();
        let ty = self.out.types.as_func(operand.ty).map_or(INT, |sig| sig.result);
        let value = match operand.value {
            Value::Not(Why::Reported, at) => Value::Not(Why::Reported, at),
            _ => Value::Not(Why::Call, self.span_from(first)),
        };
        Operand { ty, value }
    }

    fn indexed(&mut self, operand: Operand, first: usize) -> Parsed<Operand> {
        self.advance();
        let index = self.nested(Self::expression)?;
        self.expect(Kind::CloseBracket, "`]`")?;
        let span = self.span_from(first);
        let (base, index) = (self.rvalue(operand, span), self.rvalue(index, span));
        let element = self.dereferenced(base, span);
        let value = match (element.value, index.value) {
            (Value::Place(address), Value::Int(index)) => match self.layout_of(element.ty, span) {
                Some(layout) => Value::Place(address.wrapping_add(index.wrapping_mul(layout.size.into()))),
                None => Value::Not(Why::Reported, span),
            },
            (value @ Value::Not(..), _) | (_, value @ Value::Not(..)) => value,
            _ => Value::Not(Why::Operands, span),
        };
        Ok(Operand { value, ..element })
    }

    fn member_of(&mut self, operand: Operand, first: usize) -> Parsed<Operand> {
        self.advance();
        if self.kind() != Kind::Name {
            return Err(self.expected("the name of a member"));
        }
        let (name, span) = (self.word(), self.span());
        self.advance();
        let Some((offset, ty)) = self.member_named(operand.ty, name, span) else {
            return Ok(Operand { ty: INT, value: Value::Not(Why::Reported, span) });
        };
        let value = match operand.value {
            Value::Place(address) => Value::Place(address.wrapping_add(offset.into())),
            value @ Value::Not(..) => value,
            _ => Value::Not(Why::Variable, self.span_from(first)),
        };
        Ok(Operand { ty, value })
    }

    /// The offset and the type of a member that must be there.
    fn member_named(&mut self, ty: CType, name: &str, span: CSpan) -> Option<(u64, CType)> {
        let found = self.find_member(ty, name);
        let problem = match found {
            Some((_, member)) if member.bits.is_some() => format!("the bit-field `{name}` has no address"),
            Some((offset, member)) => return Some((offset, member.ty)),
            None if self.is_wrong(ty) => return None,
            None => format!("`{}` has no member `{name}`", self.out.types.name(ty)),
        };
        self.report(CError::new(span, problem));
        None
    }

    /// `offsetof(struct s, a.b[2])`
    fn offsetof(&mut self) -> Parsed<Operand> {
        let first = self.at;
        self.advance();
        self.expect(Kind::OpenParen, "`(` of `offsetof`")?;
        let ty = self.type_name()?.ty;
        if self.kind() != Kind::Comma {
            return Err(self.expected("`,` and a member"));
        }
        let mut place = Operand { ty, value: Value::Place(0) };
        // The comma stands where the dot of a member does.
        place = self.member_of(place, first)?;
        loop {
            place = match self.kind() {
                Kind::Dot => self.member_of(place, first)?,
                Kind::OpenBracket => self.indexed(place, first)?,
                _ => break,
            };
        }
        self.expect(Kind::CloseParen, "`)` of `offsetof`")?;
        let span = self.span_from(first);
        let value = match place.value {
            Value::Place(offset) => Value::Int(offset),
            value @ Value::Not(..) => value,
            _ => Value::Not(Why::Operands, span),
        };
        Ok(Operand { ty: CType::scalar(self.out.target.size), value })
    }

    /// `_Generic(operand, type: value, default: value)`
    fn generic(&mut self) -> Parsed<Operand> {
        let first = self.at;
        self.advance();
        self.expect(Kind::OpenParen, "`(` of `_Generic`")?;
        let operand = self.nested(Self::assignment)?;
        let span = self.span_from(first);
        let ty = self.rvalue(operand, span).ty;
        let (mut chosen, mut default) = (None, None);
        while self.eat(Kind::Comma) {
            let is_default = self.kind() == Kind::Statement && self.word() == "default";
            let fits = if is_default {
                self.advance();
                false
            } else {
                self.type_name()?.ty == ty
            };
            self.expect(Kind::Colon, "`:`")?;
            let value = self.nested(Self::assignment)?;
            if fits && chosen.is_none() {
                chosen = Some(value);
            } else if is_default {
                default = Some(value);
            }
        }
        self.expect(Kind::CloseParen, "`)` of `_Generic`")?;
        let span = self.span_from(first);
        match chosen.or(default) {
            Some(value) => Ok(value),
            None => {
                let message = format!("nothing in this `_Generic` is for `{}`", self.out.types.name(ty));
                Ok(self.wrong_operand(span, message))
            }
        }
    }
}
