//! C called a function pointer when it must not: an error of the call that is running, or a report to standard error.

use std::sync::atomic::Ordering;

use vo_ffi_core::Trap;

use crate::closure::pointer::{Head, resting};
use crate::closure::running::Running;
use crate::stub::errno;

/// C called the pointer of a head that is dead, or alive on another thread.
#[cold]
pub(super) fn refuse(head: &Head) {
    let errno = errno::get();
    let what = name(head);
    // SAFETY: the reference ends with this function, and the call after it.
    let running = unsafe { Running::innermost() };
    match running.filter(|_| head.is_dead()) {
        Some(running) => running.fail(
            Trap::new(format!(
                "{}: C called {what}, which ended with that call; pass it to each call that uses it",
                running.name()
            ))
            .into(),
        ),
        None if head.is_dead() => tell(head, &format!("C called {what}, which had ended with that call")),
        None => tell(
            head,
            &format!(
                "another thread called {what}; threads of C may do so only during a call that releases the VM's lock \
                 (//vo:blocking)"
            ),
        ),
    }
    errno::set(errno);
}

/// C called the pointer of a head while the VM was not in C.
#[cold]
pub(super) fn unlocked(head: &Head) {
    let errno = errno::get();
    let what = name(head);
    tell(
        head,
        &format!(
            "C called {what} in a call that a native made, or that is declared //vo:unguarded, where it cannot run"
        ),
    );
    errno::set(errno);
}

/// `the function that main.each has as parameter 1 `visit``
fn name(head: &Head) -> String {
    let _resting = resting(head.shape());
    // SAFETY: the head's way is locked.
    let param = unsafe { head.param() };
    format!("the function that {} was given as {}", param.function, param.position)
}

/// Once for each life of a pointer, in one piece, and without Rust's lock of standard error, which a thread that is in C may
/// have.
fn tell(head: &Head, problem: &str) {
    if head.reported.swap(true, Ordering::Relaxed) {
        return;
    }
    let text = format!("vo-ffi: {problem}; C got zero\n");
    // SAFETY: the text has so many bytes. Where standard error is closed, nobody can be told.
    let _ = unsafe { libc::write(2, text.as_ptr().cast(), text.len() as _) };
}
