#[vo_methods("bank.Account")]
impl Account {
    fn new(owner: &str) -> Self {
        Account { owner: owner.into(), cents: 0 }
    }

    /// How much there is.
    fn cents(&self) -> i64 {
        self.cents
    }

    #[vo_extern("MoveTo", reentrant)]
    fn give(&mut self, ctx: &mut VmCtx, other: &mut Self, agrees: VoFunc<(), bool>) -> Result<(), VoError> {
        if agrees.call(ctx, ())? {
            other.cents += std::mem::take(&mut self.cents);
        }
        Ok(())
    }

    #[vo(skip)]
    fn is_rich(&self) -> bool {
        self.cents > 1_000_000
    }
}
