//! The thread's errno.

use std::ffi::c_int;

/// Sets errno to 0.
pub(super) fn clear() {
    // SAFETY: the C library gives the address of this thread's errno, which lives as long as the thread.
    unsafe { *location() = 0 }
}

/// Reads errno.
pub(crate) fn get() -> c_int {
    // SAFETY: as in `clear`; nothing else holds a reference to it.
    unsafe { *location() }
}

/// Sets errno to what it was.
pub(crate) fn set(code: c_int) {
    // SAFETY: as in `clear`.
    unsafe { *location() = code }
}

#[cfg(windows)]
unsafe extern "C" {
    /// The C runtime's; see "errno, _doserrno, _sys_errlist, and _sys_nerr".
    #[link_name = "_errno"]
    fn errno_location() -> *mut c_int;
}
#[cfg(any(target_os = "android", target_os = "netbsd", target_os = "openbsd"))]
use libc::__errno as errno_location;
#[cfg(any(target_os = "linux", target_os = "emscripten", target_os = "dragonfly"))]
use libc::__errno_location as errno_location;
#[cfg(any(target_os = "macos", target_os = "ios", target_os = "freebsd"))]
use libc::__error as errno_location;

/// Its address.
pub(super) fn location() -> *mut c_int {
    // SAFETY: the function has no preconditions.
    unsafe { errno_location() }
}
