//! Function pointers that libffi makes, and that can be given another type.

use std::ffi::c_void;

use libffi::low::{CodePtr, ffi_cif, ffi_closure, try_closure_alloc};
use libffi::raw;

use super::Interface;

/// What C's call goes on with: room for the result, the addresses of the arguments, and what was given to
/// [`LibffiClosure::prepare`].
pub(crate) type Run =
    unsafe extern "C" fn(cif: *mut ffi_cif, result: *mut c_void, args: *mut *mut c_void, head: *mut c_void);

/// A function pointer, which is never freed: C may have kept it.
#[derive(Debug)]
pub(crate) struct LibffiClosure {
    closure: *mut ffi_closure,
    code: CodePtr,
}

impl LibffiClosure {
    /// One that must be prepared before it is called.
    pub(crate) fn new() -> Result<LibffiClosure, String> {
        let (closure, code) = try_closure_alloc().ok_or("libffi makes no closure")?;
        Ok(LibffiClosure { closure, code })
    }

    /// The function pointer.
    pub(crate) fn code(&self) -> *const () {
        self.code.as_ptr().cast()
    }

    /// Makes it a function of this type, which goes on at `run` with `head`.
    ///
    /// # Errors
    /// If libffi knows the type, but not how to be called with it.
    pub(crate) fn prepare(
        &self,
        interface: &'static Interface,
        run: Run,
        head: *const (),
    ) -> Result<(), String> {
        let (cif, code) = (interface.cif(), self.code.as_mut_ptr());
        // SAFETY: the closure is libffi's own, with this address of its code, and the interface is never freed.
        let status =
            unsafe { raw::ffi_prep_closure_loc(self.closure, cif, Some(run), head.cast_mut().cast(), code) };
        match status {
            raw::ffi_status_FFI_OK => Ok(()),
            status => Err(format!("libffi makes no closure: status {status}")),
        }
    }
}
