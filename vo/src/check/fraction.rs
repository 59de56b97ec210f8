//! Exact fractions: the values of floats in constant expressions.

use std::cmp::Ordering;
use std::fmt;

use num_bigint::{BigInt, Sign};
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};

/// Beyond this size of its parts a fraction is rounded to [`PRECISION`] bits.
const EXACT_BITS: u64 = 4096;
const PRECISION: i64 = 512;
/// The largest binary exponent; below its negative there is only zero.
const EXPONENT: i64 = 1 << 16;

/// A numerator and a positive denominator, not always in lowest terms.
#[derive(Clone, Debug)]
pub(super) struct Fraction {
    num: BigInt,
    den: BigInt,
}

impl From<BigInt> for Fraction {
    fn from(num: BigInt) -> Fraction {
        Fraction { num, den: BigInt::one() }
    }
}

impl Fraction {
    /// The exact value of a finite float.
    pub(super) fn from_f64(value: f64) -> Fraction {
        let bits = value.abs().to_bits();
        let (exponent, fraction) = ((bits >> 52) as i64, bits & ((1 << 52) - 1));
        let mantissa = if exponent == 0 { fraction } else { fraction | 1 << 52 };
        let num = BigInt::from(mantissa) * if value < 0.0 { -1 } else { 1 };
        Fraction::scaled(num, exponent.max(1) - 1075)
    }

    /// `num` times a power of two.
    fn scaled(num: BigInt, exponent: i64) -> Fraction {
        let power = BigInt::one() << exponent.unsigned_abs();
        if exponent < 0 { Fraction { num, den: power } } else { Fraction::from(num * power) }
    }

    /// The value of a literal without underscores; none if it is too large.
    pub(super) fn parse(text: &str) -> Option<Fraction> {
        let lower = text.to_ascii_lowercase();
        let (digits, mark, radix) = match lower.strip_prefix("0x") {
            Some(hex) => (hex, 'p', 16),
            None => (lower.as_str(), 'e', 10),
        };
        let (mantissa, exponent) = digits.split_once(mark).unwrap_or((digits, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = format!("{whole}{fraction}");
        let num = BigInt::parse_bytes(digits.as_bytes(), radix)?;
        if num.is_zero() {
            return Some(Fraction::from(num));
        }
        let extreme = if exponent.starts_with('-') { -1 << 40 } else { 1 << 40 };
        let exponent: i64 = exponent.parse().unwrap_or(extreme);
        let unit = if radix == 16 { 4 } else { 1 };
        let exponent = exponent.saturating_sub(unit * fraction.len() as i64);
        let size = exponent.saturating_add(unit * digits.len() as i64);
        if exponent > EXPONENT {
            return None;
        }
        if size < -EXPONENT {
            return Some(Fraction::from(BigInt::zero()));
        }
        if radix == 16 {
            return Fraction::scaled(num, exponent).bounded();
        }
        let power = BigInt::from(10).pow(exponent.unsigned_abs() as u32);
        let value = if exponent < 0 { Fraction { num, den: power } } else { Fraction::from(num * power) };
        value.bounded()
    }

    /// The fraction with parts of a bounded size; none if it is too large.
    fn bounded(mut self) -> Option<Fraction> {
        let size = |fraction: &Fraction| fraction.num.bits().max(fraction.den.bits());
        if size(&self) <= EXACT_BITS {
            return Some(self);
        }
        if size(&self) <= 4 * EXACT_BITS {
            let divisor = self.num.gcd(&self.den);
            self = Fraction { num: self.num / &divisor, den: self.den / &divisor };
            if size(&self) <= EXACT_BITS {
                return Some(self);
            }
        }
        let exponent = self.exponent();
        if exponent > EXPONENT {
            return None;
        }
        if exponent < -EXPONENT {
            return Some(Fraction::from(BigInt::zero()));
        }
        let (quotient, shift) = self.leading_bits(PRECISION);
        Some(Fraction::scaled(quotient, -shift))
    }

    /// The value is below 2 to the power of this, and not below a quarter of that.
    fn exponent(&self) -> i64 {
        self.num.bits() as i64 - self.den.bits() as i64 + 1
    }

    /// The first `count` bits, or one more, and by how much they are shifted to the left. The
    /// last bit is set where others follow, so that rounding once more is still right.
    fn leading_bits(&self, count: i64) -> (BigInt, i64) {
        let shift = count + 1 - self.exponent();
        let (mut num, mut den) = (self.num.abs(), self.den.clone());
        if shift >= 0 {
            num <<= shift;
        } else {
            den <<= -shift;
        }
        let (mut quotient, rest) = num.div_rem(&den);
        quotient.set_bit(0, quotient.bit(0) || !rest.is_zero());
        if self.num.is_negative() {
            quotient = -quotient;
        }
        (quotient, shift)
    }

    /// The nearest float with so many bits, none of them worth less than 2 to the power `least`;
    /// between two the even one.
    fn round(&self, bits: i64, least: i64) -> f64 {
        if self.num.is_zero() || self.exponent() < least - 1 {
            return 0.0;
        }
        if self.exponent() > 1026 {
            return if self.num.is_negative() { f64::NEG_INFINITY } else { f64::INFINITY };
        }
        let (quotient, shift) = self.leading_bits(bits + 2);
        let leading = quotient.magnitude().to_u64().unwrap_or(u64::MAX);
        let length = i64::from(u64::BITS - leading.leading_zeros());
        let unit = (length - bits - shift).max(least);
        let dropped = unit + shift;
        let mantissa = if dropped >= 64 { 0 } else { leading >> dropped };
        let rest = leading - if dropped >= 64 { 0 } else { mantissa << dropped };
        let half = if dropped > 64 { u64::MAX } else { 1 << (dropped - 1) };
        let up = rest > half || rest == half && mantissa % 2 == 1;
        let value = (mantissa + u64::from(up)) as f64 * power_of_two(unit);
        if quotient.sign() == Sign::Minus { -value } else { value }
    }

    /// The nearest float; infinite if it is too large.
    pub(super) fn to_f64(&self) -> f64 {
        self.round(53, -1074)
    }

    /// As [`Fraction::to_f64`]. It is rounded once, and not to 64 bits before.
    pub(super) fn to_f32(&self) -> f32 {
        self.round(24, -149) as f32
    }

    /// The integer that it is.
    pub(super) fn to_integer(&self) -> Option<BigInt> {
        let (quotient, rest) = self.num.div_rem(&self.den);
        rest.is_zero().then_some(quotient)
    }

    pub(super) fn is_zero(&self) -> bool {
        self.num.is_zero()
    }

    pub(super) fn negated(&self) -> Fraction {
        Fraction { num: -&self.num, den: self.den.clone() }
    }

    /// The sum; none if it is too large, as for all operations.
    pub(super) fn add(&self, other: &Fraction) -> Option<Fraction> {
        let num = &self.num * &other.den + &other.num * &self.den;
        Fraction { num, den: &self.den * &other.den }.bounded()
    }

    pub(super) fn mul(&self, other: &Fraction) -> Option<Fraction> {
        Fraction { num: &self.num * &other.num, den: &self.den * &other.den }.bounded()
    }

    /// The quotient by a number other than zero.
    pub(super) fn div(&self, other: &Fraction) -> Option<Fraction> {
        let num = &self.num * &other.den * other.num.signum();
        Fraction { num, den: &self.den * other.num.abs() }.bounded()
    }
}

/// A power that is a float, normal or not; infinite if it is larger.
fn power_of_two(exponent: i64) -> f64 {
    match exponent {
        1024.. => f64::INFINITY,
        -1022.. => f64::from_bits(((exponent + 1023) as u64) << 52),
        _ => f64::from_bits(1 << (exponent + 1074)),
    }
}

impl Ord for Fraction {
    fn cmp(&self, other: &Fraction) -> Ordering {
        (&self.num * &other.den).cmp(&(&other.num * &self.den))
    }
}

impl PartialOrd for Fraction {
    fn partial_cmp(&self, other: &Fraction) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Fraction {
    fn eq(&self, other: &Fraction) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Fraction {}

impl fmt::Display for Fraction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.to_f64();
        if value.is_infinite() || value == 0.0 && !self.is_zero() {
            return self.fmt_extreme(f);
        }
        if value.abs() >= 1e21 || value != 0.0 && value.abs() < 1e-6 {
            return write!(f, "{value:e}");
        }
        write!(f, "{value}")
    }
}

impl Fraction {
    /// Some digits of a number beyond the range of a float.
    fn fmt_extreme(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (bits, shift) = self.leading_bits(53);
        let bits = bits.to_f64().unwrap_or(0.0);
        let log = bits.abs().log10() - shift as f64 * std::f64::consts::LOG10_2;
        let digits = format!("{:.5}", 10f64.powf(log - log.floor()));
        let digits = digits.trim_end_matches('0').trim_end_matches('.');
        write!(f, "{}{digits}e{}", if bits < 0.0 { "-" } else { "" }, log.floor())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fraction(text: &str) -> Fraction {
        Fraction::parse(text).expect("a number of bounded size")
    }

    #[test]
    fn rounding_is_that_of_the_standard_library() {
        let literals = [
            "0.1",
            "0.3",
            "1e23",
            "9007199254740993",
            "9007199254740992.5",
            "9007199254740993.00001",
            "9007199254740995",
            "5e-324",
            "2.4703282292062327e-324",
            "2.4703282292062328e-324",
            "3e-324",
            "7.4e-324",
            "1e-400",
            "2.2250738585072011e-308",
            "2.2250738585072014e-308",
            "1.7976931348623157e308",
            "1.7976931348623158e308",
            "1.7976931348623159e308",
            "1e309",
            "1e1000",
            "1.00000005960464477539062500000000000000001",
            "1.000000059604644775390625",
            "16777217",
            "16777219",
            "1e-45",
            "7.006492321624085e-46",
            "7.0064923216240862e-46",
            "3.4028235677973366e38",
            "3.4028235677973365e38",
            "1.1754943157898259e-38",
            "123456789012345678901234567890",
            "3.14159265358979323846264338327950288419716939937510582097494459",
        ];
        for text in literals {
            let value = fraction(text);
            assert_eq!(value.to_f64(), text.parse().expect("a float"), "{text}");
            assert_eq!(value.to_f32(), text.parse().expect("a float"), "{text} as float32");
            assert_eq!(value.negated().to_f64(), -value.to_f64(), "-{text}");
        }
    }

    #[test]
    fn a_float_is_a_fraction() {
        let mut state = 1u64;
        for _ in 0..2000 {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            let value = f64::from_bits(state);
            if value.is_finite() {
                assert_eq!(Fraction::from_f64(value).to_f64(), value, "{value:e}");
                assert_eq!(Fraction::from_f64(value).to_f32(), value as f32, "{value:e} as float32");
            }
        }
    }

    #[test]
    fn sizes() {
        let shown = |text: &str| Fraction::parse(text).map(|value| value.to_string());
        let cases = [
            ("1e1000000", None),
            ("1e99999999999999999999", None),
            ("0e99999999999999999999", Some("0")),
            ("0x1p70000", None),
            ("1e-1000000", Some("0")),
            ("1e-99999999999999999999", Some("0")),
            ("1e5000", Some("1e5000")),
            ("2.5e-5000", Some("2.5e-5000")),
            ("1e30", Some("1e30")),
            ("0x1.8p1", Some("3")),
            ("0x.8p-1", Some("0.25")),
            ("09.5", Some("9.5")),
        ];
        for (text, expected) in cases {
            assert_eq!(shown(text).as_deref(), expected, "{text}");
        }
        let (large, three) = (fraction("1e5000"), fraction("3"));
        let third = large.div(&three).expect("not too large");
        assert_eq!(third.div(&large).expect("not too large").to_f64(), 1.0 / 3.0);
        let mut power = fraction("1e10000");
        assert!(power.mul(&power).is_none());
        power = fraction("1e-10000");
        assert!(power.mul(&power).is_some_and(|tiny| tiny.is_zero()));
    }
}
