//! Outside a module a block of methods names its type in full.

use vo_ffi::prelude::*;

#[derive(VoObject)]
#[vo(name = "bank.Account")]
struct Account {
    owner: String,
    cents: i64,
}

#[vo_methods]
impl Account {
    fn cents(&self) -> i64 {
        self.cents
    }
}

#[vo_methods(bank.Account)]
impl Account {
    fn owner(&self) -> &str {
        &self.owner
    }
}

fn main() {}
