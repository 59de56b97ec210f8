//! Errors: what natives return, what stops a call, and what is wrong before any call.

use std::any::Any;
use std::error::Error;
use std::fmt::{self, Write as _};
use std::mem::MaybeUninit;
use std::sync::OnceLock;

/// An error of a native: the `error` of Vo, or a panic where the declaration returns no `error`.
///
/// Any [`std::error::Error`] becomes one with `?`; the message is its text.
///
/// ```
/// use vo_ffi_core::VoError;
///
/// fn half(text: &str) -> Result<i64, VoError> {
///     let number: i64 = text.parse()?;
///     if number % 2 == 0 { Ok(number / 2) } else { Err(VoError::new(format!("{number} is odd"))) }
/// }
///
/// assert_eq!(half("42").expect("an even number"), 21);
/// assert_eq!(half("7").unwrap_err().message(), "7 is odd");
/// assert_eq!(half("x").unwrap_err().message(), "invalid digit found in string");
/// ```
#[derive(Debug)]
pub struct VoError(Box<Repr>);

#[derive(Debug)]
enum Repr {
    Message(String),
    /// The text is made where somebody asks for it.
    Error {
        source: Box<dyn Error + Send + Sync>,
        text: OnceLock<String>,
    },
    File {
        text: String,
        operation: String,
        path: String,
        errno: Option<i32>,
    },
    Trap(Trap),
}

impl VoError {
    /// An error with this text.
    ///
    /// ```
    /// # use vo_ffi_core::VoError;
    /// let error = VoError::new("no such number");
    /// assert_eq!((error.message(), error.is_trap()), ("no such number", false));
    /// ```
    pub fn new(text: impl Into<String>) -> VoError {
        VoError(Box::new(Repr::Message(text.into())))
    }

    /// An error that lets a trap go on: how a native passes on the panic of a closure that it called.
    ///
    /// ```
    /// # use vo_ffi_core::{Trap, VoError};
    /// let error = VoError::from_trap(Trap::new("index out of range"));
    /// assert_eq!((error.message(), error.is_trap()), ("index out of range", true));
    /// ```
    pub fn from_trap(trap: Trap) -> VoError {
        VoError(Box::new(Repr::Trap(trap)))
    }

    /// The error of a file operation, in Go's words: `open hello.txt: no such file or directory`. For a program
    /// that has Go's types of such errors it is a `*fs.PathError` with a `syscall.Errno`.
    ///
    /// ```
    /// use vo_ffi_core::VoError;
    ///
    /// fn read(path: &str) -> Result<String, VoError> {
    ///     std::fs::read_to_string(path).map_err(|error| VoError::of_path("open", path, &error))
    /// }
    /// assert_eq!(read("/no/such").unwrap_err().message(), "open /no/such: no such file or directory");
    /// ```
    pub fn of_path(operation: &str, path: &str, error: &std::io::Error) -> VoError {
        let text = format!("{operation} {path}: {}", io_text(error));
        let (operation, path) = (operation.to_string(), path.to_string());
        VoError(Box::new(Repr::File { text, operation, path, errno: errno(error) }))
    }

    /// What an error of `anyhow` says, with its causes: `reading the settings: no such file`. With the feature `anyhow` a
    /// native may return `anyhow::Result`, which does this; where it returns `Result<_, VoError>`, it is
    /// `.map_err(VoError::from_anyhow)?`.
    ///
    /// An error of the system, or a panic of a closure, that has no context keeps what it is.
    ///
    /// ```
    /// # use vo_ffi_core::VoError;
    /// use anyhow::Context;
    ///
    /// let text = std::fs::read_to_string("/no/such").context("reading the settings");
    /// let error = text.map_err(VoError::from_anyhow).unwrap_err();
    /// assert_eq!(error.message(), "reading the settings: No such file or directory (os error 2)");
    /// ```
    #[cfg(feature = "anyhow")]
    pub fn from_anyhow(error: anyhow::Error) -> VoError {
        let error = match error.downcast::<Trap>() {
            Ok(trap) => return VoError::from_trap(trap),
            Err(error) => error,
        };
        let text = format!("{error:#}");
        match error.chain().nth(1) {
            None if error.is::<std::io::Error>() => error
                .downcast::<std::io::Error>()
                .map_or_else(|error| VoError::new(error.to_string()), VoError::from),
            _ => VoError(Box::new(Repr::Error { source: error.into(), text: text.into() })),
        }
    }

    /// The text.
    pub fn message(&self) -> &str {
        match &*self.0 {
            Repr::Message(text) | Repr::File { text, .. } => text,
            Repr::Error { source, text } => text.get_or_init(|| text_of(source.as_ref())),
            Repr::Trap(trap) => trap.message(),
        }
    }

    /// Gives the text to `f`, without keeping it where it was not made yet: what most errors of natives are asked once.
    pub(crate) fn with_text<R>(&self, f: impl FnOnce(&str) -> R) -> R {
        match &*self.0 {
            Repr::Error { source, text } if text.get().is_none() && !source.is::<std::io::Error>() => {
                let mut text = ShortText::new();
                match write!(text, "{source}") {
                    Ok(()) => f(text.as_str()),
                    // It is longer, or fails as `message` does.
                    Err(_) => f(self.message()),
                }
            }
            _ => f(self.message()),
        }
    }

    /// The Rust error that it was made from.
    ///
    /// ```
    /// # use vo_ffi_core::VoError;
    /// let error = VoError::from("x".parse::<i64>().unwrap_err());
    /// assert!(error.source().is_some_and(|source| source.is::<std::num::ParseIntError>()));
    /// assert!(VoError::new("just a text").source().is_none());
    /// ```
    pub fn source(&self) -> Option<&(dyn Error + Send + Sync + 'static)> {
        match &*self.0 {
            Repr::Error { source, .. } => Some(source.as_ref()),
            _ => None,
        }
    }

    /// The operation and the path of [`VoError::of_path`].
    pub(crate) fn file(&self) -> Option<(&str, &str)> {
        match &*self.0 {
            Repr::File { operation, path, .. } => Some((operation, path)),
            _ => None,
        }
    }

    /// The number of the system's error that it was made from.
    pub(crate) fn errno(&self) -> Option<i32> {
        match &*self.0 {
            Repr::File { errno, .. } => *errno,
            Repr::Error { source, .. } => errno(source.downcast_ref::<std::io::Error>()?),
            Repr::Message(_) | Repr::Trap(_) => None,
        }
    }

    /// Whether this is a panic on its way rather than an error value.
    ///
    /// A native that calls closures returns such an error as it is, so that the panic goes on.
    pub fn is_trap(&self) -> bool {
        matches!(*self.0, Repr::Trap(_))
    }

    /// Whether `recover` would end this.
    pub(crate) fn is_panic(&self) -> bool {
        matches!(&*self.0, Repr::Trap(trap) if !trap.kind().is_fatal())
    }

    pub(crate) fn into_failure(self) -> Failure {
        match *self.0 {
            Repr::Trap(trap) => Failure::Trap(trap),
            _ => Failure::Error(self),
        }
    }
}

/// A text on the stack.
struct ShortText {
    bytes: [MaybeUninit<u8>; 120],
    len: usize,
}

impl ShortText {
    fn new() -> ShortText {
        ShortText { bytes: [MaybeUninit::uninit(); 120], len: 0 }
    }

    fn as_str(&self) -> &str {
        let written: *const [MaybeUninit<u8>] = &raw const self.bytes[..self.len];
        // SAFETY: whole `str`s were written there, one after the other.
        unsafe { std::str::from_utf8_unchecked(&*(written as *const [u8])) }
    }
}

impl fmt::Write for ShortText {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.len + text.len();
        let room = self.bytes.get_mut(self.len..end).ok_or(fmt::Error)?;
        room.iter_mut().zip(text.bytes()).for_each(|(to, byte)| _ = to.write(byte));
        self.len = end;
        Ok(())
    }
}

impl fmt::Display for VoError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl<E: Error + Send + Sync + 'static> From<E> for VoError {
    /// A [`Trap`] goes on as it is, see [`VoError::from_trap`].
    fn from(error: E) -> VoError {
        let mut error = Some(error);
        if let Some(trap) = (&mut error as &mut dyn Any).downcast_mut::<Option<Trap>>()
            && let Some(trap) = trap.take()
        {
            return VoError::from_trap(trap);
        }
        match error {
            Some(error) => VoError(Box::new(Repr::Error { source: Box::new(error), text: OnceLock::new() })),
            None => VoError::new(""),
        }
    }
}

/// What an error says, as Go says it.
fn text_of(error: &(dyn Error + Send + Sync + 'static)) -> String {
    error.downcast_ref::<std::io::Error>().map_or_else(|| error.to_string(), io_text)
}

/// The number of a system error; Rust checks some things itself.
fn errno(error: &std::io::Error) -> Option<i32> {
    const EINVAL: i32 = 22;
    match error.kind() {
        std::io::ErrorKind::InvalidInput => Some(EINVAL),
        _ => error.raw_os_error(),
    }
}

/// An I/O error as Go prints it: the text of its errno, in lower case and without its number.
///
/// ```
/// # use vo_ffi_core::io_text;
/// let error = std::fs::File::open("/no/such").unwrap_err();
/// assert_eq!(error.to_string(), "No such file or directory (os error 2)");
/// assert_eq!(io_text(&error), "no such file or directory");
/// ```
pub fn io_text(error: &std::io::Error) -> String {
    let text = match error.kind() {
        std::io::ErrorKind::InvalidInput => "Invalid argument".to_string(),
        _ => error.to_string(),
    };
    let text = match error.raw_os_error() {
        Some(code) => text.strip_suffix(&format!(" (os error {code})")).unwrap_or(&text),
        None => &text,
    };
    let mut chars = text.chars();
    match (chars.next(), chars.clone().next()) {
        // "I/O error" and the like keep their capitals.
        (Some(first), Some(second)) if second.is_lowercase() => first.to_lowercase().chain(chars).collect(),
        _ => text.to_string(),
    }
}

/// A place in a program, for traces and reports.
///
/// ```
/// # use vo_ffi_core::{TraceEntry, Trap};
/// let mut trap = Trap::new("index out of range");
/// trap.push_trace(TraceEntry { function: "main.main".into(), file: "main.vo".into(), line: 7 });
/// assert_eq!(format!("{trap:#}"), "index out of range\n\nmain.main\n\tmain.vo:7");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceEntry {
    /// The function, `main.main`.
    pub function: String,
    /// The file.
    pub file: String,
    /// The line, from 1; 0 where it is not known.
    pub line: u32,
}

/// What ended a call.
///
/// ```
/// # use vo_ffi_core::{Trap, TrapKind};
/// let trap = Trap::of_kind(TrapKind::Exit(3), "exit status 3");
/// let TrapKind::Exit(status) = trap.kind() else { panic!("{trap}") };
/// assert_eq!(status, 3);
/// assert!(trap.kind().is_fatal() && !TrapKind::Panic.is_fatal());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum TrapKind {
    /// A panic of the program, or of a native that it called.
    #[default]
    Panic,
    /// The program's memory is used up.
    OutOfMemory,
    /// Too many calls are nested.
    StackOverflow,
    /// The program has run as many instructions as it may.
    InstructionLimit,
    /// The program has run as long as it may.
    TimeLimit,
    /// Somebody asked the program to stop.
    Interrupted,
    /// The program ended itself with this exit status; no failure.
    Exit(i32),
    /// What the program has written could not be brought to its place.
    LostOutput,
}

impl TrapKind {
    /// Whether the program ends for good: neither a deferred function nor `recover` sees such a trap.
    pub fn is_fatal(self) -> bool {
        self != TrapKind::Panic
    }
}

/// The end of a call that cannot go on: a panic of Vo, or another [`TrapKind`].
///
/// ```
/// # use vo_ffi_core::{TraceEntry, Trap, TrapKind};
/// let mut trap = Trap::new("index out of range");
/// assert_eq!((trap.kind(), trap.message()), (TrapKind::Panic, "index out of range"));
///
/// // What a VM does with each frame that the trap leaves:
/// let call = TraceEntry { function: "main.main".into(), file: "main.vo".into(), line: 7 };
/// trap.push_trace(call.clone());
/// assert_eq!(trap.trace(), [call]);
/// // A `main` that returns it prints this.
/// assert_eq!(format!("{trap:?}"), "index out of range\n\nmain.main\n\tmain.vo:7");
/// ```
pub struct Trap(Box<TrapParts>);

struct TrapParts {
    kind: TrapKind,
    message: String,
    trace: Vec<TraceEntry>,
    thrown: u64,
}

impl Trap {
    /// A panic with this message.
    pub fn new(message: impl Into<String>) -> Trap {
        Trap::of_kind(TrapKind::Panic, message)
    }

    /// A trap of this kind.
    ///
    /// ```
    /// # use vo_ffi_core::{Trap, TrapKind};
    /// let trap = Trap::of_kind(TrapKind::TimeLimit, "ran for more than 2s");
    /// assert_eq!((trap.kind(), trap.to_string().as_str()), (TrapKind::TimeLimit, "ran for more than 2s"));
    /// ```
    pub fn of_kind(kind: TrapKind, message: impl Into<String>) -> Trap {
        Trap(Box::new(TrapParts { kind, message: message.into(), trace: Vec::new(), thrown: 0 }))
    }

    /// What ended the call.
    pub fn kind(&self) -> TrapKind {
        self.0.kind
    }

    /// What happened.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The calls that were left on the way, innermost first.
    pub fn trace(&self) -> &[TraceEntry] {
        &self.0.trace
    }

    /// Replaces the text of what happened.
    ///
    /// ```
    /// # use vo_ffi_core::Trap;
    /// let mut trap = Trap::new("division by zero");
    /// trap.set_message(format!("in a task: {}", trap.message()));
    /// assert_eq!(trap.message(), "in a task: division by zero");
    /// ```
    pub fn set_message(&mut self, message: impl Into<String>) {
        self.0.message = message.into();
    }

    /// The number under which the VM keeps the value that its program gave to `panic`; 0 where there is none.
    pub fn thrown(&self) -> u64 {
        self.0.thrown
    }

    /// Sets [`Trap::thrown`]: for a VM, whose panics pass through natives as traps.
    ///
    /// ```
    /// # use vo_ffi_core::{Failure, Trap, VoError};
    /// // The script's panic has value 5 of the VM, and passes through a native:
    /// let mut trap = Trap::new("a value");
    /// trap.set_thrown(5);
    /// let Failure::Trap(trap) = VoError::from_trap(trap).into() else { panic!("a trap") };
    /// assert_eq!(trap.thrown(), 5);
    /// ```
    pub fn set_thrown(&mut self, number: u64) {
        self.0.thrown = number;
    }

    /// Adds the next outer call.
    pub fn push_trace(&mut self, entry: TraceEntry) {
        self.0.trace.push(entry);
    }
}

/// The message; `{:#}` adds the calls that were left, as Go prints them.
/// The message and the trace, which is what a `main` that returns it prints.
impl fmt::Debug for Trap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:#}")
    }
}

impl fmt::Display for Trap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        if f.alternate() {
            for (index, entry) in self.0.trace.iter().enumerate() {
                f.write_str(if index == 0 { "\n\n" } else { "\n" })?;
                match entry.file.is_empty() {
                    true => f.write_str(&entry.function)?,
                    false => write!(f, "{}\n\t{}:{}", entry.function, entry.file, entry.line)?,
                }
            }
        }
        Ok(())
    }
}

impl Error for Trap {}

/// Why a call did not end with `Status::Ok`.
///
/// ```
/// # use vo_ffi_core::{Failure, Trap, VoError};
/// assert!(matches!(Failure::from(VoError::new("no such file")), Failure::Error(_)));
/// // An error that lets a trap go on is that trap.
/// let error = VoError::from_trap(Trap::new("index out of range"));
/// assert!(matches!(Failure::from(error), Failure::Trap(_)));
/// ```
#[derive(Debug)]
pub enum Failure {
    /// With `Status::Error`.
    Error(VoError),
    /// With `Status::Trap`.
    Trap(Trap),
}

impl From<VoError> for Failure {
    fn from(error: VoError) -> Failure {
        error.into_failure()
    }
}

impl From<Trap> for Failure {
    fn from(trap: Trap) -> Failure {
        Failure::Trap(trap)
    }
}

/// A value that is not what was asked for.
///
/// ```
/// # use vo_ffi_core::Mismatch;
/// let mismatch = Mismatch::new("an even number", "7");
/// assert_eq!((mismatch.expected(), mismatch.found()), ("an even number", "7"));
/// assert_eq!(mismatch.to_string(), "expected an even number, found 7");
/// ```
#[derive(Debug)]
pub struct Mismatch(Box<(String, String)>);

impl Mismatch {
    /// Names what was expected and what was found.
    #[cold]
    pub fn new(expected: impl Into<String>, found: impl Into<String>) -> Mismatch {
        Mismatch(Box::new((expected.into(), found.into())))
    }

    /// The same, of a part of what was asked for: `string as field `name``.
    #[cold]
    pub(crate) fn within(self, part: fmt::Arguments<'_>) -> Mismatch {
        let (expected, found) = *self.0;
        Mismatch::new(format!("{expected} as {part}"), found)
    }

    /// What was expected.
    pub fn expected(&self) -> &str {
        &self.0.0
    }

    /// What was found.
    pub fn found(&self) -> &str {
        &self.0.1
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}, found {}", self.expected(), self.found())
    }
}

impl Error for Mismatch {}
