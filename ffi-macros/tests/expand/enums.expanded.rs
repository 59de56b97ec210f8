#[repr(u8)]
enum Color {
    Red,
    Green = 5,
}
const _: () = {
    use ::vo_ffi::__private as __vo;
    impl<'call> __vo::FromVo<'call> for Color {
        const TYPE: __vo::TypeSpec = __vo::field_in::<u8>().ty();
        const SEES_HEAP: bool = false;
        const OWNED: bool = true;
        const STRIDE: usize = ::core::mem::size_of::<u8>();
        #[inline]
        unsafe fn from_vo(arg: __vo::Arg<'call>) -> __vo::Taken<Self> {
            let number: u8 = unsafe { __vo::FromVo::from_vo(arg)? };
            if number == Self::Red as u8 {
                return __vo::Ok(Self::Red);
            }
            if number == Self::Green as u8 {
                return __vo::Ok(Self::Green);
            }
            let variants = [
                ("Red", Self::Red as u8 as i128),
                ("Green", Self::Green as u8 as i128),
            ];
            __vo::Err(__vo::no_variant("Color", &variants, number as i128))
        }
    }
};
const _: () = {
    use ::vo_ffi::__private as __vo;
    impl<'call> __vo::IntoVo<'call> for Color {
        const TYPE: __vo::TypeSpec = __vo::field_out::<u8>().ty();
        const SEES_HEAP: bool = false;
        type Raw = [__vo::Slot; 1];
        #[inline]
        fn into_slots(
            self,
            access: __vo::Access<'call>,
            ty: __vo::TypeId,
        ) -> __vo::Given<Self::Raw> {
            __vo::IntoVo::into_slots(self as u8, access, ty)
        }
    }
};
