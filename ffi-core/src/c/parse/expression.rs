//! Constant expressions, computed while they are read. What has no value before a program runs still has a type.

use super::error::CSpan;
use super::parser::{Parsed, Parser};
use super::token::Kind;
use super::value::{Op, Operand, Value, Why, common, compute, compute_floats, converted, promoted, shift};
use crate::c::{CKind, CScalar, CType};

/// The operators between two operands, with how strongly they bind; `None` for `&&` and `||`.
fn operator(kind: Kind) -> Option<(u8, Option<Op>)> {
    let (level, op) = match kind {
        Kind::OrOr => return Some((1, None)),
        Kind::AndAnd => return Some((2, None)),
        Kind::Or => (3, Op::Or),
        Kind::Xor => (4, Op::Xor),
        Kind::And => (5, Op::And),
        Kind::Equal => (6, Op::Equal),
        Kind::NotEqual => (6, Op::NotEqual),
        Kind::Less => (7, Op::Less),
        Kind::Greater => (7, Op::Greater),
        Kind::LessEqual => (7, Op::LessEqual),
        Kind::GreaterEqual => (7, Op::GreaterEqual),
        Kind::ShiftLeft => (8, Op::Shl),
        Kind::ShiftRight => (8, Op::Shr),
        Kind::Plus => (9, Op::Add),
        Kind::Minus => (9, Op::Sub),
        Kind::Star => (10, Op::Mul),
        Kind::Slash => (10, Op::Div),
        Kind::Percent => (10, Op::Rem),
        _ => return None,
    };
    Some((level, Some(op)))
}

const INT: CType = CType::scalar(CScalar::Int);

impl Parser<'_, '_> {
    /// An expression, with commas.
    pub(super) fn expression(&mut self) -> Parsed<Operand> {
        let mut operand = self.assignment()?;
        while self.kind() == Kind::Comma {
            let span = self.span();
            self.advance();
            operand = Operand { value: Value::Not(Why::Unsupported, span), ..self.assignment()? };
        }
        Ok(operand)
    }

    /// An expression without commas.
    pub(super) fn assignment(&mut self) -> Parsed<Operand> {
        let left = self.conditional()?;
        if !matches!(self.kind(), Kind::Assign | Kind::AssignOp) {
            return Ok(left);
        }
        let span = self.span();
        self.advance();
        self.nested(Self::assignment)?;
        Ok(Operand { ty: left.ty, value: Value::Not(Why::Assigned, span) })
    }

    /// An expression without commas and assignments.
    pub(super) fn conditional(&mut self) -> Parsed<Operand> {
        self.nested(|parser| {
            let first = parser.at;
            let condition = parser.binary(1)?;
            let span = parser.span_from(first);
            if !parser.eat(Kind::Question) {
                return Ok(condition);
            }
            let then = match parser.kind() {
                Kind::Colon => condition,
                _ => parser.nested(Self::expression)?,
            };
            parser.expect(Kind::Colon, "`:` of `?:`")?;
            let otherwise = parser.nested(Self::conditional)?;
            let truth = parser.truth(condition, span);
            Ok(parser.choose(truth, then, otherwise, span))
        })
    }

    fn choose(
        &mut self,
        truth: Result<bool, (Why, CSpan)>,
        then: Operand,
        otherwise: Operand,
        span: CSpan,
    ) -> Operand {
        let (then, otherwise) = (self.rvalue(then, span), self.rvalue(otherwise, span));
        let chosen = match truth {
            Ok(true) => then,
            Ok(false) => otherwise,
            Err((why, at)) => Operand { value: Value::Not(why, at), ..then },
        };
        let types = &self.out.types;
        match (types.as_scalar(then.ty), types.as_scalar(otherwise.ty), types.as_scalar(chosen.ty)) {
            (Some(a), Some(b), Some(from)) => {
                let to = common(a, b, &self.out.target);
                let value = converted(chosen.value, from, to, span, &self.out.target);
                Operand { ty: CType::scalar(to), value }
            }
            // A pointer and a null pointer.
            (Some(_), None, _) => Operand { ty: otherwise.ty, ..chosen },
            _ => Operand { ty: then.ty, ..chosen },
        }
    }

    /// Operators that bind at least so strongly.
    fn binary(&mut self, least: u8) -> Parsed<Operand> {
        let first = self.at;
        let mut left = self.cast()?;
        while let Some((level, op)) = operator(self.kind()).filter(|(level, _)| *level >= least) {
            let left_span = self.span_from(first);
            self.advance();
            let right_first = self.at;
            let right = self.nested(|parser| parser.binary(level + 1))?;
            let spans = (left_span, self.span_from(right_first));
            left = match op {
                Some(op) => self.operate(op, left, right, spans),
                None => self.logical(level == 1, left, right, spans),
            };
        }
        Ok(left)
    }

    /// `a || b`, or `a && b`; what is not evaluated need not have a value.
    fn logical(&mut self, or: bool, left: Operand, right: Operand, spans: (CSpan, CSpan)) -> Operand {
        let value = match (self.truth(left, spans.0), self.truth(right, spans.1)) {
            (Ok(left), _) if left == or => Value::Int(u128::from(or)),
            (Ok(_), Ok(right)) => Value::Int(u128::from(right)),
            (Err((why, at)), _) | (_, Err((why, at))) => Value::Not(why, at),
        };
        Operand { ty: INT, value }
    }

    /// Whether a value is other than 0.
    pub(super) fn truth(&mut self, operand: Operand, span: CSpan) -> Result<bool, (Why, CSpan)> {
        match self.rvalue(operand, span).value {
            Value::Int(bits) => Ok(bits != 0),
            Value::Float(float) => Ok(float != 0.0),
            Value::Place(_) => Err((Why::Variable, span)),
            Value::Not(why, at) => Err((why, at)),
        }
    }

    /// What is read from an expression: of an array its address, of a place what no one knows yet.
    pub(super) fn rvalue(&mut self, operand: Operand, span: CSpan) -> Operand {
        let address = match operand.value {
            Value::Place(address) => Value::Int(address),
            value => value,
        };
        match *self.out.types.unaligned_kind(operand.ty) {
            CKind::Array { of, .. } => Operand { ty: self.out.types.pointer_to(of), value: address },
            CKind::Func(_) => Operand { ty: self.out.types.pointer_to(operand.ty), value: address },
            _ => match operand.value {
                Value::Place(_) => Operand { value: Value::Not(Why::Variable, span), ..operand },
                _ => operand,
            },
        }
    }

    fn operate(&mut self, op: Op, left: Operand, right: Operand, spans: (CSpan, CSpan)) -> Operand {
        let (left, right) = (self.rvalue(left, spans.0), self.rvalue(right, spans.1));
        let span = spans.0.to(spans.1);
        let types = &self.out.types;
        let (Some(a), Some(b)) = (types.as_scalar(left.ty), types.as_scalar(right.ty)) else {
            return self.operate_pointers(op, left, right, span);
        };
        if matches!(op, Op::Shl | Op::Shr) {
            return self.shifted(op, (left, a), (right, b), span);
        }
        let both = common(a, b, &self.out.target);
        let target = &self.out.target;
        let result = if op.compares() { CScalar::Int } else { both };
        let left = converted(left.value, a, both, spans.0, target);
        let right = converted(right.value, b, both, spans.1, target);
        let value = match (left, right) {
            (Value::Not(why, at), _) | (_, Value::Not(why, at)) => Err((why, at)),
            (Value::Int(x), Value::Int(y)) => {
                compute(op, x, y, both, target).map(Value::Int).map_err(|why| (why, span))
            }
            (Value::Float(x), Value::Float(y)) => compute_floats(op, x, y, both).map_err(|why| (why, span)),
            _ => Err((Why::Operands, span)),
        };
        let value = value.unwrap_or_else(|(why, at)| Value::Not(why, at));
        Operand { ty: CType::scalar(result), value }
    }

    fn shifted(
        &mut self,
        op: Op,
        left: (Operand, CScalar),
        right: (Operand, CScalar),
        span: CSpan,
    ) -> Operand {
        let (scalar, target) = (promoted(left.1), &self.out.target);
        let value = match (left.0.value, right.0.value) {
            (Value::Not(why, at), _) | (_, Value::Not(why, at)) => Value::Not(why, at),
            (Value::Int(x), Value::Int(count)) => {
                let shifted = shift(op, x, count, scalar, target);
                shifted.map_or_else(|why| Value::Not(why, span), Value::Int)
            }
            _ => Value::Not(Why::Operands, span),
        };
        Operand { ty: CType::scalar(scalar), value }
    }

    /// Sums, differences and comparisons with pointers, as far as types go.
    fn operate_pointers(&mut self, op: Op, left: Operand, right: Operand, span: CSpan) -> Operand {
        let is_pointer = |ty| matches!(self.out.types.unaligned_kind(ty), CKind::Pointer { .. });
        let ty = match (is_pointer(left.ty), is_pointer(right.ty)) {
            _ if op.compares() => INT,
            (true, true) if op == Op::Sub => CType::scalar(self.out.target.size.with_other_sign()),
            (true, _) => left.ty,
            (_, true) => right.ty,
            _ => left.ty,
        };
        let value = match (op.compares(), left.value, right.value) {
            (_, Value::Not(why, at), _) | (_, _, Value::Not(why, at)) => Value::Not(why, at),
            (true, Value::Int(x), Value::Int(y)) => {
                let result = compute(op, x, y, CScalar::UnsignedInt128, &self.out.target);
                result.map_or_else(|why| Value::Not(why, span), Value::Int)
            }
            _ => Value::Not(Why::Operands, span),
        };
        Operand { ty, value }
    }
}
