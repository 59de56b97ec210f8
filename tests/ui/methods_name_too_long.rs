//! In a block of methods a native's name is one word.

use vo_ffi::prelude::*;

#[derive(VoObject)]
#[vo(name = "bank.Account")]
struct Account {
    owner: String,
    cents: i64,
}

#[vo_methods("bank.Account")]
impl Account {
    #[vo_extern("bank.Account.Cents")]
    fn cents(&self) -> i64 {
        self.cents
    }

    #[vo_extern("Account.Owner")]
    fn owner(&self) -> &str {
        &self.owner
    }

    #[vo_extern("bank.Open")]
    fn open(owner: String) -> Account {
        Account { owner, cents: 0 }
    }
}

fn main() {}
