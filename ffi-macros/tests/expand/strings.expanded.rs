#[allow(clippy::needless_lifetimes, clippy::elidable_lifetime_names)]
fn split<'call>(
    text: &'call str,
    separator: char,
) -> Result<(&'call str, &'call str), VoError> {
    text.split_once(separator).ok_or_else(|| VoError::new("no separator"))
}
#[doc(hidden)]
static __VO_SPLIT: ::vo_ffi::__private::ExternEntry = {
    use ::vo_ffi::__private as __vo;
    enum __Native {}
    impl __vo::NativeBody for __Native {
        const PARAMS: __vo::Params = &[
            __vo::param::<&str>().spec("text"),
            __vo::param::<char>().spec("separator"),
        ];
        const RESULTS: __vo::ResultFacts = __vo::outputs::<
            Result<(&str, &str), VoError>,
            _,
        >()
            .facts();
        unsafe fn call(mut call: __vo::Call<'_>) -> __vo::Outcome {
            let text = unsafe { call.arg(__vo::param::<&str>())? };
            let separator = unsafe { call.arg(__vo::param::<char>())? };
            let results = split(text, separator);
            unsafe {
                call.finish(__vo::outputs::<Result<(&str, &str), VoError>, _>(), results)
            }
        }
    }
    __vo::submit!(__Native, "text.Split", "")
};
#[allow(
    clippy::needless_lifetimes,
    clippy::elidable_lifetime_names,
    clippy::needless_pass_by_value
)]
fn join<'call>(
    ctx: &mut ExternCtx<'call>,
    parts: VoSlice<'call, VoString<'call>>,
) -> VoString<'call> {
    ctx.new_string(parts.iter().map(|part| part.to_str_lossy()).collect::<String>())
}
#[doc(hidden)]
static __VO_JOIN: ::vo_ffi::__private::ExternEntry = {
    use ::vo_ffi::__private as __vo;
    enum __Native {}
    impl __vo::NativeBody for __Native {
        const PARAMS: __vo::Params = &[__vo::param::<VoSlice<VoString>>().spec("parts")];
        const RESULTS: __vo::ResultFacts = __vo::output::<VoString, _>().facts();
        const TAKES_CONTEXT: bool = true;
        unsafe fn call(mut call: __vo::Call<'_>) -> __vo::Outcome {
            let parts = unsafe { call.arg(__vo::param::<VoSlice<VoString>>())? };
            let results = join(&mut call.extern_ctx(), parts);
            unsafe { call.finish(__vo::output::<VoString, _>(), results) }
        }
    }
    __vo::submit!(__Native, "text.Join", "")
};
