//! A module of natives stays the module that it was.

#![deny(warnings)]

mod facade {
    pub use vo_ffi::__private;
}

/// Natives of two packages.
#[vo_ffi::vo_module("shapes/flat", crate = crate::facade)]
#[allow(clippy::module_inception)]
pub(crate) mod natives {
    use vo_ffi::prelude::*;

    pub(super) const SIDES: i64 = 4;

    #[vo_extern]
    pub(crate) fn sides_of_square() -> i64 {
        SIDES
    }

    #[vo_extern("Square.Area", crate = ::vo_ffi,)]
    fn area(_square: VoStruct) -> Result<f64, VoError> {
        Err(VoError::new("not measured"))
    }

    #[vo_extern(reentrant)]
    #[cfg(all())]
    fn each(ctx: &mut VmCtx, f: VoFunc) -> Result<(), VoError> {
        (0..SIDES).try_for_each(|side| ctx.call::<()>(&f, (side,)))
    }

    #[vo_extern]
    #[cfg(any())]
    fn gone(a: NoSuchType) {}

    pub mod round {
        use vo_ffi::prelude::*;

        #[vo_extern("Tau")]
        fn tau() -> f64 {
            std::f64::consts::TAU
        }
    }

    #[vo_module("shapes/solid")]
    mod solid {
        use vo_ffi::prelude::*;

        #[vo_extern]
        fn r#box() {}
    }
}

fn main() {
    assert_eq!(natives::sides_of_square(), natives::SIDES);
    let registry = vo_ffi::ExternRegistry::from_inventory();
    let found: Vec<(&str, u32)> = registry.entries().iter().map(|entry| (entry.name, entry.line)).collect();
    let expected = [
        ("shapes/flat.Each", 27),
        ("shapes/flat.SidesOfSquare", 17),
        ("shapes/flat.Square.Area", 22),
        ("shapes/flat.Tau", 40),
        ("shapes/solid.Box", 50),
    ];
    assert_eq!(found, expected);
}
