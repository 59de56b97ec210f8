#[allow(
    clippy::needless_lifetimes,
    clippy::elidable_lifetime_names,
    clippy::needless_pass_by_value,
    clippy::ptr_arg,
    clippy::trivially_copy_pass_by_ref
)]
impl Account {
    fn new<'call>(owner: &'call str) -> Self {
        Account {
            owner: owner.into(),
            cents: 0,
        }
    }
    /// How much there is.
    fn cents<'call>(&'call self) -> i64 {
        self.cents
    }
    fn give<'call>(
        &'call mut self,
        ctx: &mut VmCtx<'call>,
        other: &'call mut Self,
        agrees: VoFunc<'call, (), bool>,
    ) -> Result<(), VoError> {
        if agrees.call(ctx, ())? {
            other.cents += std::mem::take(&mut self.cents);
        }
        Ok(())
    }
    fn is_rich(&self) -> bool {
        self.cents > 1_000_000
    }
}
const _: () = {
    use ::vo_ffi::__private as __vo;
    const _: () = __vo::object::<Account>().is_named("bank.Account");
};
impl Account {
    #[doc(hidden)]
    const __VO_NEW: ::vo_ffi::__private::ExternEntry = {
        use ::vo_ffi::__private as __vo;
        enum __Native {}
        impl __vo::NativeBody for __Native {
            const PARAMS: __vo::Params = &[__vo::param::<&str>().spec("owner")];
            const RESULTS: __vo::ResultFacts = __vo::output::<Account, _>().facts();
            unsafe fn call(mut call: __vo::Call<'_>) -> __vo::Outcome {
                let owner = unsafe { call.arg(__vo::param::<&str>())? };
                let results = <Account>::new(owner);
                unsafe { call.finish(__vo::output::<Account, _>(), results) }
            }
        }
        __vo::submit!(__Native, "bank.NewAccount", "")
    };
    #[doc(hidden)]
    const __VO_CENTS: ::vo_ffi::__private::ExternEntry = {
        use ::vo_ffi::__private as __vo;
        enum __Native {}
        impl __vo::NativeBody for __Native {
            const PARAMS: __vo::Params = &[
                __vo::object::<Account>().shared().spec("account"),
            ];
            const RESULTS: __vo::ResultFacts = __vo::output::<i64, _>().facts();
            unsafe fn call(mut call: __vo::Call<'_>) -> __vo::Outcome {
                let account = unsafe { call.arg(__vo::object::<Account>().shared())? };
                let results = <Account>::cents(account);
                unsafe { call.finish(__vo::output::<i64, _>(), results) }
            }
        }
        __vo::submit!(__Native, "bank.Account.Cents", "How much there is.")
    };
    #[doc(hidden)]
    const __VO_GIVE: ::vo_ffi::__private::ExternEntry = {
        use ::vo_ffi::__private as __vo;
        enum __Native {}
        impl __vo::NativeBody for __Native {
            const PARAMS: __vo::Params = &[
                __vo::object::<Account>().exclusive().spec("account"),
                __vo::param::<&mut Account>().spec("other"),
                __vo::param::<VoFunc<(), bool>>().spec("agrees"),
            ];
            const RESULTS: __vo::ResultFacts = __vo::outputs::<Result<(), VoError>, _>()
                .facts();
            const TAKES_CONTEXT: bool = true;
            const REENTRANT: bool = true;
            unsafe fn call(mut call: __vo::Call<'_>) -> __vo::Outcome {
                let account = unsafe {
                    call.arg(__vo::object::<Account>().exclusive())?
                };
                let other = unsafe { call.arg(__vo::param::<&mut Account>())? };
                let agrees = unsafe { call.arg(__vo::param::<VoFunc<(), bool>>())? };
                let results = <Account>::give(
                    account,
                    &mut call.vm_ctx(),
                    other,
                    agrees,
                );
                unsafe {
                    call.finish(__vo::outputs::<Result<(), VoError>, _>(), results)
                }
            }
        }
        const _: () = __vo::no_elements::<__Native>(1);
        const _: () = __vo::no_elements::<__Native>(2);
        __vo::submit!(__Native, "bank.Account.MoveTo", "")
    };
}
