//! Calls through libffi: slower than code made for a signature, but ready on every machine.

use std::ffi::{c_int, c_void};

use libffi::middle::{Cif, Type};
use vo_ffi_core::{CPlan, CType, Class, Scalar};

use crate::library::Code;
use crate::stub::errno;

/// A C function together with what libffi needs to know to call it.
#[derive(Debug)]
pub(crate) struct Stub {
    cif: Cif,
    code: Code,
}

// SAFETY: `Cif` owns the types that it points to, and `ffi_call` only reads them.
unsafe impl Send for Stub {}
// SAFETY: as for `Send`: after `prep_cif`, nothing writes to a `Cif`.
unsafe impl Sync for Stub {}

/// What C gave back.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Returned {
    /// The result in the low bytes.
    pub(crate) word: u64,
    /// errno, where the plan asks for it, else 0.
    pub(crate) errno: c_int,
}

impl Stub {
    /// Prepares calls by this plan.
    pub(crate) fn new(code: Code, plan: &CPlan) -> Result<Stub, libffi::low::Error> {
        let args = plan.args.iter().map(|arg| ffi_type(arg.ty));
        let result = plan.result.map_or_else(Type::void, |result| ffi_type(result.ty));
        Ok(Stub { cif: Cif::try_new(args, result)?, code })
    }

    /// Calls the function.
    ///
    /// # Safety
    /// `args` has the address of each argument of the plan that this stub was made by, and the code is a
    /// function of the plan's types.
    #[inline]
    pub(crate) unsafe fn call(&self, args: &mut [*mut c_void]) -> u64 {
        debug_assert_eq!(args.len() as u64, self.arg_count());
        // libffi writes a whole word for each integer result, and the low half of it for a float.
        let mut word = 0u64;
        // SAFETY: the `Cif` was prepared, `word` has room for a result of up to 8 bytes, and the caller
        // vouches for the rest.
        unsafe {
            libffi::raw::ffi_call(
                self.cif.as_raw_ptr(),
                Some(self.code.0),
                (&raw mut word).cast(),
                args.as_mut_ptr(),
            );
        }
        word
    }

    /// Calls the function with errno at 0, and reads errno before anything else can change it.
    ///
    /// # Safety
    /// As [`Stub::call`].
    #[inline]
    pub(crate) unsafe fn call_with_errno(&self, args: &mut [*mut c_void]) -> Returned {
        errno::clear();
        // SAFETY: the caller vouches for it.
        let word = unsafe { self.call(args) };
        Returned { word, errno: errno::get() }
    }

    fn arg_count(&self) -> u64 {
        // SAFETY: the pointer is to the `Cif`'s own field.
        unsafe { u64::from((*self.cif.as_raw_ptr()).nargs) }
    }
}

fn ffi_type(ty: CType) -> Type {
    match ty {
        CType::Pointer => Type::pointer(),
        CType::Scalar(scalar) => ffi_scalar(scalar),
    }
}

fn ffi_scalar(scalar: Scalar) -> Type {
    match (scalar.class(), scalar.size()) {
        (Class::Signed, 1) => Type::i8(),
        (Class::Signed, 2) => Type::i16(),
        (Class::Signed, 4) => Type::i32(),
        (Class::Signed, _) => Type::i64(),
        (Class::Bool, _) | (Class::Unsigned, 1) => Type::u8(),
        (Class::Unsigned, 2) => Type::u16(),
        (Class::Unsigned, 4) => Type::u32(),
        (Class::Unsigned, _) => Type::u64(),
        (Class::Float, 4) => Type::f32(),
        (Class::Float, _) => Type::f64(),
    }
}
