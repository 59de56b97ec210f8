//! What stands on or around a native stays there.

#![deny(warnings)]

use vo_ffi::prelude::*;

/// Never there.
#[vo_extern("a.Gone")]
#[cfg(any())]
fn gone(a: NoSuchType) {}

#[vo_extern("a.Raw")]
fn r#type(r#fn: i64, _unused: bool) -> i64 {
    r#fn
}

mod inner {
    use vo_ffi::prelude::*;

    #[vo_extern("a.Const", crate = ::vo_ffi)]
    #[inline]
    pub(crate) const fn constant(#[allow(unused)] n: i64) -> i64 {
        4
    }
}

macro_rules! native {
    ($name:literal, $ident:ident, $ty:ty) => {
        #[vo_extern($name)]
        fn $ident(value: $ty) -> $ty {
            value
        }
    };
}

native!("a.Int", int, i64);
native!("a.Text", text, &str);
native!("a.String", string, VoString);

fn main() {
    #[vo_extern("a.Local")]
    fn local(n: i64) -> i64 {
        n + inner::constant(n) + r#type(n, true)
    }

    let name = |name| ExternRegistry::from_inventory().get(name).map(|entry| entry.signature.vo_signature());
    assert_eq!(local(1), 6);
    assert_eq!(name("a.Local").as_deref(), Some("(n int) int"));
    assert_eq!(name("a.Raw").as_deref(), Some("(fn int, unused bool) int"));
    assert_eq!(name("a.Gone"), None);
}
