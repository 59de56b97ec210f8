//! What the output of `#[derive(VoObject)]` and `#[vo_methods]` names.

use crate::__private::require::require;
use crate::__private::{Given, Param, Taken};
use crate::convert::Arg;
use crate::ctx::Access;
use crate::error::Mismatch;
use crate::rust_object::RustObject;
use crate::slot::Slot;
use crate::spec::{ParamFacts, TypeSpec};
use crate::types::{TypeId, TypeKind};

/// The type of a block of methods. One function has the bound on `T`, so that a type which scripts cannot hold gives one
/// error, however many methods there are.
#[derive(Debug)]
pub struct Object<'call, T> {
    lend: unsafe fn(Arg<'call>) -> Taken<&'call T>,
    lend_mut: unsafe fn(Arg<'call>) -> Taken<&'call mut T>,
    ty: TypeSpec,
    name: &'static str,
}

/// The type of a block of methods.
#[inline(always)]
pub const fn object<'call, T: RustObject>() -> Object<'call, T> {
    Object { lend: lend::<T>, lend_mut: lend_mut::<T>, ty: object_type::<T>(), name: T::OBJECT.name }
}

impl<'call, T> Object<'call, T> {
    /// `&self`
    #[inline(always)]
    pub const fn shared(&self) -> Param<'call, &'call T> {
        Param { convert: self.lend, slots: 1, ty: self.ty, facts: FACTS }
    }

    /// `&mut self`
    #[inline(always)]
    pub const fn exclusive(&self) -> Param<'call, &'call mut T> {
        Param { convert: self.lend_mut, slots: 1, ty: self.ty, facts: FACTS }
    }

    /// The name of the block is that of the type.
    #[track_caller]
    pub const fn is_named(&self, name: &str) {
        let (mut same, mut index) = (name.len() == self.name.len(), 0);
        while same && index < name.len() {
            same = name.as_bytes()[index] == self.name.as_bytes()[index];
            index += 1;
        }
        require(same, self.name, " is the name that `#[derive(VoObject)]` gives the type; write that");
    }
}

/// What a value that the heap owns says about a native.
const FACTS: ParamFacts =
    ParamFacts { sees_heap: true, variadic: false, borrows_elements: false, owned: false };

/// What a declaration may say of a pointer to such a value.
pub const fn object_type<T: RustObject>() -> TypeSpec {
    TypeSpec::Object(T::OBJECT)
}

/// A new object with this value. `ty` is the declared pointer.
pub fn new_rust<T: RustObject>(value: T, access: Access<'_>, ty: TypeId) -> Given<[Slot; 1]> {
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
pub unsafe fn lend<'call, T: RustObject>(arg: Arg<'call>) -> Taken<&'call T> {
    // SAFETY: passed on; the value is lent until the native returns, and stays since its object is an argument.
    unsafe { Ok(&*arg.pointer::<T>().lend(false)?) }
}

/// The same, lent to this argument alone.
///
/// # Safety
/// As [`lend`].
#[inline(always)]
pub unsafe fn lend_mut<'call, T: RustObject>(arg: Arg<'call>) -> Taken<&'call mut T> {
    // SAFETY: as for `lend`, and nothing else has it.
    unsafe { Ok(&mut *arg.pointer::<T>().lend(true)?) }
}

/// How many bytes a value owns beside itself, by a function that the user wrote.
pub fn bytes_of<T>(value: &T, bytes: impl Fn(&T) -> usize) -> usize {
    bytes(value)
}
