#[allow(clippy::needless_pass_by_value, clippy::ptr_arg)]
fn read(names: Vec<String>, opened: &mut Opened) -> Result<Vec<u8>, VoError> {
    opened.count += names.len();
    Ok(std::fs::read(&names[0])?)
}
#[doc(hidden)]
static __VO_READ: ::vo_ffi::__private::ExternEntry = {
    use ::vo_ffi::__private as __vo;
    enum __Native {}
    impl __vo::NativeBody for __Native {
        const PARAMS: __vo::Params = &[__vo::param::<Vec<String>>().spec("names")];
        const RESULTS: __vo::ResultFacts = __vo::outputs::<Result<Vec<u8>, VoError>, _>()
            .facts();
        const BLOCKING: bool = true;
        unsafe fn call(mut call: __vo::Call<'_>) -> __vo::Outcome {
            let names = unsafe { call.arg(__vo::param::<Vec<String>>())? };
            let mut opened = call.state::<Opened>()?;
            let results = call.unlocked(|| read(names, &mut opened));
            unsafe {
                call.finish(__vo::outputs::<Result<Vec<u8>, VoError>, _>(), results)
            }
        }
    }
    const _: () = __vo::owned::<__Native>(0);
    __vo::submit!(__Native, "files.Read", "")
};
