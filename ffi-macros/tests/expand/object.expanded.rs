/// Money of somebody.
struct Account {
    owner: String,
    cents: i64,
}
const _: () = {
    use ::vo_ffi::__private as __vo;
    impl __vo::RustObject for Account {
        const OBJECT: &'static __vo::ObjectSpec = &__vo::ObjectSpec {
            name: "bank.Account",
            docs: "Money of somebody.",
            file: ::core::file!(),
            line: ::core::line!(),
        };
        fn extra_bytes(&self) -> usize {
            __vo::bytes_of(self, |account: &Account| account.owner.capacity())
        }
    }
    impl<'call> __vo::FromVo<'call> for &'call Account {
        const TYPE: __vo::TypeSpec = __vo::object_type::<Account>();
        #[inline(always)]
        unsafe fn from_vo(arg: __vo::Arg<'call>) -> __vo::Taken<Self> {
            unsafe { __vo::lend(arg) }
        }
    }
    impl<'call> __vo::Nilable for &'call Account {}
    impl<'call> __vo::FromVo<'call> for &'call mut Account {
        const TYPE: __vo::TypeSpec = __vo::object_type::<Account>();
        #[inline(always)]
        unsafe fn from_vo(arg: __vo::Arg<'call>) -> __vo::Taken<Self> {
            unsafe { __vo::lend_mut(arg) }
        }
    }
    impl<'call> __vo::Nilable for &'call mut Account {}
    impl __vo::Nilable for Account {}
    impl<'call> __vo::IntoVo<'call> for Account {
        const TYPE: __vo::TypeSpec = __vo::object_type::<Account>();
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
