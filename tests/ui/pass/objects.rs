//! Types that scripts hold do not depend on what names mean where they are, and leave no warnings.

#![deny(warnings, clippy::all, clippy::pedantic)]
#![forbid(unsafe_code)]
#![no_implicit_prelude]

use ::vo_ffi::prelude::{VoObject, vo_extern, vo_methods, vo_module};

struct Result;
#[allow(dead_code)]
struct Object;
mod core {}
mod vo_ffi {}

/// Its value is of no size.
#[derive(VoObject)]
#[vo(name = "a.Empty")]
pub struct Empty;

#[derive(VoObject)]
#[vo(name = "a.Choice", crate = ::vo_ffi, bytes = Choice::bytes)]
pub enum Choice {
    Text(::std::string::String),
    Nothing,
}

impl Choice {
    fn bytes(&self) -> usize {
        match self {
            Choice::Text(text) => text.capacity(),
            Choice::Nothing => 0,
        }
    }
}

#[vo_methods("a.Choice", crate = ::vo_ffi)]
impl Choice {
    fn is_nothing(&self) -> bool {
        ::std::matches!(self, Choice::Nothing)
    }

    fn clear(&mut self) {
        *self = Choice::Nothing;
    }
}

#[vo_extern("a.New")]
fn new(text: ::std::option::Option<&Empty>) -> ::std::option::Option<Choice> {
    text.map(|_| Choice::Text(::std::string::String::new()))
}

#[vo_module("a/b")]
mod b {
    use ::vo_ffi::prelude::{VoObject, vo_methods};

    #[derive(VoObject)]
    pub struct r#Type {
        pub(super) used: super::Result,
    }

    #[vo_methods]
    impl r#Type {
        fn same(&self, other: &Self) -> bool {
            ::std::ptr::eq(&raw const self.used, &raw const other.used)
        }
    }
}

fn main() {}
