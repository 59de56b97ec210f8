//! Only a type with `#[derive(VoObject)]` has methods.

use vo_ffi::prelude::*;

struct Account {
    cents: i64,
}

#[vo_methods("bank.Account")]
impl Account {
    fn new(cents: i64) -> Account {
        Account { cents }
    }

    fn cents(&self) -> i64 {
        self.cents
    }

    fn deposit(&mut self, cents: i64) -> i64 {
        self.cents += cents;
        self.cents
    }

    fn withdraw(&mut self, cents: i64) -> i64 {
        self.cents -= cents;
        self.cents
    }
}

fn main() {}
