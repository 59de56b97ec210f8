//! `#[vo_methods]` goes on an `impl` block.

use vo_ffi::prelude::*;

#[vo_methods("bank.Account")]
struct Account;

#[vo_methods("bank.Account")]
fn open() {}

#[vo_methods("bank.Account")]
mod natives {}

fn main() {}
