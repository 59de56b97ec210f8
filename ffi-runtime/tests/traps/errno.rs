//! errno: 0 when C begins, taken before anything else can change it, and each thread's own.

use std::ffi::c_int;
use std::sync::{Arc, Barrier};

use libtest_mimic::{Failed, Trial};
use vo_ffi_core::Slot;
use vo_ffi_core::c::{CScalar, CType, CTypes, FuncSig};
use vo_ffi_runtime::{CallOptions, Function, StubChoice};

/// Returns the errno that it found, and leaves another one.
extern "C" fn swap_errno(new: c_int) -> c_int {
    std::mem::replace(errno(), new)
}

fn errno() -> &'static mut c_int {
    // SAFETY: it is this thread's own, and no caller keeps the reference.
    unsafe { &mut *libc::__errno_location() }
}

pub(crate) fn trials() -> Vec<Trial> {
    let ways = [StubChoice::Native, StubChoice::Libffi];
    ways.map(|way| Trial::test(format!("errno, {way:?}"), move || check(way))).into()
}

fn check(stubs: StubChoice) -> Result<(), Failed> {
    let int = CType::scalar(CScalar::Int);
    let make = |errno| {
        let sig = FuncSig { params: vec![int], variadic: false, result: int, convention: None };
        // SAFETY: the function is part of this program.
        unsafe {
            Function::at(swap_errno as *const (), Arc::new(CTypes::new()), sig, CallOptions { errno, stubs })
        }
    };
    let (watched, plain) = (make(true)?, make(false)?);
    let barrier = Arc::new(Barrier::new(2));
    let other = std::thread::spawn({
        let barrier = barrier.clone();
        move || {
            *errno() = 7;
            barrier.wait();
            barrier.wait();
            *errno()
        }
    });
    barrier.wait();

    *errno() = 5;
    let mut frame = [Slot::from_i64(2), Slot::ZERO, Slot::ZERO];
    // SAFETY: the function has this type, and the frame slots for the argument, the result and errno.
    unsafe { watched.call_frame(&mut frame) };
    *errno() = 9;
    assert_eq!((frame[1].as_i64(), frame[2].as_i64()), (0, 2), "found, left");

    let mut frame = [Slot::from_i64(3), Slot::ZERO];
    // SAFETY: the same, without errno.
    unsafe { plain.call_frame(&mut frame) };
    assert_eq!((frame[1].as_i64(), *errno()), (9, 3), "a call without errno leaves it alone");

    barrier.wait();
    assert_eq!(other.join().expect("no panic"), 7, "another thread's");
    Ok(())
}
