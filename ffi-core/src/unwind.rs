//! Rust panics inside natives: caught at the wrapper, reported with their message and place.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic;
use std::sync::Once;

use crate::error::Trap;

thread_local! {
    static VMS: Cell<u32> = const { Cell::new(0) };
    static LAST: RefCell<Option<Remembered>> = const { RefCell::new(None) };
}

/// What the hook saw of a panic.
struct Remembered {
    place: Option<String>,
    report: String,
}

/// While it lives, a panic on this thread is remembered for its trap instead of being printed.
///
/// A VM holds one while it runs. Should the VM itself panic, dropping the guard prints the message.
///
/// ```
/// use vo_ffi_core::PanicGuard;
/// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
///
/// let _guard = PanicGuard::new();
/// # let message = vm::trap(|_| {
/// // In a native:
/// panic!("out of luck");
/// # });
/// // The script sees the message and its place, and nothing is printed:
/// assert!(message.starts_with("out of luck (Rust panic at "), "{message}");
/// ```
#[derive(Debug)]
pub struct PanicGuard(());

impl PanicGuard {
    /// Starts to remember panics of this thread.
    pub fn new() -> PanicGuard {
        static HOOK: Once = Once::new();
        HOOK.call_once(|| {
            let previous = panic::take_hook();
            panic::set_hook(Box::new(move |info| {
                if VMS.get() == 0 {
                    return previous(info);
                }
                let place = info.location().map(|at| format!("{}:{}", at.file(), at.line()));
                let remembered = Remembered { place, report: info.to_string() };
                LAST.with(|last| *last.borrow_mut() = Some(remembered));
            }));
        });
        VMS.set(VMS.get() + 1);
        PanicGuard(())
    }
}

impl Default for PanicGuard {
    fn default() -> Self {
        PanicGuard::new()
    }
}

impl Drop for PanicGuard {
    fn drop(&mut self) {
        VMS.set(VMS.get() - 1);
        if std::thread::panicking() {
            let report = take_last().map(|last| last.report).unwrap_or_default();
            eprintln!("in the virtual machine: {report}");
        }
    }
}

fn take_last() -> Option<Remembered> {
    LAST.with(|last| last.borrow_mut().take())
}

/// Ends the running native with a trap of this message: for where an error cannot be returned. It unwinds to
/// the native's wrapper, past the panic hook.
///
/// Outside of natives it is a panic that prints nothing.
///
/// ```
/// use vo_ffi_core::raise;
///
/// /// `extern func Percent(n int) float64`
/// fn percent(n: i64) -> f64 {
///     if !(0..=100).contains(&n) {
///         raise(format!("{n} is no percentage"));
///     }
///     n as f64 / 100.0
/// }
/// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
/// assert_eq!(percent(50), 0.5);
/// # let message = vm::trap(|_| {
/// percent(150); // ends the native
/// # });
/// // The script sees:
/// assert_eq!(message, "150 is no percentage");
/// ```
#[cold]
pub fn raise(message: impl Into<String>) -> ! {
    raise_trap(Trap::new(message))
}

/// The same with a trap of any kind.
///
/// ```
/// use vo_ffi_core::{Trap, TrapKind, raise_trap};
///
/// /// `extern func Exit(code int)`: no failure, but the end of the program.
/// fn exit(code: i32) {
///     raise_trap(Trap::of_kind(TrapKind::Exit(code), format!("exit status {code}")));
/// }
/// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
/// # let trap = vm::ended(|_| {
/// exit(3);
/// # });
/// // What the VM gets:
/// assert_eq!((trap.kind(), trap.message()), (TrapKind::Exit(3), "exit status 3"));
/// ```
#[cold]
pub fn raise_trap(trap: Trap) -> ! {
    // Skips the panic hook: this is a report to the script, not a fault of the native.
    panic::resume_unwind(Box::new(Raised(trap)))
}

struct Raised(Trap);

/// The trap for a caught panic.
#[cold]
pub(crate) fn trap_of_panic(payload: Box<dyn Any + Send>) -> Trap {
    let payload = match payload.downcast::<Raised>() {
        Ok(raised) => return raised.0,
        Err(payload) => payload,
    };
    let message = match (payload.downcast_ref::<&str>(), payload.downcast_ref::<String>()) {
        (Some(text), _) => text,
        (_, Some(text)) => text.as_str(),
        _ => "a panic without a message",
    };
    Trap::new(match take_last().and_then(|last| last.place) {
        Some(place) => format!("{message} (Rust panic at {place})"),
        None => format!("{message} (Rust panic)"),
    })
}
