//! `#[vo_methods]`: natives of an `impl` block.

use vo_ffi::prelude::*;
use vo_ffi::{Slot, TypeId, TypeKind, TypeTable};

use crate::host::{End, Host, func, int};

#[vo_module("money/vault")]
pub(crate) mod natives {
    use vo_ffi::prelude::*;

    /// Money of somebody.
    #[derive(VoObject)]
    pub(crate) struct Account {
        owner: String,
        cents: i64,
    }

    #[vo_methods]
    impl Account {
        /// An account without money.
        fn new(owner: &str) -> Self {
            Account { owner: owner.into(), cents: 0 }
        }

        pub(crate) fn open_all(owners: Vec<String>) -> Vec<Self> {
            owners.iter().map(|owner| Self::new(owner)).collect()
        }

        fn owner(&self) -> &str {
            &self.owner
        }

        fn deposit(&mut self, cents: i64, #[vo(default = 1)] times: i64) -> Result<i64, VoError> {
            self.cents = self.plus(cents * times).ok_or_else(|| VoError::new("too rich"))?;
            Ok(self.cents)
        }

        #[vo_extern("MoveTo", reentrant)]
        fn give(
            &mut self,
            ctx: &mut VmCtx,
            account: &mut Self,
            agrees: VoFunc<(&str,), bool>,
        ) -> Result<(), VoError> {
            if agrees.call(ctx, (self.owner.as_str(),))? {
                account.cents += std::mem::take(&mut self.cents);
            }
            Ok(())
        }

        fn first<'call>(&self, names: VoSlice<'call, VoString<'call>>) -> VoString<'call> {
            names.get(self.cents as usize)
        }

        #[vo_extern]
        #[cfg(any())]
        fn gone(&self, what: NoSuchType) {}

        #[vo(skip)]
        fn plus(&self, cents: i64) -> Option<i64> {
            self.cents.checked_add(cents)
        }
    }

    #[vo_extern("Sum")]
    fn total(accounts: VoSlice<VoObject<Account>>) -> i64 {
        accounts.iter().map(|account| account.with(|account| account.cents)).sum()
    }
}

const INT: TypeId = TypeId::INT;
const STRING: TypeId = TypeId::STRING;

fn host() -> (Host, TypeId, TypeId, TypeId) {
    let mut table = TypeTable::new();
    let account = table.new_named("vault.Account");
    table.set_opaque(account);
    let account = table.pointer_to(account);
    let accounts = table.slice_of(account);
    table.slice_of(STRING);
    let agrees = table.intern(TypeKind::Func(func(&[STRING], &[TypeId::BOOL])));
    (Host::with_types(table), account, accounts, agrees)
}

#[test]
fn methods_are_natives_of_the_package() {
    let registry = ExternRegistry::from_inventory();
    let found: Vec<(&str, String)> = (registry.entries().into_iter())
        .filter(|entry| entry.package() == "money/vault")
        .map(|entry| (entry.name, entry.signature.vo_signature()))
        .collect();
    let expected = [
        ("money/vault.Account.Deposit", "(account *vault.Account, cents int, times int) (int, error)"),
        ("money/vault.Account.First", "(account *vault.Account, names []string) string"),
        (
            "money/vault.Account.MoveTo",
            "(receiver *vault.Account, account *vault.Account, agrees func(string) bool) error",
        ),
        ("money/vault.Account.Owner", "(account *vault.Account) string"),
        ("money/vault.NewAccount", "(owner string) *vault.Account"),
        ("money/vault.OpenAll", "(owners []string) []*vault.Account"),
        ("money/vault.Sum", "(accounts []*vault.Account) int"),
    ];
    assert_eq!(found, expected.map(|(name, signature)| (name, signature.to_string())));
    assert_eq!(registry.get("money/vault.NewAccount").unwrap().docs, "An account without money.");
}

#[test]
fn methods_get_their_receiver() {
    let (mut host, account, accounts, agrees) = host();
    let [ada, bob] = ["Ada", "Bob"].map(|name| {
        let name = host.string(name);
        host.call("money/vault.NewAccount", &func(&[STRING], &[account]), &[name]).result().unwrap()
    });
    let deposit = func(&[account, INT, INT], &[INT, TypeId::ERROR]);
    let end = host.call("money/vault.Account.Deposit", &deposit, &[ada, int(5), int(2)]);
    assert!(matches!(end, End::Ok(slots) if slots[0] == int(10)));
    // The declaration leaves the last parameter out.
    let deposit = func(&[account, INT], &[INT, TypeId::ERROR]);
    let end = host.call("money/vault.Account.Deposit", &deposit, &[ada, int(1)]);
    assert!(matches!(end, End::Ok(slots) if slots[0] == int(11)));
    let end = host.call("money/vault.Account.Deposit", &deposit, &[ada, int(i64::MAX)]);
    assert_eq!(end, End::Error("too rich".into()));

    let asks = host.closure(|_, args| {
        assert_eq!(args.len(), 1);
        Ok(vec![int(1)])
    });
    let give = func(&[account, account, agrees], &[TypeId::ERROR]);
    assert!(matches!(host.call("money/vault.Account.MoveTo", &give, &[ada, bob, asks]), End::Ok(_)));
    let end = host.call("money/vault.Account.Owner", &func(&[account], &[STRING]), &[bob]);
    assert_eq!(host.read_string(end.result().unwrap()), "Bob");
    let all = host.slice(account, &[ada, bob, bob]);
    assert_eq!(host.call("money/vault.Sum", &func(&[accounts], &[INT]), &[all]), End::Ok(vec![int(22)]));

    let strings = host.types.find(&TypeKind::Slice(STRING)).unwrap();
    let names = host.strings(&["x", "y"]);
    let end = host.call("money/vault.OpenAll", &func(&[strings], &[accounts]), &[names]);
    let opened = host.read_slice::<Slot>(end.result().unwrap());
    assert_eq!(opened.len(), 2);
    let end =
        host.call("money/vault.Account.First", &func(&[account, strings], &[STRING]), &[opened[0], names]);
    assert_eq!(host.read_string(end.result().unwrap()), "x");
}
