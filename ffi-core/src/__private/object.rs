//! What the output of `#[derive(VoObject)]` names.

use crate::convert::{Arg, Unfit};
use crate::ctx::Access;
use crate::error::Mismatch;
use crate::rust_object::RustObject;
use crate::slot::Slot;
use crate::types::{TypeId, TypeKind};

/// A new object with this value. `ty` is the declared pointer.
pub fn new_rust<T: RustObject>(value: T, access: Access<'_>, ty: TypeId) -> Result<[Slot; 1], Unfit> {
    match *access.types().kind(ty) {
        TypeKind::Pointer(target) if *access.types().kind(target) == TypeKind::Opaque => {
            Ok([access.new_rust(target, value)])
        }
        _ => Err(Mismatch::new(access.types().name(ty), T::OBJECT.name).into()),
    }
}

/// The value of an argument, lent until the native returns.
///
/// # Safety
/// `arg` is a pointer to the opaque type that `T` names.
#[inline(always)]
pub unsafe fn lend<'call, T: RustObject>(arg: Arg<'call>) -> Result<&'call T, Mismatch> {
    // SAFETY: passed on; the value is lent until the native returns, and stays since its object is an argument.
    unsafe { Ok(&*arg.pointer::<T>().lend(false)?) }
}

/// The same, lent to this argument alone.
///
/// # Safety
/// As [`lend`].
#[inline(always)]
pub unsafe fn lend_mut<'call, T: RustObject>(arg: Arg<'call>) -> Result<&'call mut T, Mismatch> {
    // SAFETY: as for `lend`, and nothing else has it.
    unsafe { Ok(&mut *arg.pointer::<T>().lend(true)?) }
}

/// How many bytes a value owns beside itself, by a function that the user wrote.
pub fn bytes_of<T>(value: &T, bytes: impl Fn(&T) -> usize) -> usize {
    bytes(value)
}
