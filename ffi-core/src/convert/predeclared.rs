//! Rust types that stand for one type of Vo, which every program has.

use crate::scalar::Scalar;
use crate::types::TypeId;
use crate::value::{VoInterface, VoString, VoValue};

/// A Rust type of whose Vo type a native can make slices by itself; a slice of another type needs a declaration that
/// says of which.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no Vo type before a program declares one",
    label = "a slice of these is a result, whose type is declared",
    note = "return a `Vec<{Self}>`; it becomes a slice of the declared type"
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
    VoString<'_> => TypeId::STRING;
    VoInterface<'_> => TypeId::ANY;
    VoValue<'_> => TypeId::ANY;
}
