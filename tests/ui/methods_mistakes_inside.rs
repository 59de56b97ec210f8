//! The mistakes of all methods of a block are reported in one go, each once.

use vo_ffi::prelude::*;

#[derive(VoObject)]
#[vo(name = "bank.Account")]
struct Account {
    owner: String,
    cents: i64,
}

#[vo_methods("bank.Account")]
impl Account {
    fn deposit(&mut self, (euros, cents): (i64, i64)) {
        self.cents += euros * 100 + cents;
    }

    fn letters(&self) -> usize {
        self.owner.len()
    }

    fn rename<S: Into<String>>(&mut self, owner: S) {
        self.owner = owner.into();
    }

    async fn audit(&self) {}

    #[vo_extern(reentrent)]
    fn each(&self, ctx: &mut VmCtx, f: VoFunc) -> Result<(), VoError> {
        ctx.call(&f, (self.cents,))
    }

    fn belongs_to(&self, name: &String) -> bool {
        *name == self.owner
    }
}

fn main() {}
