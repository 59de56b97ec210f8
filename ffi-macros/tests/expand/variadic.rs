#[vo_extern("numbers.Sum")]
fn sum(first: i64, others: VoVariadic<i64>) -> i64 {
    others.iter().fold(first, i64::wrapping_add)
}
