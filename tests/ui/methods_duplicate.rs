//! Each native of a block has a name of its own.

use vo_ffi::prelude::*;

#[derive(VoObject)]
#[vo(name = "bank.Account")]
struct Account {
    owner: String,
    cents: i64,
}

#[vo_methods("bank.Account")]
impl Account {
    fn new(owner: &str) -> Account {
        Account { owner: owner.into(), cents: 0 }
    }

    fn new_account(owner: String) -> Account {
        Account { owner, cents: 0 }
    }

    fn deposit(&mut self, cents: i64) {
        self.cents += cents;
    }

    #[vo_extern("Deposit")]
    fn deposit_all(&mut self, cents: Vec<i64>) {
        self.cents += cents.iter().sum::<i64>();
    }
}

fn main() {}
