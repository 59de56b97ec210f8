//! A file of declarations that is not there, or is wrong.

use vo_ffi::prelude::*;

#[vo_module("shop", declarations = "declarations/missing.vo")]
mod missing {
    use vo_ffi::prelude::*;

    #[vo_extern]
    fn total(prices: &[i32]) -> i64 {
        prices.len() as i64
    }
}

#[vo_module("shop", declarations = "declarations/broken.vo")]
mod broken {}

#[vo_module("shop", declarations)]
mod unnamed {}

#[vo_module("shop", declaration = "declarations/shop.vo")]
mod misspelt {}

#[vo_module("shop", declarations = "declarations/shop.vo", declarations = "declarations/shop.vo")]
mod twice {}

fn main() {}
