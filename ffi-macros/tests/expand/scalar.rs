/// The greatest common divisor.
#[vo_extern("numbers.Gcd")]
fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { gcd(b, a % b) }
}
