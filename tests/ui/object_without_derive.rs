//! Behind a reference stands a type that scripts hold.

use vo_ffi::prelude::*;

struct Account {
    cents: i64,
}

#[vo_extern("bank.Cents")]
fn cents(account: &Account) -> i64 {
    account.cents
}

#[vo_extern("bank.Deposit")]
fn deposit(account: &mut Account, cents: i64) {
    account.cents += cents;
}

#[vo_extern("bank.CentsOf")]
fn cents_of(account: Option<&Account>) -> i64 {
    account.map_or(0, |account| account.cents)
}

fn main() {}
