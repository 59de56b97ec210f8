#[allow(clippy::needless_lifetimes, clippy::elidable_lifetime_names)]
fn indent<'call>(text: &'call str, by: u16) -> String {
    format!("{:by$}{text}", "", by = usize::from(by))
}
#[doc(hidden)]
static __VO_INDENT: ::vo_ffi::__private::ExternEntry = {
    use ::vo_ffi::__private as __vo;
    enum __Native {}
    impl __vo::NativeBody for __Native {
        const PARAMS: __vo::Params = &[
            __vo::param::<&str>().spec("text"),
            __vo::param::<u16>().optional("by"),
        ];
        const RESULTS: __vo::ResultFacts = __vo::output::<String, _>().facts();
        unsafe fn call(mut call: __vo::Call<'_>) -> __vo::Outcome {
            let text = unsafe { call.arg(__vo::param::<&str>())? };
            let by = unsafe { call.optional_arg(__vo::param::<u16>())? }
                .unwrap_or_else(|| WIDTH / 2);
            let results = indent(text, by);
            unsafe { call.finish(__vo::output::<String, _>(), results) }
        }
    }
    __vo::submit!(__Native, "text.Indent", "")
};
