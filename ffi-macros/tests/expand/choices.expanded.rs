use vo_ffi::prelude::*;
enum Json {
    Null,
    Number(f64),
    Text(String),
}
const _: () = {
    use ::vo_ffi::__private as __vo;
    const FACTS: __vo::ParamFacts = __vo::facts_of_fields(
        &[__vo::param::<f64>().facts(), __vo::param::<String>().facts()],
    );
    impl<'call> __vo::FromVo<'call> for Json {
        const TYPE: __vo::TypeSpec = __vo::TypeSpec::Interface;
        const SLOTS: usize = 2;
        const STRIDE: usize = 16;
        const BORROWS_ELEMENTS: bool = FACTS.borrows_elements;
        const OWNED: bool = FACTS.owned;
        unsafe fn from_vo(arg: __vo::Arg<'call>) -> __vo::Taken<Self> {
            let choice = unsafe { __vo::Choice::of_arg(arg) };
            if choice.is_nil() {
                return __vo::Ok(Self::Null);
            }
            if let __vo::Some(value) = unsafe {
                choice.as_type(__vo::param::<f64>(), "Number")
            } {
                return value.map(Self::Number);
            }
            if let __vo::Some(value) = unsafe {
                choice.as_type(__vo::param::<String>(), "Text")
            } {
                return value.map(Self::Text);
            }
            __vo::Err(
                choice
                    .none_of(
                        "Json",
                        &[
                            ("Null", __vo::None),
                            ("Number", __vo::Some(__vo::param::<f64>().ty())),
                            ("Text", __vo::Some(__vo::param::<String>().ty())),
                        ],
                    ),
            )
        }
    }
};
const _: () = {
    use ::vo_ffi::__private as __vo;
    impl<'call> __vo::IntoVo<'call> for Json {
        const TYPE: __vo::TypeSpec = __vo::TypeSpec::Any;
        type Raw = [__vo::Slot; 2];
        fn into_slots(
            self,
            access: __vo::Access<'call>,
            _: __vo::TypeId,
        ) -> __vo::Given<Self::Raw> {
            match self {
                Self::Null => __vo::Ok([__vo::Slot::ZERO; 2]),
                Self::Number(value) => __vo::choice_out::<f64>().slots(value, access),
                Self::Text(value) => __vo::choice_out::<String>().slots(value, access),
            }
        }
    }
};
