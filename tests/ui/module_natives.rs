//! The mistakes of all natives of a module are reported together, and those of the attribute too.

use vo_ffi::prelude::*;

#[vo_module("unicode.utf8", reentrant, creat = vo_ffi)]
mod natives {
    use vo_ffi::prelude::*;

    #[vo_extern("fmt::Println")]
    fn rust_path() {}

    #[vo_extern(reentrent)]
    fn misspelt(_n: usize) {}

    #[vo_extern(reentrant, "Late")]
    fn late(_ctx: &mut VmCtx) {}

    #[vo_extern("Type.Method")]
    fn no_receiver() {}

    #[vo_extern]
    struct Thing;
}

#[vo_module("strings")]
mod strings {
    use vo_ffi::prelude::*;

    #[vo_extern("strings.Index")]
    fn index() {}

    #[vo_extern("A.B.C")]
    fn deep() {}

    #[cfg(any())]
    #[vo_extern("of no interest")]
    fn gone() {}

    mod inner {
        use vo_ffi::prelude::*;

        #[vo_extern]
        fn known(_text: &String) {}
    }
}

fn main() {}
