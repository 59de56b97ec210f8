//! A block of methods stays what it was, and has what stands on it.

#![deny(warnings, clippy::all, clippy::pedantic)]
#![forbid(unsafe_code)]

use vo_ffi::prelude::*;

#[derive(VoObject)]
#[vo(name = "bank.Account")]
pub struct Account {
    owner: String,
    cents: i64,
}

/// For scripts.
#[vo_methods("bank.Account")]
impl Account {
    const LIMIT: i64 = 1000;

    /// An account.
    #[must_use]
    pub fn new(owner: &str) -> Self {
        Self { owner: owner.into(), cents: 0 }
    }

    fn owner(self: &Self) -> &str {
        &self.owner
    }

    fn deposit(&mut self, cents: i64, #[vo(default = Self::LIMIT)] limit: i64) -> bool {
        self.cents += cents.min(limit);
        self.is_rich()
    }

    #[vo_extern("Ask", reentrant)]
    fn ask<'call>(&self, ctx: &mut VmCtx<'call>, f: VoFunc<'call>) -> Result<bool, VoError> {
        f.call(ctx, (self.cents,))
    }

    fn r#type() -> &'static str {
        "account"
    }

    #[cfg(any())]
    fn gone(&self, what: NoSuchType) {}

    #[vo(skip)]
    const fn is_rich(&self) -> bool {
        self.cents > Self::LIMIT
    }
}

#[allow(deprecated)]
#[vo_methods("bank.Account")]
impl Account {
    #[deprecated]
    fn old(&self) -> i64 {
        self.cents
    }
}

#[vo_methods("bank.Account")]
#[cfg(any())]
impl Account {
    fn never(&self) {}
}

fn main() {
    let registry = ExternRegistry::from_inventory();
    let names: Vec<&str> = registry.entries().iter().map(|entry| entry.name).collect();
    let expected = [
        "bank.Account.Ask",
        "bank.Account.Deposit",
        "bank.Account.Old",
        "bank.Account.Owner",
        "bank.NewAccount",
        "bank.Type",
    ];
    assert_eq!(names, expected);
    assert!(Account::new("Ada").owner().starts_with('A'));
}
