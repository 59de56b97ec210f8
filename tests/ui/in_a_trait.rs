//! A native is no function of a trait.

use vo_ffi::prelude::*;

trait Shape {
    #[vo_extern("a.Area")]
    fn area(side: f64) -> f64 {
        side * side
    }

    #[vo_extern("a.Shape.Name")]
    fn name(&self) -> String {
        String::new()
    }
}

fn main() {}
