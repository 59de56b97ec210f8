//! Methods of a trait are Rust's to call.

use vo_ffi::prelude::*;

#[derive(VoObject)]
#[vo(name = "bank.Account")]
struct Account {
    owner: String,
    cents: i64,
}

#[vo_methods("bank.Account")]
impl std::fmt::Display for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.owner, self.cents)
    }
}

fn main() {}
