struct Label<'call> {
    text: &'call str,
    color: Color,
}
const _: () = {
    use ::vo_ffi::__private as __vo;
    const FACTS: __vo::ParamFacts = __vo::facts_of_fields(
        &[__vo::field_in::<&'_ str>().facts(), __vo::field_in::<Color>().facts()],
    );
    impl<'call> __vo::FromVo<'call> for Label<'call> {
        const TYPE: __vo::TypeSpec = __vo::TypeSpec::StructOf(
            &__vo::StructSpec {
                name: "Label",
                fields: &[
                    __vo::field_in::<&'call str>().field("text"),
                    __vo::field_in::<Color>().renamed("Colour"),
                ],
            },
        );
        const SEES_HEAP: bool = FACTS.sees_heap;
        const BORROWS_ELEMENTS: bool = FACTS.borrows_elements;
        const OWNED: bool = FACTS.owned;
        const STRIDE: usize = 0;
        #[inline]
        unsafe fn from_vo(arg: __vo::Arg<'call>) -> __vo::Taken<Self> {
            unsafe { __vo::load_image(arg) }
        }
        #[inline]
        unsafe fn load(
            access: __vo::Access<'call>,
            ty: __vo::TypeId,
            at: *const u8,
        ) -> __vo::Taken<Self> {
            unsafe {
                let mut image = __vo::Image::to_read(access, ty, at);
                __vo::Ok(Self {
                    text: image.read(__vo::field_in::<&'call str>(), "text")?,
                    color: image.read(__vo::field_in::<Color>(), "color")?,
                })
            }
        }
    }
};
const _: () = {
    use ::vo_ffi::__private as __vo;
    impl<'call> __vo::IntoVo<'call> for Label<'call> {
        const TYPE: __vo::TypeSpec = __vo::TypeSpec::StructOf(
            &__vo::StructSpec {
                name: "Label",
                fields: &[
                    __vo::field_out::<&'call str>().field("text"),
                    __vo::field_out::<Color>().renamed("Colour"),
                ],
            },
        );
        type Raw = [__vo::Slot; 1];
        fn into_slots(
            self,
            access: __vo::Access<'call>,
            ty: __vo::TypeId,
        ) -> __vo::Given<Self::Raw> {
            __vo::new_image(self, access, ty)
        }
        unsafe fn store(
            self,
            access: __vo::Access<'call>,
            ty: __vo::TypeId,
            at: *mut u8,
        ) -> __vo::Given<()> {
            unsafe {
                let mut image = __vo::Image::to_write(access, ty, at);
                image.write(__vo::field_out::<&'call str>(), "text", self.text)?;
                image.write(__vo::field_out::<Color>(), "color", self.color)?;
            }
            __vo::Ok(())
        }
    }
};
#[derive(Clone, Copy)]
#[repr(C)]
struct Point {
    x: f64,
    y: f64,
}
const _: () = {
    use ::vo_ffi::__private as __vo;
    const FACTS: __vo::ParamFacts = __vo::facts_of_fields(
        &[__vo::field_in::<f64>().facts(), __vo::field_in::<f64>().facts()],
    );
    impl<'call> __vo::FromVo<'call> for Point {
        const TYPE: __vo::TypeSpec = __vo::TypeSpec::StructOf(
            &__vo::StructSpec {
                name: "Point",
                fields: &[
                    __vo::field_in::<f64>().field("x"),
                    __vo::field_in::<f64>().field("y"),
                ],
            },
        );
        const SEES_HEAP: bool = FACTS.sees_heap;
        const BORROWS_ELEMENTS: bool = FACTS.borrows_elements;
        const OWNED: bool = FACTS.owned;
        const STRIDE: usize = 0;
        #[inline]
        unsafe fn from_vo(arg: __vo::Arg<'call>) -> __vo::Taken<Self> {
            unsafe { __vo::load_image(arg) }
        }
        #[inline]
        unsafe fn load(
            access: __vo::Access<'call>,
            ty: __vo::TypeId,
            at: *const u8,
        ) -> __vo::Taken<Self> {
            unsafe {
                let mut image = __vo::Image::to_read(access, ty, at);
                __vo::Ok(Self {
                    x: image.read(__vo::field_in::<f64>(), "x")?,
                    y: image.read(__vo::field_in::<f64>(), "y")?,
                })
            }
        }
    }
};
const _: () = {
    use ::vo_ffi::__private as __vo;
    const ALIGN: usize = __vo::check_layout(
        ::core::mem::align_of::<Point>(),
        &[
            (::core::mem::align_of::<f64>(), __vo::packed_align::<f64>()),
            (::core::mem::align_of::<f64>(), __vo::packed_align::<f64>()),
        ],
    );
    unsafe impl __vo::Packed for Point {
        const ALIGN: usize = ALIGN;
    }
};
