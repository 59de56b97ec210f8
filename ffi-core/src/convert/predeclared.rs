//! Rust types that stand for one type of Vo, which every program has.

use crate::scalar::Scalar;
use crate::types::TypeId;
use crate::value::{VoInterface, VoString, VoValue};

/// A Rust type that stands for a type which every program has, so that a native makes slices of it, or puts it into an
/// `any`, by itself; with another type, a declaration has to say what the program's is.
///
/// ```
/// use vo_ffi_core::{ExternCtx, IntoVo, Predeclared, VoSlice};
///
/// /// A slice of one value many times.
/// fn fill<'call, T>(ctx: &mut ExternCtx<'call>, value: T, count: usize) -> VoSlice<'call, T>
/// where
///     T: IntoVo<'call> + Predeclared + Clone,
/// {
///     ctx.new_slice(&vec![value; count])
/// }
/// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
/// # vm::run(|ctx| {
/// assert_eq!(fill(ctx, 0.5, 3).to_vec(), [0.5; 3]);
/// # });
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no Vo type before a program declares one",
    label = "not a type that every program has",
    note = "these are bool, char, i8 to i64, u8 to u64, f32, f64, &str, String, Vec<u8>, VoString, VoInterface and VoValue",
    note = "for a slice, return a `Vec<{Self}>`: it becomes a slice of the declared type; for an `any`, take a `VoValue`"
)]
pub trait Predeclared {
    /// Its type in Vo.
    #[doc(hidden)]
    const ID: TypeId;
}

macro_rules! predeclared {
    ($($ty:ty => $id:expr;)*) => {$(
        impl Predeclared for $ty {
            const ID: TypeId = $id;
        }
    )*};
}

predeclared! {
    bool => TypeId::BOOL;
    char => TypeId::RUNE;
    i8 => TypeId::scalar(Scalar::Int8);
    i16 => TypeId::scalar(Scalar::Int16);
    i32 => TypeId::scalar(Scalar::Int32);
    i64 => TypeId::INT;
    u8 => TypeId::BYTE;
    u16 => TypeId::scalar(Scalar::Uint16);
    u32 => TypeId::scalar(Scalar::Uint32);
    u64 => TypeId::UINT64;
    f32 => TypeId::scalar(Scalar::Float32);
    f64 => TypeId::FLOAT64;
    &str => TypeId::STRING;
    String => TypeId::STRING;
    Vec<u8> => TypeId::BYTES;
    VoString<'_> => TypeId::STRING;
    VoInterface<'_> => TypeId::ANY;
    VoValue<'_> => TypeId::ANY;
}
