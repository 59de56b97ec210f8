//! A type has one name, which its derive gives it.

use vo_ffi::prelude::*;

#[derive(VoObject)]
#[vo(name = "bank.Account")]
struct Account {
    owner: String,
    cents: i64,
}

#[vo_methods("bank.Acount")]
impl Account {
    fn cents(&self) -> i64 {
        self.cents
    }
}

fn main() {}
