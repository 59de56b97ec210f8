//! A block of methods is named by its type.

use vo_ffi::prelude::*;

#[derive(VoObject)]
#[vo(name = "bank.Account")]
struct Account {
    owner: String,
    cents: i64,
}

#[vo_methods("Account")]
impl Account {
    fn cents(&self) -> i64 {
        self.cents
    }
}

#[vo_methods("bank::Account")]
impl Account {
    fn owner(&self) -> &str {
        &self.owner
    }
}

#[vo_methods("bank.Account.Close")]
impl Account {
    fn close(&mut self) {
        self.cents = 0;
    }
}

fn main() {}
