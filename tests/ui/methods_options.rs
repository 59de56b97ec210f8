//! Options are those of one native.

use vo_ffi::prelude::*;

#[derive(VoObject)]
#[vo(name = "bank.Account")]
struct Account {
    owner: String,
    cents: i64,
}

#[vo_methods("bank.Account", reentrant)]
impl Account {
    fn cents(&self) -> i64 {
        self.cents
    }
}

#[vo_methods("bank.Account")]
impl Account {
    #[vo_extern(fast)]
    fn double(&self) -> i64 {
        self.cents * 2
    }

    #[vo_extern(blocking)]
    fn save(&self) -> bool {
        self.owner.is_empty()
    }

    fn ask(&self, ctx: &mut VmCtx, f: VoFunc<(i64,), bool>) -> Result<bool, VoError> {
        f.call(ctx, (self.cents,))
    }
}

fn main() {}
