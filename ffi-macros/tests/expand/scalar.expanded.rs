/// The greatest common divisor.
fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { gcd(b, a % b) }
}
#[doc(hidden)]
static __VO_GCD: ::vo_ffi::__private::ExternEntry = {
    use ::vo_ffi::__private as __vo;
    enum __Native {}
    impl __vo::NativeBody for __Native {
        const PARAMS: __vo::Params = &[
            __vo::param::<i64>().spec("a"),
            __vo::param::<i64>().spec("b"),
        ];
        const RESULTS: __vo::ResultFacts = __vo::output::<i64, _>().facts();
        unsafe fn call(mut call: __vo::Call<'_>) -> __vo::Outcome {
            let a = unsafe { call.arg(__vo::param::<i64>())? };
            let b = unsafe { call.arg(__vo::param::<i64>())? };
            let results = gcd(a, b);
            unsafe { call.finish(__vo::output::<i64, _>(), results) }
        }
    }
    __vo::submit!(__Native, "numbers.Gcd", "The greatest common divisor.")
};
