#[vo_extern("numbers.Mix", fast)]
fn mix(a: f64, b: f64, t: f64) -> f64 {
    a + (b - a) * t
}
