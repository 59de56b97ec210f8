//! In a module a block of methods has the package already.

use vo_ffi::prelude::*;

#[vo_module("bank")]
mod natives {
    use vo_ffi::prelude::*;

    #[derive(VoObject)]
    struct Account {
        cents: i64,
    }

    #[vo_methods("bank.Account")]
    impl Account {
        fn cents(&self) -> i64 {
            self.cents
        }
    }

    #[derive(VoObject)]
    struct Savings {
        cents: i64,
    }

    #[vo_methods]
    impl Savings {
        #[vo_extern("bank.Savings.Cents")]
        fn cents(&self) -> usize {
            self.cents as usize
        }
    }
}

fn main() {}
