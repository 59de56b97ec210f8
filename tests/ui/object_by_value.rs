//! A Rust value stays in the heap, and natives borrow it.

use vo_ffi::prelude::*;

#[derive(VoObject)]
#[vo(name = "bank.Account")]
struct Account {
    owner: String,
    cents: i64,
}

#[vo_extern("bank.Close")]
fn close(account: Account) -> i64 {
    account.cents
}

#[vo_extern("bank.CloseAll")]
fn close_all(accounts: Vec<Account>) -> i64 {
    accounts.iter().map(|account| account.cents).sum()
}

#[vo_extern("bank.Sum")]
fn sum(accounts: &[Account]) -> i64 {
    accounts.iter().map(|account| account.cents).sum()
}

fn main() {}
