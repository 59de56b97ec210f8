#[allow(
    clippy::needless_lifetimes,
    clippy::elidable_lifetime_names,
    clippy::needless_pass_by_value
)]
fn sum<'call>(first: i64, others: VoVariadic<'call, i64>) -> i64 {
    others.iter().fold(first, i64::wrapping_add)
}
#[doc(hidden)]
static __VO_SUM: ::vo_ffi::__private::ExternEntry = {
    use ::vo_ffi::__private as __vo;
    enum __Native {}
    impl __vo::NativeBody for __Native {
        const PARAMS: __vo::Params = &[
            __vo::param::<i64>().spec("first"),
            __vo::param::<VoVariadic<i64>>().spec("others"),
        ];
        const RESULTS: __vo::ResultFacts = __vo::output::<i64, _>().facts();
        unsafe fn call(mut call: __vo::Call<'_>) -> __vo::Outcome {
            let first = unsafe { call.arg(__vo::param::<i64>())? };
            let others = unsafe { call.arg(__vo::param::<VoVariadic<i64>>())? };
            let results = sum(first, others);
            unsafe { call.finish(__vo::output::<i64, _>(), results) }
        }
    }
    __vo::submit!(__Native, "numbers.Sum", "")
};
