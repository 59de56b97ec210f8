//! What a method returns borrows from its arguments, or owns.

use vo_ffi::prelude::*;

#[derive(VoObject)]
#[vo(name = "bank.Account")]
struct Account {
    owner: String,
    cents: i64,
}

#[vo_methods("bank.Account")]
impl Account {
    fn owner(&mut self) -> &str {
        let trimmed = self.owner.trim().to_string();
        &trimmed
    }
}

fn main() {}
