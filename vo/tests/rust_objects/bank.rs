//! Natives of a package whose types are written in Rust.

use std::cell::Cell;

use vo_ffi::prelude::*;

thread_local! {
    /// How many accounts are alive, and how many were at most.
    static ALIVE: Cell<(i64, i64)> = const { Cell::new((0, 0)) };
}

/// How many accounts are alive on this thread.
pub(crate) fn alive() -> i64 {
    ALIVE.get().0
}

/// How many accounts were alive at the same time since the last call.
pub(crate) fn take_most_alive() -> i64 {
    let (alive, most) = ALIVE.get();
    ALIVE.set((alive, alive));
    most
}

/// An Account holds the money of one owner.
///
/// It is open until nothing refers to it.
#[derive(VoObject)]
#[vo(name = "bank.Account", bytes = |account: &Account| account.papers.capacity())]
pub(crate) struct Account {
    owner: String,
    cents: i64,
    papers: Vec<u8>,
}

impl Account {
    pub(crate) fn new(owner: &str, cents: i64) -> Account {
        let (alive, most) = ALIVE.get();
        ALIVE.set((alive + 1, most.max(alive + 1)));
        Account { owner: owner.into(), cents, papers: Vec::new() }
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        let (alive, most) = ALIVE.get();
        ALIVE.set((alive - 1, most));
    }
}

/// A Mine ends with a panic.
#[derive(VoObject)]
#[vo(name = "bank.Mine")]
struct Mine(#[expect(dead_code, reason = "is dropped")] Account);

impl Drop for Mine {
    fn drop(&mut self) {
        panic!("in a destructor");
    }
}

/// What is kept between calls.
#[derive(Default)]
struct Kept(Vec<Root>);

/// Open returns an account, or nil for nobody.
#[vo_extern("bank.Open")]
fn open(owner: &str, cents: i64) -> Result<Option<Account>, VoError> {
    match (owner, cents) {
        (_, ..0) => Err(VoError::new("an account starts with something")),
        ("", _) => Ok(None),
        _ => Ok(Some(Account::new(owner, cents))),
    }
}

/// OpenAll returns an account for each owner.
#[vo_extern("bank.OpenAll")]
fn open_all(owners: Vec<String>) -> Vec<Account> {
    owners.iter().map(|owner| Account::new(owner, 1)).collect()
}

/// OpenLarge returns an account with so many bytes of papers.
#[vo_extern("bank.OpenLarge")]
fn open_large(bytes: u64) -> Account {
    let mut account = Account::new("large", 0);
    account.papers.reserve_exact(bytes as usize);
    account
}

/// OpenAny returns an account as any value.
#[vo_extern("bank.OpenAny")]
fn open_any(ctx: &mut ExternCtx, cents: i64) -> VoValue {
    ctx.new_rust(Account::new("any", cents)).into_value()
}

#[vo_extern("bank.NewMine")]
fn new_mine() -> Mine {
    Mine(Account::new("mine", 0))
}

#[vo_extern("bank.Account.Owner")]
fn owner(account: &Account) -> String {
    account.owner.clone()
}

#[vo_extern("bank.Account.Balance")]
fn balance(account: &Account) -> i64 {
    account.cents
}

/// Deposit returns the new balance.
#[vo_extern("bank.Account.Deposit")]
fn deposit(account: &mut Account, cents: i64) -> Result<i64, VoError> {
    account.cents = account.cents.checked_add(cents).ok_or_else(|| VoError::new("too rich"))?;
    Ok(account.cents)
}

#[vo_extern("bank.Account.Pay")]
fn pay(account: &mut Account, to: &mut Account, cents: i64) {
    account.cents -= cents;
    to.cents += cents;
}

/// Audit calls a function for each digit of the balance, while it has the account.
#[vo_extern("bank.Account.Audit", reentrant)]
fn audit(ctx: &mut VmCtx, account: &mut Account, note: VoFunc<(i64,), ()>) -> Result<(), VoError> {
    let mut rest = account.cents;
    while rest > 0 {
        note.call(ctx, (rest % 10,))?;
        rest /= 10;
    }
    Ok(())
}

/// Best returns one of the accounts, or nil where there are none.
#[vo_extern("bank.Best")]
fn best<'call>(accounts: Vec<VoObject<'call, Account>>) -> Option<VoObject<'call, Account>> {
    accounts.into_iter().max_by_key(|account| account.with(|account| account.cents))
}

/// Describe tells what a value is.
#[vo_extern("bank.Describe")]
fn describe(value: VoValue) -> String {
    match value {
        VoValue::Object(object) => match object.downcast::<Account>() {
            Some(account) => account.with(|account| format!("the account of {}", account.owner)),
            None => "another object".into(),
        },
        VoValue::Nil => "nothing".into(),
        _ => "no object".into(),
    }
}

/// Alive returns how many accounts are.
#[vo_extern("bank.Alive")]
fn count_alive() -> i64 {
    alive()
}

/// Keep holds a value until Release.
#[vo_extern("bank.Keep")]
fn keep(ctx: &mut ExternCtx, value: VoValue) {
    let root = ctx.root(value);
    ctx.state_or_default::<Kept>().0.push(root);
}

/// Kept returns the account that was kept last.
#[vo_extern("bank.Kept")]
fn kept(ctx: &mut ExternCtx) -> Result<VoObject<'call, Account>, VoError> {
    let root = ctx.state_or_default::<Kept>().0.last().cloned();
    ctx.rooted(&root.ok_or_else(|| VoError::new("nothing was kept"))?)
}

#[vo_extern("bank.Release")]
fn release(ctx: &mut ExternCtx) {
    ctx.state_or_default::<Kept>().0.clear();
}
