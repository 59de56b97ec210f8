//! Stubs and callback entries of our own, in executable memory.

#[cfg(any(target_arch = "aarch64", test))]
mod aarch64;
mod code_memory;
mod debug_info;
#[cfg(target_arch = "x86_64")]
mod x64;

use std::sync::Arc;

#[cfg(target_arch = "aarch64")]
use aarch64 as machine;
use code_memory::{CodeBlock, CodeMemory, Frame};
use vo_ffi_core::Native;
use vo_ffi_core::c::CallPlan;
#[cfg(target_arch = "x86_64")]
use x64 as machine;

use crate::stub::errno;
use crate::stub::registry::Shared;

/// The code of a stub.
#[derive(Debug)]
pub(crate) struct NativeCode(CodeBlock);

impl NativeCode {
    pub(crate) fn new(plan: &CallPlan) -> Result<NativeCode, String> {
        let errno = match plan.errno {
            Some(_) => Some(errno_offset().ok_or("errno has no fixed place in the thread's memory")?),
            None => None,
        };
        check_convention(plan)?;
        install(&machine::assemble_call(plan, errno), machine::frame_of(plan)).map(NativeCode)
    }

    pub(crate) fn native(&self) -> Native {
        // SAFETY: the block is the code of a native, and whoever calls it keeps the stub that owns it.
        unsafe { std::mem::transmute::<*mut u8, Native>(self.0.code().as_ptr()) }
    }
}

fn check_convention(plan: &CallPlan) -> Result<(), String> {
    match machine::CONVENTIONS.contains(&plan.convention) {
        true => Ok(()),
        false => Err(format!("this machine has no {}", plan.convention.registers().name)),
    }
}

fn install(code: &[u8], frame: Frame) -> Result<CodeBlock, String> {
    let memory = CodeMemory::get(frame)?;
    memory.install(code).map_err(|error| format!("the system refuses memory for new code: {error}"))
}

/// Where errno is behind the thread pointer. The C library is loaded at start, so its variables of threads lie at the
/// same distance in all of them.
fn errno_offset() -> Option<i32> {
    i32::try_from(errno::location() as i64 - machine::thread_pointer()).ok()
}

/// The code of one callback.
#[derive(Debug)]
pub(crate) struct Thunk(CodeBlock);

impl Thunk {
    /// Code that C calls and that goes on at the second word of `head`, with the address of `head`.
    pub(crate) fn new(head: *const ()) -> Result<Thunk, String> {
        install(&machine::assemble_thunk(head), Frame::Register).map(Thunk)
    }

    /// The function's address, for C.
    pub(crate) fn code(&self) -> *const () {
        self.0.code().as_ptr().cast()
    }
}

static ENTRIES: Shared<Entry> = Shared::new();

/// The code that all callbacks of a plan share.
#[derive(Debug)]
pub(crate) struct Entry {
    plan: Arc<CallPlan>,
    block: CodeBlock,
}

impl Entry {
    /// The entry of a plan; or why there can be none.
    pub(crate) fn get(plan: &Arc<CallPlan>) -> Result<Arc<Entry>, String> {
        ENTRIES.find_or_make(plan, |plan| {
            check_convention(plan)?;
            Ok(Entry { plan: plan.clone(), block: install(&machine::assemble_entry(plan), Frame::Register)? })
        })
    }

    /// Its address, for the second word of a head.
    pub(crate) fn code(&self) -> *const () {
        self.block.code().as_ptr().cast()
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        ENTRIES.forget(&self.plan);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errno_is_at_the_same_distance_in_all_threads() {
        let there = std::thread::spawn(errno_offset).join().expect("no panic");
        assert_eq!(errno_offset(), there);
        assert!(there.is_some());
    }
}
