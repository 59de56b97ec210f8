//! The name of a type is its package and itself.

use vo_ffi::prelude::*;

#[derive(VoObject)]
#[vo(name = "Account")]
struct NoPackage;

#[derive(VoObject)]
#[vo(name = "bank::Account")]
struct RustPath;

#[derive(VoObject)]
#[vo(name = "bank.Account.Open")]
struct Method;

#[derive(VoObject)]
#[vo(name = bank.Account)]
struct Unquoted;

#[derive(VoObject)]
#[vo(name)]
struct NoValue;

fn main() {}
