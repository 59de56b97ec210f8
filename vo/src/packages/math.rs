//! Package math: the functions of Rust's floats, with Go's special cases.

use vo_ffi::prelude::*;

macro_rules! unary {
    ($($vo:literal $name:ident |$x:ident| $value:expr;)*) => {$(
        #[vo_extern($vo)]
        fn $name($x: f64) -> f64 {
            $value
        }
    )*};
}

macro_rules! binary {
    ($($vo:literal $name:ident |$x:ident, $y:ident| $value:expr;)*) => {$(
        #[vo_extern($vo)]
        fn $name($x: f64, $y: f64) -> f64 {
            $value
        }
    )*};
}

unary! {
    "math.Abs" abs |x| x.abs();
    "math.Acos" acos |x| x.acos();
    "math.Acosh" acosh |x| x.acosh();
    "math.Asin" asin |x| x.asin();
    "math.Asinh" asinh |x| x.asinh();
    "math.Atan" atan |x| x.atan();
    "math.Atanh" atanh |x| x.atanh();
    "math.Cbrt" cbrt |x| x.cbrt();
    "math.Ceil" ceil |x| x.ceil();
    "math.Cos" cos |x| x.cos();
    "math.Cosh" cosh |x| x.cosh();
    "math.Erf" erf |x| libm::erf(x);
    "math.Erfc" erfc |x| libm::erfc(x);
    "math.Exp" exp |x| x.exp();
    "math.Exp2" exp2 |x| x.exp2();
    "math.Expm1" expm1 |x| x.exp_m1();
    "math.Floor" floor |x| x.floor();
    "math.Gamma" gamma |x| libm::tgamma(x);
    "math.J0" j0 |x| libm::j0(x);
    "math.J1" j1 |x| libm::j1(x);
    "math.Log" log |x| x.ln();
    "math.Log10" log10 |x| x.log10();
    "math.Log1p" log1p |x| x.ln_1p();
    "math.Log2" log2 |x| x.log2();
    "math.Round" round |x| x.round();
    "math.RoundToEven" round_to_even |x| x.round_ties_even();
    "math.Sin" sin |x| x.sin();
    "math.Sinh" sinh |x| x.sinh();
    "math.Sqrt" sqrt |x| x.sqrt();
    "math.Tan" tan |x| x.tan();
    "math.Tanh" tanh |x| x.tanh();
    "math.Trunc" trunc |x| x.trunc();
    "math.Y0" y0 |x| libm::y0(x);
    "math.Y1" y1 |x| libm::y1(x);
}

binary! {
    "math.Atan2" atan2 |y, x| y.atan2(x);
    "math.Copysign" copysign |f, sign| f.copysign(sign);
    "math.Dim" dim |x, y| if x <= y { 0.0 } else { x - y };
    "math.Hypot" hypot |p, q| p.hypot(q);
    "math.Max" max |x, y| larger(x, y);
    "math.Min" min |x, y| -larger(-x, -y);
    "math.Mod" modulo |x, y| x % y;
    "math.Nextafter" nextafter |x, y| libm::nextafter(x, y);
    "math.Pow" pow |x, y| x.powf(y);
    "math.Remainder" remainder |x, y| ieee_remainder(x, y);
}

/// NaN where one is NaN, unless the other is +Inf; +0 is larger than -0.
fn larger(x: f64, y: f64) -> f64 {
    if x == f64::INFINITY || y == f64::INFINITY {
        f64::INFINITY
    } else if x.is_nan() || y.is_nan() {
        f64::NAN
    } else if x == 0.0 && y == 0.0 {
        if x.is_sign_negative() { y } else { x }
    } else {
        x.max(y)
    }
}

fn ieee_remainder(x: f64, y: f64) -> f64 {
    if y.is_infinite() && x.is_finite() {
        return x;
    }
    let y = y.abs();
    // Modulo 2y first, so that the quotient's parity is known.
    let rest = if y <= f64::MAX / 2.0 { x.abs() % (2.0 * y) } else { x.abs() };
    let half = y / 2.0;
    let mut result = rest;
    if result > half {
        result -= y;
        if result >= half {
            result -= y;
        }
    }
    if x.is_sign_negative() { -result } else { result }
}

#[vo_extern("math.Nextafter32")]
fn nextafter32(x: f32, y: f32) -> f32 {
    libm::nextafterf(x, y)
}

#[vo_extern("math.Lgamma")]
fn lgamma(x: f64) -> (f64, i64) {
    let (value, sign) = libm::lgamma_r(x);
    (value, if sign < 0 { -1 } else { 1 })
}

#[vo_extern("math.Jn")]
fn jn(n: i64, x: f64) -> f64 {
    libm::jn(order(n), x)
}

#[vo_extern("math.Yn")]
fn yn(n: i64, x: f64) -> f64 {
    libm::yn(order(n), x)
}

fn order(n: i64) -> i32 {
    n.clamp(i32::MIN.into(), i32::MAX.into()) as i32
}

#[vo_extern("math.FMA")]
fn fma(x: f64, y: f64, z: f64) -> f64 {
    x.mul_add(y, z)
}

#[vo_extern("math.Inf")]
fn inf(sign: i64) -> f64 {
    if sign >= 0 { f64::INFINITY } else { f64::NEG_INFINITY }
}

#[vo_extern("math.IsInf")]
fn is_inf(f: f64, sign: i64) -> bool {
    sign >= 0 && f == f64::INFINITY || sign <= 0 && f == f64::NEG_INFINITY
}

#[vo_extern("math.IsNaN")]
fn is_nan(f: f64) -> bool {
    f.is_nan()
}

#[vo_extern("math.NaN")]
fn nan() -> f64 {
    f64::NAN
}

#[vo_extern("math.Modf")]
fn modf(f: f64) -> (f64, f64) {
    let whole = f.trunc();
    (whole, if f.is_infinite() { f64::NAN } else { (f - whole).copysign(f) })
}

#[vo_extern("math.Frexp")]
fn frexp(f: f64) -> (f64, i64) {
    if f == 0.0 || !f.is_finite() {
        return (f, 0);
    }
    // A subnormal is scaled up first, so that its exponent is in the exponent bits.
    let (f, scaled) = if f.is_subnormal() { (f * 2f64.powi(52), -52) } else { (f, 0) };
    let exponent = (f.to_bits() >> 52 & 0x7ff) as i64 - 1022;
    (f64::from_bits(f.to_bits() & !(0x7ff << 52) | 1022 << 52), exponent + scaled)
}

#[vo_extern("math.Ldexp")]
pub(super) fn ldexp(frac: f64, exp: i64) -> f64 {
    // Three steps reach from the largest to the smallest float; only the last may round.
    let mut left = exp.clamp(-2200, 2200) as i32;
    let mut value = frac;
    while left != 0 {
        let step = left.clamp(-1000, 1000);
        value *= 2f64.powi(step);
        left -= step;
    }
    value
}

#[vo_extern("math.Pow10")]
fn pow10(n: i64) -> f64 {
    match n {
        ..-323 => 0.0,
        309.. => f64::INFINITY,
        _ => format!("1e{n}").parse().unwrap_or(f64::NAN),
    }
}

#[vo_extern("math.Signbit")]
fn signbit(x: f64) -> bool {
    x.is_sign_negative()
}

#[vo_extern("math.Sincos")]
fn sincos(x: f64) -> (f64, f64) {
    x.sin_cos()
}

#[vo_extern("math.Float64bits")]
fn float64_bits(f: f64) -> u64 {
    f.to_bits()
}

#[vo_extern("math.Float64frombits")]
fn float64_from_bits(b: u64) -> f64 {
    f64::from_bits(b)
}

#[vo_extern("math.Float32bits")]
fn float32_bits(f: f32) -> u32 {
    f.to_bits()
}

#[vo_extern("math.Float32frombits")]
fn float32_from_bits(b: u32) -> f32 {
    f32::from_bits(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponents_are_taken_apart_and_put_together() {
        for f in [1.0, -0.3, 1e308, 5e-324, 3.5e-310, 0.0] {
            let (frac, exp) = frexp(f);
            assert_eq!(ldexp(frac, exp), f);
        }
        assert_eq!(frexp(8.0), (0.5, 4));
        assert_eq!(ldexp(1.0, 5000), f64::INFINITY);
    }

    #[test]
    fn remainders_are_nearest() {
        let cases = [(5.0, 3.0, -1.0), (7.0, 2.0, -1.0), (-5.0, 3.0, 1.0), (1.0, f64::INFINITY, 1.0)];
        for (x, y, expected) in cases {
            assert_eq!(ieee_remainder(x, y), expected, "{x} {y}");
        }
    }
}
