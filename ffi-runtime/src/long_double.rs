//! `double` to `long double` and back, by the bits: x87's 80 of them, or IEEE's 128; elsewhere the two are one type.

/// How many bits of fraction a double has, and how much is added to its exponent.
const FRACTION: u32 = 52;
const BIAS: i32 = 1023;
/// The bias of both wider formats.
const WIDE_BIAS: i32 = 16383;

/// A number as sign, exponent and 64 bits of mantissa, the highest of which is 1 unless it is zero.
#[derive(Clone, Copy)]
struct Parts {
    negative: bool,
    /// Of the highest bit; `None` for infinity and what is no number.
    exponent: Option<i32>,
    mantissa: u64,
}

/// The bytes of the `long double` with this value.
///
/// ```
/// use vo_ffi_runtime::long_double::{narrow, widen};
/// for value in [0.1, -0.0, f64::MAX, 5e-324, f64::NEG_INFINITY] {
///     assert_eq!(narrow(widen(value)).to_bits(), value.to_bits());
/// }
/// ```
pub fn widen(value: f64) -> [u8; 16] {
    let parts = split(value);
    let sign = u16::from(parts.negative) << 15;
    let biased = |exponent: i32| (exponent + WIDE_BIAS) as u16;
    let exponent = match (parts.exponent, parts.mantissa) {
        (None, _) => 0x7fff,
        (Some(_), 0) => 0,
        (Some(exponent), _) => biased(exponent),
    };
    let word = if cfg!(target_arch = "x86_64") {
        u128::from(sign | exponent) << 64 | u128::from(parts.mantissa)
    } else if cfg!(target_arch = "aarch64") {
        u128::from(sign | exponent) << 112 | u128::from(parts.mantissa << 1) << 48
    } else {
        u128::from(value.to_bits())
    };
    word.to_le_bytes()
}

/// The `long double` of these bytes, rounded to a double.
///
/// [`widen`] has an example.
pub fn narrow(bytes: [u8; 16]) -> f64 {
    let word = u128::from_le_bytes(bytes);
    let (head, mantissa) = if cfg!(target_arch = "x86_64") {
        ((word >> 64) as u16, word as u64)
    } else if cfg!(target_arch = "aarch64") {
        let head = (word >> 112) as u16;
        let one = u64::from(head & 0x7fff != 0) << 63;
        // What is cut off only tells whether anything is there.
        let rest = u64::from(word as u64 & ((1 << 49) - 1) != 0);
        (head, one | (word >> 49) as u64 & !(1 << 63) | rest)
    } else {
        return f64::from_bits(word as u64);
    };
    let exponent = (head & 0x7fff != 0x7fff).then_some(i32::from(head & 0x7fff) - WIDE_BIAS);
    join(Parts { negative: head >> 15 == 1, exponent, mantissa })
}

fn split(value: f64) -> Parts {
    let bits = value.to_bits();
    let negative = bits >> 63 == 1;
    let fraction = bits & ((1 << FRACTION) - 1);
    let (exponent, mantissa) = match (bits >> FRACTION & 0x7ff) as i32 {
        0x7ff => (None, 1 << 63 | fraction << (63 - FRACTION)),
        0 if fraction == 0 => (Some(0), 0),
        0 => {
            let shift = fraction.leading_zeros();
            (Some(1 - BIAS - FRACTION as i32 + 63 - shift as i32), fraction << shift)
        }
        biased => (Some(biased - BIAS), 1 << 63 | fraction << (63 - FRACTION)),
    };
    Parts { negative, exponent, mantissa }
}

fn join(Parts { negative, exponent, mantissa }: Parts) -> f64 {
    let magnitude = match exponent {
        None if mantissa << 1 == 0 => f64::INFINITY,
        None => f64::NAN,
        // Below, the fraction loses bits as it is shifted; in steps, no step leaves the range of a double.
        Some(exponent) => {
            let lost = (1 - BIAS - exponent).clamp(0, 64) as u32;
            let kept = 53_u32.saturating_sub(lost);
            scaled(round(mantissa, 64 - kept), exponent - kept as i32 + 1)
        }
    };
    if negative { -magnitude } else { magnitude }
}

/// Without its lowest bits, rounded to the nearest, a tie to the even one.
fn round(mantissa: u64, bits: u32) -> u64 {
    let wide = u128::from(mantissa);
    let (kept, rest, half) = (wide >> bits, wide & ((1 << bits) - 1), 1_u128 << (bits - 1));
    (kept + u128::from(rest > half || rest == half && kept & 1 == 1)) as u64
}

/// `mantissa * 2^exponent`, which a double holds exactly, or which is too large for it.
fn scaled(mantissa: u64, exponent: i32) -> f64 {
    let mut value = mantissa as f64;
    let mut left = exponent.clamp(-2200, 2200);
    while left != 0 {
        let step = left.clamp(-1000, 1000);
        value *= f64::from_bits(((step + BIAS) as u64) << FRACTION);
        left -= step;
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_come_back() {
        let rows = [0.0, -0.0, 1.0, -1.5, 0.1, f64::MAX, f64::MIN_POSITIVE, 5e-324, 2.5e-310, f64::INFINITY];
        for value in rows {
            assert_eq!(narrow(widen(value)).to_bits(), value.to_bits(), "{value}");
        }
        assert!(narrow(widen(f64::NAN)).is_nan());
    }

    /// What gcc makes of the same numbers.
    #[test]
    #[cfg(target_arch = "x86_64")]
    fn x87() {
        let ten = |mantissa: u64, head: u16| (u128::from(head) << 64 | u128::from(mantissa)).to_le_bytes();
        assert_eq!(widen(1.0), ten(1 << 63, 0x3fff));
        assert_eq!(widen(-0.1), ten(0xcccc_cccc_cccc_d000, 0xbffb));
        // 0.1L rounds to 0.1, 1e4000L is infinite, 1e-4000L is 0; 1 + 2^-53 and 1 + 3 * 2^-53 are ties.
        assert_eq!(narrow(ten(0xcccc_cccc_cccc_cccd, 0x3ffb)), 0.1);
        assert_eq!(narrow(ten(1 << 63, 0x3fff + 13287)), f64::INFINITY);
        assert_eq!(narrow(ten(1 << 63, 0x3fff - 13287)), 0.0);
        assert_eq!(narrow(ten(1 << 63 | 1 << 10, 0x3fff)), 1.0);
        assert_eq!(narrow(ten(1 << 63 | 3 << 10, 0x3fff)), 1.0 + 2.0 * f64::EPSILON);
    }
}
