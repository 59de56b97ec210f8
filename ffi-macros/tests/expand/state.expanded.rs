#[allow(clippy::needless_pass_by_value, clippy::ptr_arg)]
fn write(log: &mut Vec<String>, line: String) {
    log.push(line);
}
#[doc(hidden)]
static __VO_WRITE: ::vo_ffi::__private::ExternEntry = {
    use ::vo_ffi::__private as __vo;
    enum __Native {}
    impl __vo::NativeBody for __Native {
        const PARAMS: __vo::Params = &[__vo::param::<String>().spec("line")];
        const RESULTS: __vo::ResultFacts = __vo::output::<(), _>().facts();
        unsafe fn call(mut call: __vo::Call<'_>) -> __vo::Outcome {
            let mut log = call.state::<Vec<String>>()?;
            let line = unsafe { call.arg(__vo::param::<String>())? };
            let results = write(&mut log, line);
            unsafe { call.finish(__vo::output::<(), _>(), results) }
        }
    }
    __vo::submit!(__Native, "log.Write", "")
};
#[allow(clippy::ptr_arg)]
fn count(log: &Vec<String>) -> u32 {
    log.len() as u32
}
#[doc(hidden)]
static __VO_COUNT: ::vo_ffi::__private::ExternEntry = {
    use ::vo_ffi::__private as __vo;
    enum __Native {}
    impl __vo::NativeBody for __Native {
        const PARAMS: __vo::Params = &[];
        const RESULTS: __vo::ResultFacts = __vo::output::<u32, _>().facts();
        unsafe fn call(call: __vo::Call<'_>) -> __vo::Outcome {
            let log = call.state::<Vec<String>>()?;
            let results = count(&log);
            unsafe { call.finish(__vo::output::<u32, _>(), results) }
        }
    }
    __vo::submit!(__Native, "log.Count", "")
};
