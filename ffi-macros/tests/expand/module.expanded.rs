mod natives {
    use vo_ffi::prelude::*;
    /// A word and how often it is there.
    struct Word {
        text: String,
    }
    const _: () = {
        use ::vo_ffi::__private as __vo;
        impl __vo::RustObject for Word {
            const OBJECT: &'static __vo::ObjectSpec = &__vo::ObjectSpec {
                name: "text/count.Word",
                docs: "A word and how often it is there.",
                file: ::core::file!(),
                line: ::core::line!(),
            };
        }
        impl<'call> __vo::FromVo<'call> for &'call Word {
            const TYPE: __vo::TypeSpec = __vo::object_type::<Word>();
            #[inline(always)]
            unsafe fn from_vo(arg: __vo::Arg<'call>) -> __vo::Taken<Self> {
                unsafe { __vo::lend(arg) }
            }
        }
        impl<'call> __vo::Nilable for &'call Word {}
        impl<'call> __vo::FromVo<'call> for &'call mut Word {
            const TYPE: __vo::TypeSpec = __vo::object_type::<Word>();
            #[inline(always)]
            unsafe fn from_vo(arg: __vo::Arg<'call>) -> __vo::Taken<Self> {
                unsafe { __vo::lend_mut(arg) }
            }
        }
        impl<'call> __vo::Nilable for &'call mut Word {}
        impl __vo::Nilable for Word {}
        impl<'call> __vo::IntoVo<'call> for Word {
            const TYPE: __vo::TypeSpec = __vo::object_type::<Word>();
            type Raw = [__vo::Slot; 1];
            fn into_slots(
                self,
                access: __vo::Access<'call>,
                ty: __vo::TypeId,
            ) -> __vo::Given<Self::Raw> {
                __vo::new_rust(self, access, ty)
            }
        }
    };
    #[allow(clippy::needless_lifetimes, clippy::elidable_lifetime_names)]
    #[cfg(unix)]
    fn upper_case<'call>(text: &'call str) -> i64 {
        text.chars().filter(|c| c.is_uppercase()).count() as i64
    }
    #[cfg(unix)]
    #[doc(hidden)]
    static __VO_UPPER_CASE: ::vo_ffi::__private::ExternEntry = {
        use ::vo_ffi::__private as __vo;
        enum __Native {}
        impl __vo::NativeBody for __Native {
            const PARAMS: __vo::Params = &[__vo::param::<&str>().spec("text")];
            const RESULTS: __vo::ResultFacts = __vo::output::<i64, _>().facts();
            unsafe fn call(mut call: __vo::Call<'_>) -> __vo::Outcome {
                let text = unsafe { call.arg(__vo::param::<&str>())? };
                let results = upper_case(text);
                unsafe { call.finish(__vo::output::<i64, _>(), results) }
            }
        }
        __vo::submit!(__Native, "text/count.UpperCase", "")
    };
}
