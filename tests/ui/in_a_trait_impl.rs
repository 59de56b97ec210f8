//! A native is no function of a trait that a type implements.

use vo_ffi::prelude::*;

struct Circle;

impl From<f64> for Circle {
    #[vo_extern("a.Circle")]
    fn from(_radius: f64) -> Circle {
        Circle
    }
}

fn main() {}
