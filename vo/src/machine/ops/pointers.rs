//! Conversions of pointers.

use crate::machine::thread::{Done, Step};

/// `CheckPointed`, of a pointer into memory of the VM
///
/// # Safety
/// As for [`Step`].
pub(in crate::machine) unsafe fn check(step: Step) -> Done {
    // SAFETY: as for Step; nothing else runs.
    unsafe {
        let (thread, at) = (&*step.thread, step.get(step.insn.a).bits() as usize);
        let size = step.insn.index() as usize;
        if thread.stays_inside(at, at, size) {
            return Ok(());
        }
        Err(step.raise(match thread.object_around(at) {
            None => format!("runtime error: the pointer {at:#x} leads to no object of the heap"),
            Some(object) => {
                let (start, bytes) = (at - object.start, object.len());
                format!(
                    "runtime error: conversion leaves the object: bytes {start} to {} of {bytes}",
                    start + size
                )
            }
        }))
    }
}
