//! Package math/rand: what its Vo lacks.

use std::hash::{BuildHasher, RandomState};

use vo_ffi::prelude::*;

/// A number that is another one each time.
#[vo_extern("rand.entropy")]
fn entropy() -> i64 {
    RandomState::new().hash_one(0) as i64
}

/// A normally distributed number of two evenly distributed ones (Box and Muller 1958); the first is above 0.
#[vo_extern("rand.normal")]
fn normal(a: f64, b: f64) -> f64 {
    (-2.0 * a.ln()).sqrt() * (std::f64::consts::TAU * b).cos()
}

#[vo_extern("rand.logarithm")]
fn logarithm(x: f64) -> f64 {
    x.ln()
}
