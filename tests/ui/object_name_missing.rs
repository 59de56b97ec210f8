//! Outside a module a type that scripts hold has its full name.

use vo_ffi::prelude::*;

#[derive(VoObject)]
struct Account {
    cents: i64,
}

#[derive(VoObject)]
#[vo(bytes = |account: &Savings| account.cents.len())]
struct Savings {
    cents: Vec<i64>,
}

fn main() {}
