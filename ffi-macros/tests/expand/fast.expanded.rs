fn mix(a: f64, b: f64, t: f64) -> f64 {
    a + (b - a) * t
}
#[doc(hidden)]
static __VO_MIX: ::vo_ffi::__private::ExternEntry = {
    use ::vo_ffi::__private as __vo;
    enum __Native {}
    impl __vo::NativeBody for __Native {
        const PARAMS: __vo::Params = &[
            __vo::param::<f64>().spec("a"),
            __vo::param::<f64>().spec("b"),
            __vo::param::<f64>().spec("t"),
        ];
        const RESULTS: __vo::ResultFacts = __vo::output::<f64, _>().facts();
        const FAST: bool = true;
        unsafe fn call(mut call: __vo::Call<'_>) -> __vo::Outcome {
            let a = unsafe { call.arg(__vo::param::<f64>())? };
            let b = unsafe { call.arg(__vo::param::<f64>())? };
            let t = unsafe { call.arg(__vo::param::<f64>())? };
            let results = mix(a, b, t);
            unsafe { call.finish(__vo::output::<f64, _>(), results) }
        }
    }
    __vo::submit!(__Native, "numbers.Mix", "")
};
