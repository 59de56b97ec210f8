//! Functions and methods of a module share its names.

use vo_ffi::prelude::*;

#[vo_module("bank")]
mod natives {
    use vo_ffi::prelude::*;

    #[derive(VoObject)]
    struct Account {
        cents: i64,
    }

    #[vo_methods]
    impl Account {
        fn new() -> Account {
            Account { cents: 0 }
        }

        fn cents(&self) -> i64 {
            self.cents
        }
    }

    #[vo_extern]
    fn new_account(cents: i64) -> Account {
        Account { cents }
    }

    #[vo_extern("Account.Cents")]
    fn cents_of(account: &Account) -> i64 {
        account.cents
    }
}

fn main() {}
