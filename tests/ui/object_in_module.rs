//! In a module a type's name is without the package.

use vo_ffi::prelude::*;

#[vo_module("bank")]
mod natives {
    use vo_ffi::prelude::*;

    #[derive(VoObject)]
    #[vo(name = "bank.Account")]
    struct Account;

    #[derive(VoObject)]
    #[vo(name = "money/bank.Savings")]
    struct Savings;
}

fn main() {}
