//! Constants: exact numbers, and what is done with them.

use std::cmp::Ordering;
use std::fmt;
use std::rc::Rc;

use num_bigint::BigInt;
use num_traits::{ToPrimitive, Zero};

use super::fraction::Fraction;
use super::info::ConstValue;
use crate::ast::{BinaryOp, Literal, UnaryOp};
use crate::types::{Scalar, TypeId, TypeKind, TypeTable};

/// The bits of the largest integers.
const INT_BITS: u64 = 512;

/// The value of a constant while it is checked.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Constant {
    Bool(bool),
    Int(i128),
    /// An integer that is no `Int`.
    Big(Rc<BigInt>),
    Float(Rc<Fraction>),
    String(Rc<[u8]>),
}

/// Why an operation on constants has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ConstError {
    DivisionByZero,
    /// Beyond the largest integer or float.
    Overflow,
}

impl fmt::Display for Constant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Constant::Bool(value) => write!(f, "{value}"),
            Constant::Int(value) => write!(f, "{value}"),
            Constant::Big(value) => write!(f, "{value}"),
            Constant::Float(value) => write!(f, "{value}"),
            Constant::String(bytes) => {
                let text = String::from_utf8_lossy(bytes);
                let short: String = text.chars().take(40).collect();
                write!(f, "{short:?}{}", if short.len() < text.len() { "…" } else { "" })
            }
        }
    }
}

impl From<BigInt> for Constant {
    fn from(value: BigInt) -> Constant {
        value.to_i128().map_or_else(|| Constant::Big(Rc::new(value)), Constant::Int)
    }
}

impl Constant {
    pub(super) fn float(value: f64) -> Constant {
        Constant::Float(Rc::new(Fraction::from_f64(value)))
    }

    fn as_fraction(&self) -> Option<Rc<Fraction>> {
        match self {
            Constant::Int(value) => Some(Rc::new(BigInt::from(*value).into())),
            Constant::Big(value) => Some(Rc::new(BigInt::clone(value).into())),
            Constant::Float(value) => Some(value.clone()),
            _ => None,
        }
    }

    /// The integer that it is, also where it is written as a float.
    fn as_big(&self) -> Option<BigInt> {
        match self {
            Constant::Int(value) => Some(BigInt::from(*value)),
            Constant::Big(value) => Some(BigInt::clone(value)),
            Constant::Float(value) => value.to_integer(),
            _ => None,
        }
    }

    /// The integer that it is, if it is not too large for any type.
    pub(super) fn as_int(&self) -> Option<i128> {
        match self {
            Constant::Int(value) => Some(*value),
            Constant::Float(value) => value.to_integer()?.to_i128(),
            _ => None,
        }
    }

    /// Whether it is an integer, however large.
    pub(super) fn is_whole(&self) -> bool {
        match self {
            Constant::Int(_) | Constant::Big(_) => true,
            Constant::Float(value) => value.to_integer().is_some(),
            _ => false,
        }
    }

    /// The length of a string, 0 for all others.
    pub(super) fn string_len(&self) -> usize {
        match self {
            Constant::String(bytes) => bytes.len(),
            _ => 0,
        }
    }

    pub(super) fn is_zero(&self) -> bool {
        match self {
            Constant::Int(value) => *value == 0,
            Constant::Float(value) => value.is_zero(),
            _ => false,
        }
    }

    /// The value of a constant whose type is final.
    pub(super) fn recorded(&self) -> Option<ConstValue> {
        Some(match self {
            Constant::Bool(value) => ConstValue::Bool(*value),
            Constant::Int(value) => ConstValue::Int(*value),
            Constant::Big(_) => return None,
            Constant::Float(value) => ConstValue::Float(value.to_f64()),
            Constant::String(bytes) => ConstValue::String(bytes.to_vec()),
        })
    }
}

impl ConstValue {
    /// As a key that tells different constants apart.
    pub(super) fn key(&self) -> String {
        match self {
            ConstValue::Bool(value) => format!("{value}"),
            ConstValue::Int(value) => format!("{value}"),
            ConstValue::Float(value) => format!("f{}", value.to_bits()),
            ConstValue::String(bytes) => format!("s{bytes:?}"),
        }
    }
}

/// The value of a literal; none if it is too large.
pub(super) fn literal_value(literal: &Literal) -> Option<Constant> {
    Some(match literal {
        Literal::Int(text) => parse_int(text)?,
        Literal::Float(text) => Constant::Float(Rc::new(Fraction::parse(text)?)),
        Literal::Rune(code) => Constant::Int(i128::from(*code)),
        Literal::String(bytes) => Constant::String(bytes.as_slice().into()),
    })
}

fn parse_int(text: &str) -> Option<Constant> {
    let lower = text.to_ascii_lowercase();
    let (digits, radix) = match lower.as_bytes() {
        [b'0', b'x', ..] => (&lower[2..], 16),
        [b'0', b'b', ..] => (&lower[2..], 2),
        [b'0', b'o', ..] => (&lower[2..], 8),
        [b'0', _, ..] => (&lower[1..], 8),
        _ => (lower.as_str(), 10),
    };
    match i128::from_str_radix(digits, radix) {
        Ok(value) => Some(Constant::Int(value)),
        Err(_) => integer(BigInt::parse_bytes(digits.as_bytes(), radix)?).ok(),
    }
}

/// An integer, if it is not too large.
fn integer(value: BigInt) -> Result<Constant, ConstError> {
    if value.bits() > INT_BITS { Err(ConstError::Overflow) } else { Ok(value.into()) }
}

/// The value as a constant of a type; none if the type cannot hold it. Floats are rounded.
pub(super) fn represent(value: &Constant, ty: TypeId, types: &TypeTable) -> Option<Constant> {
    let finite = |value: f64| value.is_finite().then(|| Constant::float(value));
    match (types.kind(ty), value) {
        (TypeKind::Scalar(Scalar::Bool), Constant::Bool(_)) | (TypeKind::String, Constant::String(_)) => {
            Some(value.clone())
        }
        (TypeKind::Scalar(Scalar::Float32), _) => finite(value.as_fraction()?.to_f32().into()),
        (TypeKind::Scalar(Scalar::Float64), _) => finite(value.as_fraction()?.to_f64()),
        (TypeKind::Scalar(Scalar::Bool), _) => None,
        (TypeKind::Scalar(scalar), _) => {
            let (least, largest) = scalar.range()?;
            value.as_int().filter(|int| (least..=largest).contains(int)).map(Constant::Int)
        }
        _ => None,
    }
}

/// A unary operation; `scalar` is the operand's type where it is typed.
pub(super) fn unary(op: UnaryOp, value: &Constant, scalar: Option<Scalar>) -> Option<Constant> {
    Some(match (op, value) {
        (UnaryOp::Plus, _) => value.clone(),
        (UnaryOp::Minus, Constant::Float(float)) => Constant::Float(Rc::new(float.negated())),
        (UnaryOp::Minus, _) => (-value.as_big()?).into(),
        (UnaryOp::Not, Constant::Bool(bool)) => Constant::Bool(!bool),
        (UnaryOp::Complement, Constant::Int(int)) => match scalar.and_then(Scalar::range) {
            Some((0, largest)) => Constant::Int(int ^ largest),
            _ => Constant::Int(!int),
        },
        (UnaryOp::Complement, Constant::Big(int)) => (!BigInt::clone(int)).into(),
        _ => return None,
    })
}

/// A binary operation that is neither a comparison nor a shift. `truncates` says that it is one
/// of integers.
pub(super) fn binary(
    op: BinaryOp,
    left: &Constant,
    right: &Constant,
    truncates: bool,
) -> Result<Option<Constant>, ConstError> {
    use Constant::{Bool, String};
    if matches!(op, BinaryOp::Div | BinaryOp::Rem) && right.is_zero() {
        return Err(ConstError::DivisionByZero);
    }
    Ok(match (left, right) {
        (Bool(a), Bool(b)) => match op {
            BinaryOp::LogicAnd => Some(Bool(*a && *b)),
            BinaryOp::LogicOr => Some(Bool(*a || *b)),
            _ => None,
        },
        (String(a), String(b)) => (op == BinaryOp::Add).then(|| String([&a[..], b].concat().into())),
        _ if truncates => return int_binary(op, left, right),
        _ => match (left.as_fraction(), right.as_fraction()) {
            (Some(a), Some(b)) => {
                let value = float_binary(op, &a, &b).ok_or(ConstError::Overflow)?;
                Some(Constant::Float(Rc::new(value)))
            }
            _ => None,
        },
    })
}

fn int_binary(op: BinaryOp, left: &Constant, right: &Constant) -> Result<Option<Constant>, ConstError> {
    if let (Constant::Int(a), Constant::Int(b)) = (left, right)
        && let Some(value) = small_binary(op, *a, *b)
    {
        return Ok(Some(Constant::Int(value)));
    }
    match (left.as_big(), right.as_big()) {
        (Some(a), Some(b)) => big_binary(op, &a, &b).map(integer).transpose(),
        _ => Ok(None),
    }
}

/// The result where it fits.
fn small_binary(op: BinaryOp, a: i128, b: i128) -> Option<i128> {
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
}

fn big_binary(op: BinaryOp, a: &BigInt, b: &BigInt) -> Option<BigInt> {
    Some(match op {
        BinaryOp::Add => a + b,
        BinaryOp::Sub => a - b,
        BinaryOp::Mul => a * b,
        BinaryOp::Div => a / b,
        BinaryOp::Rem => a % b,
        BinaryOp::And => a & b,
        BinaryOp::Or => a | b,
        BinaryOp::Xor => a ^ b,
        BinaryOp::AndNot => a & !b.clone(),
        _ => return None,
    })
}

fn float_binary(op: BinaryOp, a: &Fraction, b: &Fraction) -> Option<Fraction> {
    match op {
        BinaryOp::Add => a.add(b),
        BinaryOp::Sub => a.add(&b.negated()),
        BinaryOp::Mul => a.mul(b),
        BinaryOp::Div => a.div(b),
        _ => None,
    }
}

/// `value << count` or `value >> count`, for an integer, also one that is written as a float.
pub(super) fn shift(op: BinaryOp, value: &Constant, count: u32) -> Result<Constant, ConstError> {
    let value = value.as_big().ok_or(ConstError::Overflow)?;
    if op == BinaryOp::Shr {
        return integer(value >> count);
    }
    if value.bits() + u64::from(count) > INT_BITS && !value.is_zero() {
        return Err(ConstError::Overflow);
    }
    integer(value << count.min(INT_BITS as u32))
}

pub(super) fn compare(op: BinaryOp, left: &Constant, right: &Constant) -> Option<bool> {
    let order = match (left, right) {
        (Constant::Bool(a), Constant::Bool(b)) => a.cmp(b),
        (Constant::Int(a), Constant::Int(b)) => a.cmp(b),
        (Constant::String(a), Constant::String(b)) => a.cmp(b),
        _ => left.as_fraction()?.cmp(&right.as_fraction()?),
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
            (int("0"), Constant::Int(0)),
            (int("017"), Constant::Int(15)),
            (int("0o17"), Constant::Int(15)),
            (int("0XfF"), Constant::Int(255)),
            (int("0b101"), Constant::Int(5)),
            (int("18446744073709551615"), Constant::Int(u64::MAX.into())),
            (float("1.5e3"), Constant::float(1500.0)),
            (float("09.5"), Constant::float(9.5)),
            (float(".5"), Constant::float(0.5)),
            (float("0x1.8p1"), Constant::float(3.0)),
            (float("0x1p-1074"), Constant::float(5e-324)),
        ];
        for (value, expected) in cases {
            assert_eq!(value, Some(expected));
        }
        assert_eq!(int(&format!("0x1{}", "0".repeat(127))), integer(BigInt::from(1) << 508).ok());
        assert_eq!(int(&format!("0x1{}", "0".repeat(128))), None);
        assert_eq!(float("1e1000000"), None);
    }

    #[test]
    fn operations() {
        use Constant::Int;
        let float = |text: &str| Constant::Float(Rc::new(Fraction::parse(text).expect("a float")));
        let cases = [
            (BinaryOp::Div, Int(-7), Int(2), true, Ok(Some(Int(-3)))),
            (BinaryOp::Rem, Int(-7), Int(2), true, Ok(Some(Int(-1)))),
            (BinaryOp::Div, Int(7), Constant::float(2.0), false, Ok(Some(Constant::float(3.5)))),
            (BinaryOp::Div, Int(7), Int(2), false, Ok(Some(Constant::float(3.5)))),
            (BinaryOp::AndNot, Int(7), Int(2), true, Ok(Some(Int(5)))),
            (BinaryOp::Div, Int(1), Int(0), true, Err(ConstError::DivisionByZero)),
            (BinaryOp::Div, Int(1), float("0.0"), false, Err(ConstError::DivisionByZero)),
            (BinaryOp::Add, float("0.1"), float("0.2"), false, Ok(Some(float("0.3")))),
            (BinaryOp::Mul, float("1e19000"), float("1e19000"), false, Err(ConstError::Overflow)),
        ];
        for (op, a, b, truncates, expected) in cases {
            assert_eq!(binary(op, &a, &b, truncates), expected, "{a} {} {b}", op.text());
        }
        let shifted = |op, value: i128, count| shift(op, &Int(value), count);
        assert_eq!(shifted(BinaryOp::Shl, 1, 100), Ok(Int(1 << 100)));
        assert_eq!(shifted(BinaryOp::Shl, 1, 512), Err(ConstError::Overflow));
        assert_eq!(shifted(BinaryOp::Shr, -8, 1 << 20), Ok(Int(-1)));
        assert_eq!(shifted(BinaryOp::Shl, 0, 1 << 20), Ok(Int(0)));
    }

    #[test]
    fn large_integers_come_back() {
        let large = shift(BinaryOp::Shl, &Constant::Int(-3), 300).expect("not too large");
        assert!(matches!(large, Constant::Big(_)));
        assert_eq!(shift(BinaryOp::Shr, &large, 300), Ok(Constant::Int(-3)));
        assert_eq!(binary(BinaryOp::Div, &large, &large, true), Ok(Some(Constant::Int(1))));
        assert_eq!(binary(BinaryOp::Sub, &large, &large, true), Ok(Some(Constant::Int(0))));
        assert_eq!(binary(BinaryOp::Mul, &large, &large, true), Err(ConstError::Overflow));
        let complement = unary(UnaryOp::Complement, &large, None).expect("an integer");
        assert_eq!(unary(UnaryOp::Complement, &complement, None), Some(large));
    }

    #[test]
    fn what_a_type_can_hold() {
        let types = TypeTable::new();
        let cases = [
            (Constant::Int(255), TypeId::BYTE, Some(Constant::Int(255))),
            (Constant::Int(256), TypeId::BYTE, None),
            (Constant::Int(-1), TypeId::UINT64, None),
            (Constant::float(2.0), TypeId::INT, Some(Constant::Int(2))),
            (Constant::float(2.5), TypeId::INT, None),
            (Constant::Int(1), TypeId::FLOAT64, Some(Constant::float(1.0))),
            (Constant::float(0.1), TypeId::scalar(Scalar::Float32), Some(Constant::float(0.1f32.into()))),
            (Constant::float(1e300), TypeId::scalar(Scalar::Float32), None),
            (Constant::Int(1), TypeId::BOOL, None),
            (Constant::Int(1), TypeId::STRING, None),
        ];
        for (value, ty, expected) in cases {
            assert_eq!(represent(&value, ty, &types), expected, "{value}");
        }
    }
}
