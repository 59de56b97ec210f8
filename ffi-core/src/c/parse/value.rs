//! What constant expressions compute with: integers of C's types, which wrap as those do, and floats.

use super::error::CSpan;
use crate::c::{CScalar, CType, Target};

/// An expression: its type, and its value where it has one before the program runs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Operand {
    pub(super) ty: CType,
    pub(super) value: Value,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Value {
    /// An integer or an address: sign-extended where its type is signed, else zero-extended.
    Int(u128),
    Float(f64),
    /// What lies at a known address, as in `((struct s *)0)->member`.
    Place(u128),
    /// It has none.
    Not(Why, CSpan),
}

/// Why an expression is not constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    Variable,
    Call,
    Assigned,
    Text,
    Operands,
    DivisionByZero,
    Overflow,
    Shift,
    Unsupported,
    /// An error was reported already.
    Reported,
}

impl Why {
    pub(super) fn words(self) -> &'static str {
        match self {
            Why::Variable => "the value of a variable or function is not known here",
            Why::Call => "nothing is called here",
            Why::Assigned => "nothing is assigned here",
            Why::Text => "this is no number",
            Why::Operands => "this is computed with numbers only",
            Why::DivisionByZero => "this divides by zero",
            Why::Overflow => "the result does not fit its type",
            Why::Shift => "this shifts by less than zero or by all bits",
            Why::Unsupported => "this is not computed here",
            Why::Reported => "",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    Mul,
    Div,
    Rem,
    Add,
    Sub,
    Shl,
    Shr,
    Less,
    Greater,
    LessEqual,
    GreaterEqual,
    Equal,
    NotEqual,
    And,
    Xor,
    Or,
}

impl Op {
    pub(super) fn compares(self) -> bool {
        matches!(self, Op::Less | Op::Greater | Op::LessEqual | Op::GreaterEqual | Op::Equal | Op::NotEqual)
    }
}

/// The bits as a type has them.
pub(super) fn wrap(bits: u128, scalar: CScalar, target: &Target) -> u128 {
    if scalar == CScalar::Bool {
        return u128::from(bits != 0);
    }
    let unused = 128 - scalar.size(target) as u32 * 8;
    if is_signed(scalar, target) {
        (((bits << unused) as i128) >> unused) as u128
    } else {
        (bits << unused) >> unused
    }
}

pub(super) fn is_signed(scalar: CScalar, target: &Target) -> bool {
    scalar.range(target).is_some_and(|(least, _)| least < 0)
}

/// The integer promotions.
pub(super) fn promoted(scalar: CScalar) -> CScalar {
    use CScalar::*;
    match scalar {
        Bool | Char | SignedChar | UnsignedChar | Short | UnsignedShort => Int,
        other => other,
    }
}

/// The usual arithmetic conversions: the type in which two operands are computed.
pub(super) fn common(a: CScalar, b: CScalar, target: &Target) -> CScalar {
    for float in [CScalar::LongDouble, CScalar::Double, CScalar::Float] {
        if a == float || b == float {
            return float;
        }
    }
    let (a, b) = (promoted(a), promoted(b));
    // In the table of scalars each integer from `int` on stands before its unsigned one, and lower ranks before higher.
    let rank = |scalar: CScalar| scalar as u32 / 2;
    match (is_signed(a, target), is_signed(b, target)) {
        (x, y) if x == y => a.max(b),
        (true, false) => common_of_signs(a, b, rank(a) > rank(b), target),
        _ => common_of_signs(b, a, rank(b) > rank(a), target),
    }
}

fn common_of_signs(signed: CScalar, unsigned: CScalar, higher: bool, target: &Target) -> CScalar {
    if !higher {
        unsigned
    } else if signed.size(target) > unsigned.size(target) {
        signed
    } else {
        signed.with_other_sign()
    }
}

/// Computes with two integers of one type; shifts have their own count.
pub(super) fn compute(op: Op, a: u128, b: u128, scalar: CScalar, target: &Target) -> Result<u128, Why> {
    if op.compares() {
        let order = if is_signed(scalar, target) { (a as i128).cmp(&(b as i128)) } else { a.cmp(&b) };
        return Ok(u128::from(holds(op, Some(order))));
    }
    match op {
        Op::And => return Ok(a & b),
        Op::Or => return Ok(a | b),
        Op::Xor => return Ok(a ^ b),
        Op::Div | Op::Rem if b == 0 => return Err(Why::DivisionByZero),
        _ => {}
    }
    if !is_signed(scalar, target) {
        let exact = match op {
            Op::Mul => a.wrapping_mul(b),
            Op::Add => a.wrapping_add(b),
            Op::Sub => a.wrapping_sub(b),
            Op::Div => a / b,
            _ => a % b,
        };
        return Ok(wrap(exact, scalar, target));
    }
    let (a, b) = (a as i128, b as i128);
    let exact = match op {
        Op::Mul => a.checked_mul(b),
        Op::Add => a.checked_add(b),
        Op::Sub => a.checked_sub(b),
        Op::Div => a.checked_div(b),
        _ => a.checked_rem(b),
    };
    let exact = exact.ok_or(Why::Overflow)? as u128;
    if wrap(exact, scalar, target) == exact { Ok(exact) } else { Err(Why::Overflow) }
}

/// Shifts; what a left shift moves out is lost, as compilers have it.
pub(super) fn shift(op: Op, a: u128, count: u128, scalar: CScalar, target: &Target) -> Result<u128, Why> {
    let bits = scalar.size(target) as u128 * 8;
    if count >= bits {
        return Err(Why::Shift);
    }
    let shifted = match op {
        Op::Shl => a << count,
        _ if is_signed(scalar, target) => ((a as i128) >> count) as u128,
        _ => a >> count,
    };
    Ok(wrap(shifted, scalar, target))
}

/// Computes with two floats of one type.
pub(super) fn compute_floats(op: Op, a: f64, b: f64, scalar: CScalar) -> Result<Value, Why> {
    if op.compares() {
        return Ok(Value::Int(u128::from(holds(op, a.partial_cmp(&b)))));
    }
    let value = match op {
        Op::Mul => a * b,
        Op::Div => a / b,
        Op::Add => a + b,
        Op::Sub => a - b,
        _ => return Err(Why::Operands),
    };
    Ok(Value::Float(rounded(value, scalar)))
}

pub(super) fn rounded(value: f64, scalar: CScalar) -> f64 {
    if scalar == CScalar::Float { f64::from(value as f32) } else { value }
}

/// Whether a comparison holds; nothing but `!=` does for a NaN.
fn holds(op: Op, order: Option<std::cmp::Ordering>) -> bool {
    match (op, order) {
        (Op::NotEqual, order) => order.is_none_or(|order| order.is_ne()),
        (_, None) => false,
        (Op::Less, Some(order)) => order.is_lt(),
        (Op::Greater, Some(order)) => order.is_gt(),
        (Op::LessEqual, Some(order)) => order.is_le(),
        (Op::GreaterEqual, Some(order)) => order.is_ge(),
        (_, Some(order)) => order.is_eq(),
    }
}

/// A value as another scalar type has it.
pub(super) fn converted(value: Value, from: CScalar, to: CScalar, span: CSpan, target: &Target) -> Value {
    match value {
        Value::Int(bits) if to.is_float() => {
            let float = if is_signed(from, target) { (bits as i128) as f64 } else { bits as f64 };
            let float = match (to, is_signed(from, target)) {
                // Rounded once, from the integer itself.
                (CScalar::Float, true) => f64::from((bits as i128) as f32),
                (CScalar::Float, false) => f64::from(bits as f32),
                _ => float,
            };
            Value::Float(float)
        }
        Value::Int(bits) => Value::Int(wrap(bits, to, target)),
        Value::Float(float) if to == CScalar::Bool => Value::Int(u128::from(float != 0.0)),
        Value::Float(float) if to.is_float() => Value::Float(rounded(float, to)),
        Value::Float(float) => {
            let whole = float.trunc();
            let bits = if whole < 0.0 { (whole as i128) as u128 } else { whole as u128 };
            let back = if whole < 0.0 { (bits as i128) as f64 } else { bits as f64 };
            match back == whole && wrap(bits, to, target) == bits {
                true => Value::Int(bits),
                false => Value::Not(Why::Overflow, span),
            }
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operands_meet_in_one_type() {
        use CScalar::*;
        for (a, b, on_linux, on_windows) in [
            (Char, Short, Int, Int),
            (UnsignedShort, Int, Int, Int),
            (UnsignedInt, Int, UnsignedInt, UnsignedInt),
            (UnsignedInt, Long, Long, UnsignedLong),
            (UnsignedLong, LongLong, UnsignedLongLong, LongLong),
            (UnsignedLongLong, Int128, Int128, Int128),
            (Long, LongLong, LongLong, LongLong),
            (UnsignedInt128, LongDouble, LongDouble, LongDouble),
            (Float, Long, Float, Float),
        ] {
            let both = [common(a, b, &Target::LINUX_X64), common(b, a, &Target::LINUX_X64)];
            assert_eq!(both, [on_linux; 2], "{a:?} and {b:?}");
            let both = [common(a, b, &Target::WINDOWS_X64), common(b, a, &Target::WINDOWS_X64)];
            assert_eq!(both, [on_windows; 2], "{a:?} and {b:?} on Windows");
        }
    }
}
