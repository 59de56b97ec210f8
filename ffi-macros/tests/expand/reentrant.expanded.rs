#[allow(
    clippy::needless_lifetimes,
    clippy::elidable_lifetime_names,
    clippy::needless_pass_by_value
)]
fn find<'call>(
    ctx: &mut VmCtx<'call>,
    list: VoSlice<'call, i64>,
    wanted: VoFunc<'call, (i64,), bool>,
) -> Result<Option<VoValue<'call>>, VoError> {
    for item in &list {
        if wanted.call(ctx, (item,))? {
            return Ok(Some(item.into()));
        }
    }
    Ok(None)
}
#[doc(hidden)]
static __VO_FIND: ::vo_ffi::__private::ExternEntry = {
    use ::vo_ffi::__private as __vo;
    enum __Native {}
    impl __vo::NativeBody for __Native {
        const PARAMS: __vo::Params = &[
            __vo::param::<VoSlice<i64>>().spec("list"),
            __vo::param::<VoFunc<(i64,), bool>>().spec("wanted"),
        ];
        const RESULTS: __vo::ResultFacts = __vo::outputs::<
            Result<Option<VoValue>, VoError>,
            _,
        >()
            .facts();
        const TAKES_CONTEXT: bool = true;
        const REENTRANT: bool = true;
        unsafe fn call(mut call: __vo::Call<'_>) -> __vo::Outcome {
            let list = unsafe { call.arg(__vo::param::<VoSlice<i64>>())? };
            let wanted = unsafe { call.arg(__vo::param::<VoFunc<(i64,), bool>>())? };
            let results = find(&mut call.vm_ctx(), list, wanted);
            unsafe {
                call.finish(
                    __vo::outputs::<Result<Option<VoValue>, VoError>, _>(),
                    results,
                )
            }
        }
    }
    const _: () = __vo::one_argument::<__Native>(0);
    const _: () = __vo::no_elements::<__Native>(0);
    const _: () = __vo::no_elements::<__Native>(1);
    __vo::submit!(__Native, "numbers.Find", "")
};
