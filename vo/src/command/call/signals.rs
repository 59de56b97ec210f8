//! Signals that end a call of C.

use std::ffi::c_int;

/// What a signal means, for people.
pub(super) fn describe(signal: c_int) -> String {
    let name = signal_hook::low_level::signal_name(signal);
    let name = name.map_or_else(|| format!("signal {signal}"), str::to_string);
    match signal {
        libc::SIGSEGV => format!("{name}, memory that is not there or not for that"),
        libc::SIGBUS => format!("{name}, memory that is not there"),
        libc::SIGFPE => format!("{name}, a division by zero or another impossible operation"),
        libc::SIGILL => format!("{name}, an instruction that does not exist"),
        libc::SIGABRT => format!("{name}, the library gave up"),
        _ => name,
    }
}

/// The signals of crashes.
const CRASHES: [c_int; 5] = [libc::SIGSEGV, libc::SIGBUS, libc::SIGFPE, libc::SIGILL, libc::SIGABRT];

/// From now on a crash is told on standard error before the process ends, with the status that shells give it.
pub(super) fn tell_of_crashes() {
    unsafe extern "C" fn crashed(signal: c_int) {
        const TEXTS: [&[u8]; CRASHES.len()] = [
            b"vo: the call crashed: SIGSEGV, memory that is not there or not for that\n",
            b"vo: the call crashed: SIGBUS, memory that is not there\n",
            b"vo: the call crashed: SIGFPE, a division by zero or another impossible operation\n",
            b"vo: the call crashed: SIGILL, an instruction that does not exist\n",
            b"vo: the call crashed: SIGABRT, the library gave up\n",
        ];
        let text = CRASHES.iter().position(|&crash| crash == signal).map_or(&b""[..], |index| TEXTS[index]);
        // SAFETY: both functions may be called in a handler of signals.
        unsafe {
            libc::write(libc::STDERR_FILENO, text.as_ptr().cast(), text.len());
            libc::_exit(128 + signal);
        }
    }
    for signal in CRASHES {
        // SAFETY: the handler only does what is allowed in one. Rust's main thread has a stack for handlers, so also a
        // stack that is used up is told.
        unsafe {
            let mut action: libc::sigaction = std::mem::zeroed();
            action.sa_sigaction = crashed as *const () as usize;
            action.sa_flags = libc::SA_ONSTACK;
            libc::sigaction(signal, &action, std::ptr::null_mut());
        }
    }
}

/// From now on a crash ends the process as the system does it, also where Rust would say something first: who waits for
/// the process sees the signal.
pub(super) fn leave_crashes_to_the_system() {
    for signal in CRASHES {
        // SAFETY: the default is no handler.
        unsafe { libc::signal(signal, libc::SIG_DFL) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signals_have_names() {
        assert_eq!(describe(libc::SIGABRT), "SIGABRT, the library gave up");
        assert_eq!(describe(libc::SIGKILL), "SIGKILL");
        assert_eq!(describe(99), "signal 99");
    }
}
