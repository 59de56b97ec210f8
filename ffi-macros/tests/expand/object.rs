/// Money of somebody.
#[derive(VoObject)]
#[vo(name = "bank.Account", bytes = |account: &Account| account.owner.capacity())]
struct Account {
    owner: String,
    cents: i64,
}
