//! Signals that end a call of C.

use std::ffi::c_int;
use std::sync::OnceLock;

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
    /// Made before there is a handler, which may not allocate.
    static LINES: OnceLock<[String; CRASHES.len()]> = OnceLock::new();
    LINES.get_or_init(|| CRASHES.map(|signal| format!("vo: the call crashed: {}\n", describe(signal))));
    unsafe extern "C" fn crashed(signal: c_int) {
        let index = CRASHES.iter().position(|&crash| crash == signal);
        let line = index.zip(LINES.get()).map_or("", |(index, lines)| lines[index].as_str());
        // SAFETY: both functions may be called in a handler of signals.
        unsafe {
            libc::write(libc::STDERR_FILENO, line.as_ptr().cast(), line.len());
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
