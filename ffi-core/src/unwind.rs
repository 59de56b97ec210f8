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
#[cold]
pub fn raise(message: impl Into<String>) -> ! {
    raise_trap(Trap::new(message))
}

/// The same with a trap of any kind.
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
