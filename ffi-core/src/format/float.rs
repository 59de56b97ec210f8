//! Floats: `%b %e %E %f %F %g %G %x %X`, with the shortest digits that give the number back, or rounded
//! exactly to a precision.

use std::fmt::{Display, LowerExp};
use std::io::Write as _;

use super::integer::{LOWER, UPPER};
use super::spec::Spec;

/// No float has more digits than this behind its point or in all; what follows is zeros.
const MOST_DIGITS: usize = 1100;

/// Appends a float64 as Go's `strconv.FormatFloat` does. `verb` is one of `b e E f g G x X`; without a
/// precision the digits are the fewest that give the number back.
///
/// ```
/// let mut out = Vec::new();
/// vo_ffi_core::append_float(&mut out, 1e6, b'g', None);
/// vo_ffi_core::append_float(&mut out, -0.125, b'f', Some(2));
/// assert_eq!(out, b"1e+06-0.12");
/// ```
pub fn append_float(out: &mut Vec<u8>, value: f64, verb: u8, precision: Option<usize>) {
    append(out, value, value.abs(), Binary::of64(value), verb, precision);
}

/// Appends a float32 as [`append_float`] does: with the fewest digits that give the float32 back.
///
/// ```
/// let mut out = Vec::new();
/// vo_ffi_core::append_float32(&mut out, 0.1, b'g', None);
/// assert_eq!(out, b"0.1");
/// ```
pub fn append_float32(out: &mut Vec<u8>, value: f32, verb: u8, precision: Option<usize>) {
    append(out, value.into(), value.abs(), Binary::of32(value), verb, precision);
}

/// Appends a float as a directive asks.
pub(super) fn append_directive(out: &mut Vec<u8>, spec: &Spec, value: f64, narrow: bool, verb: char) -> bool {
    let (verb, default) = match verb {
        'v' => (b'g', None),
        'b' | 'g' | 'G' | 'x' | 'X' => (verb as u8, None),
        'e' | 'E' | 'f' => (verb as u8, Some(6)),
        'F' => (b'f', Some(6)),
        _ => return false,
    };
    let precision = spec.precision.or(default);
    let start = out.len();
    let sign = match value {
        _ if value.is_sign_negative() && !value.is_nan() => Some(b'-'),
        _ if spec.plus => Some(b'+'),
        _ if spec.space => Some(b' '),
        _ if value.is_infinite() => Some(b'+'),
        _ => None,
    };
    out.extend(sign);
    let body = out.len();
    if !value.is_finite() {
        out.extend_from_slice(if value.is_nan() { b"NaN" } else { b"Inf" });
        spec.without_zero().pad(out, start);
        return true;
    }
    match narrow {
        true => append_float32(out, value.abs() as f32, verb, precision),
        false => append_float(out, value.abs(), verb, precision),
    }
    if spec.sharp && verb != b'b' {
        restore_zeros(out, body, verb, precision);
    }
    let missing = spec.width.unwrap_or(0).saturating_sub(out.len() - start);
    spec.fill(out, if spec.zero { body } else { start }, missing);
    true
}

/// The flag `#`: a decimal point always, and the zeros that `%g` leaves out.
fn restore_zeros(out: &mut Vec<u8>, body: usize, verb: u8, precision: Option<usize>) {
    let hex = matches!(verb, b'x' | b'X');
    let is_mark = |byte: &u8| matches!((hex, byte), (true, b'p' | b'P') | (false, b'e' | b'E'));
    let end = out[body..].iter().position(is_mark).map_or(out.len(), |at| body + at);
    let tail = out.split_off(end);
    let wanted = if matches!(verb, b'g' | b'G' | b'x') { precision.unwrap_or(6) } else { 0 };
    let has_point = out[body..].contains(&b'.');
    let digits = out[body..].iter().filter(|&&byte| byte != b'.').skip_while(|&&byte| byte == b'0').count();
    let lone_zero = usize::from(!has_point && out[body..] == *b"0");
    if !has_point {
        out.push(b'.');
    }
    out.resize(out.len() + wanted.saturating_sub(digits + lone_zero), b'0');
    out.extend_from_slice(&tail);
}

fn append<F: Display + LowerExp>(
    out: &mut Vec<u8>,
    value: f64,
    magnitude: F,
    binary: Binary,
    verb: u8,
    precision: Option<usize>,
) {
    if value.is_nan() {
        return out.extend_from_slice(b"NaN");
    }
    if value.is_infinite() {
        return out.extend_from_slice(if value > 0.0 { b"+Inf" } else { b"-Inf" });
    }
    if value.is_sign_negative() {
        out.push(b'-');
    }
    let start = out.len();
    match verb {
        b'b' => binary.append_mantissa(out),
        b'x' | b'X' => binary.append_hex(out, verb == b'X', precision),
        b'f' => append_fixed(out, &magnitude, binary, precision),
        b'g' | b'G' => append_general(out, value.abs(), &magnitude, binary, precision),
        _ => append_exponent(out, &magnitude, binary, precision),
    }
    if verb.is_ascii_uppercase() {
        out[start..].make_ascii_uppercase();
    }
}

fn append_fixed(out: &mut Vec<u8>, magnitude: &impl Display, binary: Binary, decimals: Option<usize>) {
    let start = out.len();
    // Writing to a Vec cannot fail.
    let Some(decimals) = decimals else {
        let _ = write!(out, "{magnitude}");
        return binary.break_tie(&mut out[start..], 0);
    };
    let _ = write!(out, "{magnitude:.*}", decimals.min(MOST_DIGITS));
    out.resize(out.len() + decimals.saturating_sub(MOST_DIGITS), b'0');
}

/// `1.5e+07`
fn append_exponent(out: &mut Vec<u8>, magnitude: &impl LowerExp, binary: Binary, decimals: Option<usize>) {
    let start = out.len();
    let exponent = append_digits(out, magnitude, decimals);
    if decimals.is_none() {
        binary.break_tie(&mut out[start..], exponent);
    }
    out.resize(out.len() + decimals.unwrap_or(0).saturating_sub(MOST_DIGITS), b'0');
    append_power(out, 'e', exponent);
}

/// Appends `d.ddd`, and gives the power of ten to multiply it with.
fn append_digits(out: &mut Vec<u8>, magnitude: &impl LowerExp, decimals: Option<usize>) -> i32 {
    let start = out.len();
    let _ = match decimals {
        None => write!(out, "{magnitude:e}"),
        Some(decimals) => write!(out, "{magnitude:.*e}", decimals.min(MOST_DIGITS)),
    };
    let mark = out[start..].iter().position(|&byte| byte == b'e').map_or(out.len(), |at| start + at);
    let exponent = out.get(mark + 1..).and_then(|text| std::str::from_utf8(text).ok()?.parse().ok());
    out.truncate(mark);
    exponent.unwrap_or(0)
}

/// `e+07`, `p-1022`: a sign, and at least two digits.
fn append_power(out: &mut Vec<u8>, letter: char, exponent: i32) {
    let sign = if exponent < 0 { '-' } else { '+' };
    let _ = write!(out, "{letter}{sign}{:02}", exponent.unsigned_abs());
}

/// With an exponent where it is below -4, or not below the precision.
fn append_general<F: Display + LowerExp>(
    out: &mut Vec<u8>,
    value: f64,
    magnitude: &F,
    binary: Binary,
    precision: Option<usize>,
) {
    let Some(precision) = precision else {
        return match value == 0.0 || (binary.ten_to_minus_4()..1e6).contains(&value) {
            true => append_fixed(out, magnitude, binary, None),
            false => append_exponent(out, magnitude, binary, None),
        };
    };
    let precision = precision.max(1);
    let start = out.len();
    let exponent = append_digits(out, magnitude, Some(precision - 1));
    if out[start..].contains(&b'.') {
        let zeros = out[start..].iter().rev().take_while(|&&byte| byte == b'0').count();
        out.truncate(out.len() - zeros);
        if out.last() == Some(&b'.') {
            out.pop();
        }
    }
    let digits = match out.len() - start {
        _ if value == 0.0 => 0,
        1 => 1,
        with_point => with_point - 1,
    };
    let before_point = if value == 0.0 { 0 } else { exponent + 1 };
    let fits = precision > digits && digits as i32 >= before_point;
    let limit = if fits { digits } else { precision };
    if before_point - 1 < -4 || before_point > limit as i32 {
        return append_power(out, 'e', exponent);
    }
    out.truncate(start);
    append_fixed(out, magnitude, binary, Some((digits as i32 - before_point).max(0) as usize));
}

/// A float as an integer times a power of two.
#[derive(Clone, Copy)]
struct Binary {
    mantissa: u64,
    exponent: i32,
    /// Bits of the mantissa behind its first.
    bits: u32,
}

impl Binary {
    fn of64(value: f64) -> Binary {
        Binary::new(value.to_bits() & !(1 << 63), 52, 1023)
    }

    fn of32(value: f32) -> Binary {
        Binary::new((value.to_bits() & !(1 << 31)).into(), 23, 127)
    }

    fn new(magnitude: u64, bits: u32, bias: i32) -> Binary {
        let (fraction, exponent) = (magnitude & ((1 << bits) - 1), (magnitude >> bits) as i32);
        match exponent {
            0 => Binary { mantissa: fraction, exponent: 1 - bias, bits },
            _ => Binary { mantissa: fraction | 1 << bits, exponent: exponent - bias, bits },
        }
    }

    /// Where two numbers of so few digits are equally near, Rust takes the larger one, and Go the one whose
    /// last digit is even. `digits` are the shortest of this float, to be multiplied with a power of ten.
    fn break_tie(self, digits: &mut [u8], power: i32) {
        let zeros = self.mantissa.trailing_zeros();
        let exponent = self.exponent - self.bits as i32 + zeros as i32;
        let behind_point = match digits.iter().position(|&byte| byte == b'.') {
            Some(point) => (digits.len() - 1 - point) as i32,
            None => -(digits.iter().rev().take_while(|&&byte| byte == b'0').count() as i32),
        };
        let decimals = behind_point - power;
        // Half of the last digit's unit is left over: the float times 10 to the decimals is an integer and a half.
        if self.mantissa == 0 || exponent + decimals != -1 {
            return;
        }
        let whole = match decimals {
            0.. => true,
            -22..0 => (self.mantissa >> zeros).is_multiple_of(5_u64.pow(decimals.unsigned_abs())),
            _ => false,
        };
        let last = digits.iter_mut().rev().find(|byte| **byte != b'0');
        if let (true, Some(last)) = (whole, last) {
            *last -= (*last - b'0') % 2;
        }
    }

    /// The float of the same width that is nearest to 0.0001.
    fn ten_to_minus_4(self) -> f64 {
        if self.bits == 23 { 1e-4_f32.into() } else { 1e-4 }
    }

    /// `4503599627370496p-52`
    fn append_mantissa(self, out: &mut Vec<u8>) {
        let exponent = self.exponent - self.bits as i32;
        let sign = if exponent < 0 { '-' } else { '+' };
        let _ = write!(out, "{}p{sign}{}", self.mantissa, exponent.unsigned_abs());
    }

    /// `0x1.8p+01`
    fn append_hex(self, out: &mut Vec<u8>, upper: bool, precision: Option<usize>) {
        const ONE: u64 = 1 << 60;
        let Binary { mut mantissa, mut exponent, bits } = self;
        mantissa <<= 60 - bits;
        match mantissa {
            0 => exponent = 0,
            _ => {
                let shift = mantissa.leading_zeros() - 3;
                mantissa <<= shift;
                exponent -= shift as i32;
            }
        }
        if let Some(digits) = precision
            && digits < 15
        {
            let shift = 4 * digits as u32;
            let rest = (mantissa << shift) & (ONE - 1);
            mantissa >>= 60 - shift;
            mantissa += u64::from(rest | (mantissa & 1) > ONE / 2);
            mantissa <<= 60 - shift;
            if mantissa & (ONE << 1) != 0 {
                mantissa >>= 1;
                exponent += 1;
            }
        }
        let letters = if upper { UPPER } else { LOWER };
        out.extend_from_slice(&[b'0', b'x', letters[(mantissa >> 60) as usize & 15]]);
        let mut rest = mantissa << 4;
        let digits = precision.unwrap_or((64 - rest.trailing_zeros() as usize).div_ceil(4));
        if digits > 0 {
            out.push(b'.');
        }
        for _ in 0..digits {
            out.push(letters[(rest >> 60) as usize]);
            rest <<= 4;
        }
        append_power(out, 'p', exponent);
    }
}
