//! Constants: exact integers of 128 bits, floats of 64, and what is done with them.

use std::fmt;

use super::info::ConstValue;
use crate::ast::{BinaryOp, Literal, UnaryOp};
use crate::types::{Scalar, TypeId, TypeKind, TypeTable};

/// Why an operation on constants has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ConstError {
    DivisionByZero,
    /// Beyond 128 bits, or beyond a float.
    Overflow,
}

impl fmt::Display for ConstValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConstValue::Bool(value) => write!(f, "{value}"),
            ConstValue::Int(value) => write!(f, "{value}"),
            ConstValue::Float(value) if value.abs() >= 1e21 || *value != 0.0 && value.abs() < 1e-6 => {
                write!(f, "{value:e}")
            }
            ConstValue::Float(value) => write!(f, "{value}"),
            ConstValue::String(bytes) => {
                let text = String::from_utf8_lossy(bytes);
                let short: String = text.chars().take(40).collect();
                write!(f, "{short:?}{}", if short.len() < text.len() { "…" } else { "" })
            }
        }
    }
}

impl ConstValue {
    pub(super) fn as_float(&self) -> Option<f64> {
        match *self {
            ConstValue::Int(value) => Some(value as f64),
            ConstValue::Float(value) => Some(value),
            _ => None,
        }
    }

    /// The integer that it is, also where it is written as a float.
    pub(super) fn as_int(&self) -> Option<i128> {
        match *self {
            ConstValue::Int(value) => Some(value),
            ConstValue::Float(value) if value.fract() == 0.0 && value.abs() < 1.7e38 => Some(value as i128),
            _ => None,
        }
    }

    /// As a key that tells different constants apart.
    pub(super) fn key(&self) -> String {
        match self {
            ConstValue::Float(value) => format!("f{}", value.to_bits()),
            ConstValue::String(bytes) => format!("s{bytes:?}"),
            other => format!("{other}"),
        }
    }
}

/// The value of a literal; none if it is too large.
pub(super) fn literal_value(literal: &Literal) -> Option<ConstValue> {
    Some(match literal {
        Literal::Int(text) => ConstValue::Int(parse_int(text)?),
        Literal::Float(text) => ConstValue::Float(parse_float(text)?),
        Literal::Rune(code) => ConstValue::Int(i128::from(*code)),
        Literal::String(bytes) => ConstValue::String(bytes.clone()),
    })
}

fn parse_int(text: &str) -> Option<i128> {
    let lower = text.to_ascii_lowercase();
    let (digits, radix) = match lower.as_bytes() {
        [b'0', b'x', ..] => (&lower[2..], 16),
        [b'0', b'b', ..] => (&lower[2..], 2),
        [b'0', b'o', ..] => (&lower[2..], 8),
        [b'0', _, ..] => (&lower[1..], 8),
        _ => (lower.as_str(), 10),
    };
    i128::from_str_radix(digits, radix).ok()
}

fn parse_float(text: &str) -> Option<f64> {
    let lower = text.to_ascii_lowercase();
    let value = match lower.strip_prefix("0x") {
        Some(hex) => parse_hex_float(hex)?,
        None => lower.parse().ok()?,
    };
    value.is_finite().then_some(value)
}

/// `1.8p3`: digits before and behind the point, and a power of two.
fn parse_hex_float(text: &str) -> Option<f64> {
    let (mantissa, exponent) = text.split_once('p')?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut value = 0f64;
    for digit in whole.chars().chain(fraction.chars()) {
        value = value * 16.0 + f64::from(digit.to_digit(16)?);
    }
    let exponent: i32 = exponent.parse().ok()?;
    let shift = exponent.checked_sub(4 * fraction.len() as i32)?;
    // Two steps, so that a small result is not lost to an intermediate of zero.
    Some(value * 2f64.powi(shift / 2) * 2f64.powi(shift - shift / 2))
}

/// The value as a constant of a type; none if the type cannot hold it. Floats are rounded.
pub(super) fn represent(value: &ConstValue, ty: TypeId, types: &TypeTable) -> Option<ConstValue> {
    match (types.kind(ty), value) {
        (TypeKind::Scalar(Scalar::Bool), ConstValue::Bool(_)) | (TypeKind::String, ConstValue::String(_)) => {
            Some(value.clone())
        }
        (TypeKind::Scalar(Scalar::Float32), _) => {
            let rounded = value.as_float()? as f32;
            rounded.is_finite().then_some(ConstValue::Float(f64::from(rounded)))
        }
        (TypeKind::Scalar(Scalar::Float64), _) => Some(ConstValue::Float(value.as_float()?)),
        (TypeKind::Scalar(Scalar::Bool), _) => None,
        (TypeKind::Scalar(scalar), _) => {
            let (least, largest) = scalar.range()?;
            value.as_int().filter(|int| (least..=largest).contains(int)).map(ConstValue::Int)
        }
        _ => None,
    }
}

/// A unary operation; `scalar` is the operand's type where it is typed.
pub(super) fn unary(op: UnaryOp, value: &ConstValue, scalar: Option<Scalar>) -> Option<ConstValue> {
    Some(match (op, value) {
        (UnaryOp::Plus, _) => value.clone(),
        (UnaryOp::Minus, ConstValue::Int(int)) => ConstValue::Int(int.checked_neg()?),
        (UnaryOp::Minus, ConstValue::Float(float)) => ConstValue::Float(0.0 - float),
        (UnaryOp::Not, ConstValue::Bool(bool)) => ConstValue::Bool(!bool),
        (UnaryOp::Complement, ConstValue::Int(int)) => match scalar.and_then(Scalar::range) {
            Some((0, largest)) => ConstValue::Int(int ^ largest),
            _ => ConstValue::Int(!int),
        },
        _ => return None,
    })
}

/// A binary operation that is neither a comparison nor a shift. `integer` says that division
/// truncates.
pub(super) fn binary(
    op: BinaryOp,
    left: &ConstValue,
    right: &ConstValue,
    integer: bool,
) -> Result<Option<ConstValue>, ConstError> {
    use ConstValue::{Bool, Float, Int, String};
    Ok(Some(match (left, right) {
        (Bool(a), Bool(b)) => match op {
            BinaryOp::LogicAnd => Bool(*a && *b),
            BinaryOp::LogicOr => Bool(*a || *b),
            _ => return Ok(None),
        },
        (String(a), String(b)) if op == BinaryOp::Add => String([a.as_slice(), b].concat()),
        (Int(a), Int(b)) if integer => Int(int_binary(op, *a, *b)?),
        _ => match (left.as_float(), right.as_float()) {
            (Some(a), Some(b)) => Float(float_binary(op, a, b)?),
            _ => return Ok(None),
        },
    }))
}

fn int_binary(op: BinaryOp, a: i128, b: i128) -> Result<i128, ConstError> {
    if b == 0 && matches!(op, BinaryOp::Div | BinaryOp::Rem) {
        return Err(ConstError::DivisionByZero);
    }
    match op {
        BinaryOp::Add => a.checked_add(b),
        BinaryOp::Sub => a.checked_sub(b),
        BinaryOp::Mul => a.checked_mul(b),
        BinaryOp::Div => a.checked_div(b),
        BinaryOp::Rem => a.checked_rem(b),
        BinaryOp::And => Some(a & b),
        BinaryOp::Or => Some(a | b),
        BinaryOp::Xor => Some(a ^ b),
        BinaryOp::AndNot => Some(a & !b),
        _ => None,
    }
    .ok_or(ConstError::Overflow)
}

fn float_binary(op: BinaryOp, a: f64, b: f64) -> Result<f64, ConstError> {
    let value = match op {
        BinaryOp::Add => a + b,
        BinaryOp::Sub => a - b,
        BinaryOp::Mul => a * b,
        BinaryOp::Div if b == 0.0 => return Err(ConstError::DivisionByZero),
        BinaryOp::Div => a / b,
        _ => return Err(ConstError::Overflow),
    };
    // A constant zero has no sign.
    if value.is_finite() { Ok(value + 0.0) } else { Err(ConstError::Overflow) }
}

/// `value << count` or `value >> count`.
pub(super) fn shift(op: BinaryOp, value: i128, count: u32) -> Result<i128, ConstError> {
    if op == BinaryOp::Shr {
        return Ok(value >> count.min(127));
    }
    if value == 0 {
        return Ok(0);
    }
    let shifted = if count < 127 { value << count } else { 0 };
    if shifted >> count.min(127) == value { Ok(shifted) } else { Err(ConstError::Overflow) }
}

pub(super) fn compare(op: BinaryOp, left: &ConstValue, right: &ConstValue) -> Option<bool> {
    use std::cmp::Ordering;
    let order = match (left, right) {
        (ConstValue::Bool(a), ConstValue::Bool(b)) => a.cmp(b),
        (ConstValue::Int(a), ConstValue::Int(b)) => a.cmp(b),
        (ConstValue::String(a), ConstValue::String(b)) => a.cmp(b),
        _ => left.as_float()?.partial_cmp(&right.as_float()?)?,
    };
    Some(match op {
        BinaryOp::Equal => order == Ordering::Equal,
        BinaryOp::NotEqual => order != Ordering::Equal,
        BinaryOp::Less => order == Ordering::Less,
        BinaryOp::LessEqual => order != Ordering::Greater,
        BinaryOp::Greater => order == Ordering::Greater,
        BinaryOp::GreaterEqual => order != Ordering::Less,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals() {
        let int = |text: &str| literal_value(&Literal::Int(text.into()));
        let float = |text: &str| literal_value(&Literal::Float(text.into()));
        let cases = [
            (int("0"), ConstValue::Int(0)),
            (int("017"), ConstValue::Int(15)),
            (int("0o17"), ConstValue::Int(15)),
            (int("0XfF"), ConstValue::Int(255)),
            (int("0b101"), ConstValue::Int(5)),
            (int("18446744073709551615"), ConstValue::Int(u64::MAX.into())),
            (float("1.5e3"), ConstValue::Float(1500.0)),
            (float("09.5"), ConstValue::Float(9.5)),
            (float(".5"), ConstValue::Float(0.5)),
            (float("0x1.8p1"), ConstValue::Float(3.0)),
            (float("0x1p-1074"), ConstValue::Float(5e-324)),
        ];
        for (value, expected) in cases {
            assert_eq!(value, Some(expected));
        }
        assert_eq!(int("999999999999999999999999999999999999999999"), None);
        assert_eq!(float("1e999"), None);
    }

    #[test]
    fn operations() {
        use ConstValue::{Float, Int};
        let cases = [
            (BinaryOp::Div, Int(-7), Int(2), true, Ok(Some(Int(-3)))),
            (BinaryOp::Rem, Int(-7), Int(2), true, Ok(Some(Int(-1)))),
            (BinaryOp::Div, Int(7), Float(2.0), false, Ok(Some(Float(3.5)))),
            (BinaryOp::AndNot, Int(7), Int(2), true, Ok(Some(Int(5)))),
            (BinaryOp::Div, Int(1), Int(0), true, Err(ConstError::DivisionByZero)),
            (BinaryOp::Mul, Int(i128::MAX), Int(2), true, Err(ConstError::Overflow)),
            (BinaryOp::Mul, Float(1e300), Float(1e300), false, Err(ConstError::Overflow)),
        ];
        for (op, a, b, integer, expected) in cases {
            assert_eq!(binary(op, &a, &b, integer), expected, "{a} {} {b}", op.text());
        }
        assert_eq!(shift(BinaryOp::Shl, 1, 100), Ok(1 << 100));
        assert_eq!(shift(BinaryOp::Shl, 1, 127), Err(ConstError::Overflow));
        assert_eq!(shift(BinaryOp::Shr, -8, 200), Ok(-1));
    }

    #[test]
    fn what_a_type_can_hold() {
        let types = TypeTable::new();
        let cases = [
            (ConstValue::Int(255), TypeId::BYTE, Some(ConstValue::Int(255))),
            (ConstValue::Int(256), TypeId::BYTE, None),
            (ConstValue::Int(-1), TypeId::UINT64, None),
            (ConstValue::Float(2.0), TypeId::INT, Some(ConstValue::Int(2))),
            (ConstValue::Float(2.5), TypeId::INT, None),
            (ConstValue::Int(1), TypeId::FLOAT64, Some(ConstValue::Float(1.0))),
            (ConstValue::Float(0.1), TypeId::scalar(Scalar::Float32), Some(ConstValue::Float(0.1f32.into()))),
            (ConstValue::Float(1e300), TypeId::scalar(Scalar::Float32), None),
            (ConstValue::Int(1), TypeId::BOOL, None),
            (ConstValue::Int(1), TypeId::STRING, None),
        ];
        for (value, ty, expected) in cases {
            assert_eq!(represent(&value, ty, &types), expected, "{value}");
        }
    }
}
