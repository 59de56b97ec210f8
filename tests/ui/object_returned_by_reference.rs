//! The pointer of a Rust value is a `VoObject`.

use vo_ffi::prelude::*;

#[derive(VoObject)]
#[vo(name = "bank.Account")]
struct Account {
    owner: String,
    cents: i64,
}

#[vo_extern("bank.Richer")]
fn richer(a: &Account, b: &Account) -> &Account {
    if a.cents > b.cents { a } else { b }
}

#[vo_extern("bank.All")]
fn all(a: &Account) -> Vec<&Account> {
    vec![a]
}

fn main() {}
