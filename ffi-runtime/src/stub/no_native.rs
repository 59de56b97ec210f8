//! No stubs of our own: this machine's are not written yet, so libffi calls everything.

use std::sync::Arc;

use vo_ffi_core::Native;
use vo_ffi_core::c::CallPlan;

/// Why there are none.
const REASON: &str = "this machine has no stubs yet";

/// The code of a stub: there is none.
#[derive(Debug)]
pub(crate) enum NativeCode {}

impl NativeCode {
    pub(crate) fn new(_: &CallPlan) -> Result<NativeCode, String> {
        Err(REASON.into())
    }

    pub(crate) fn native(&self) -> Native {
        match *self {}
    }
}

/// The code of one callback: there is none.
#[derive(Debug)]
pub(crate) enum Thunk {}

impl Thunk {
    pub(crate) fn new(_: *const ()) -> Result<Thunk, String> {
        Err(REASON.into())
    }

    pub(crate) fn code(&self) -> *const () {
        match *self {}
    }
}

/// The code that all callbacks of a plan share: there is none.
#[derive(Debug)]
pub(crate) enum Entry {}

impl Entry {
    pub(crate) fn get(_: &Arc<CallPlan>) -> Result<Arc<Entry>, String> {
        Err(REASON.into())
    }

    pub(crate) fn code(&self) -> *const () {
        match *self {}
    }
}
