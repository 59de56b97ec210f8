//! `#[vo(skip)]` is the one option of a function in a block of methods.

use vo_ffi::prelude::*;

#[derive(VoObject)]
#[vo(name = "bank.Account")]
struct Account {
    owner: String,
    cents: i64,
}

#[vo_methods("bank.Account")]
impl Account {
    #[vo(skipped)]
    fn first(&self) {}

    #[vo]
    fn second(&self) {}

    #[vo(skip = true)]
    fn third(&self) {}

    #[vo(name = "Fourth")]
    fn fourth(&self) {}
}

fn main() {}
