//! Derives do not depend on what names mean where they are, and leave no warnings.

#![deny(warnings, clippy::all)]

use vo_ffi::prelude::*;

#[allow(dead_code)]
mod shadowed {
    #![no_implicit_prelude]

    use ::vo_ffi::prelude::{FromVo, IntoVo, VoPacked};

    struct Result;
    struct Option;
    struct Slot;
    mod core {}
    mod vo_ffi {}

    #[derive(::std::clone::Clone, ::std::marker::Copy, FromVo, IntoVo, VoPacked)]
    #[vo(crate = ::vo_ffi)]
    #[repr(C)]
    pub(crate) struct Point {
        x: f64,
        y: f64,
    }

    #[derive(FromVo, IntoVo)]
    #[vo(crate = ::vo_ffi)]
    #[repr(i8)]
    pub(crate) enum Sign {
        Minus = -1,
        Plus = 1,
    }
}

/// Its fields have the names of the output's own.
#[derive(FromVo, IntoVo)]
struct Named<'a> {
    r#type: &'a str,
    access: VoString<'a>,
    at: shadowed::Point,
    #[vo(rename = "_")]
    name: i64,
    #[cfg(any())]
    gone: NoSuchType,
}

#[derive(FromVo, IntoVo)]
enum r#Enum {
    r#Self_,
    #[allow(dead_code)]
    Other = 1 + 4,
}

macro_rules! structure {
    ($name:ident, $field:ident: $ty:ty) => {
        #[derive(FromVo, IntoVo)]
        struct $name {
            $field: $ty,
        }
    };
}

structure!(Inner, numbers: Vec<Vec<i64>>);
structure!(Outer, inner: Inner);

#[vo_extern("a.Same")]
fn same(named: Named<'_>, outer: Outer, value: r#Enum, sign: shadowed::Sign) -> (Named<'_>, Outer, r#Enum, shadowed::Sign) {
    (named, outer, value, sign)
}

fn main() {
    let signature = ExternRegistry::from_inventory().get("a.Same").map(|entry| entry.signature.vo_signature());
    let expected = "(named Named, outer Outer, value int, sign int8) (Named, Outer, int, int8)";
    assert_eq!(signature.as_deref(), Some(expected));
}
