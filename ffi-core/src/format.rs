//! Formatting as Go's package fmt does it: `%v` and its kin over the values of a VM.
//!
//! The output is bytes, since a VM's strings need not be UTF-8. [`Formatter`] appends to a buffer and can
//! call the methods `Error` and `String` of values; [`VoVariadic::format_default`] and
//! [`VoVariadic::format_with`] are the short ways.

mod directive;
mod float;
mod integer;
mod key_order;
mod printer;
mod quote;
mod runes;
mod spec;
#[cfg(test)]
mod tests;
mod text;
mod type_name;

pub use float::{append_float, append_float32};
pub use quote::{append_quoted, append_quoted_rune, is_printable};
pub(crate) use runes::push_rune;
pub use runes::{Runes, decode_rune};

use std::fmt;

use crate::ctx::VmCtx;
use crate::error::VoError;
use crate::value::{VoInterface, VoVariadic};
use printer::{Operand, Printer};

/// Appends values to a buffer as Go's fmt formats them.
///
/// Every method fails only where a value contains itself, or where it calls a method of a value that ends the
/// program; return the error with `?`. The panic of such a method becomes text, as in Go.
///
/// ```
/// use vo_ffi_core::{Formatter, VoError, VoVariadic};
///
/// /// `extern func Sprintln(args ...any) string`
/// fn sprintln(args: VoVariadic) -> Result<String, VoError> {
///     let mut out = Vec::new();
///     Formatter::new(&mut out).println(&args)?;
///     out.push(b'\n');
///     Ok(String::from_utf8_lossy(&out).into())
/// }
/// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
/// # vm::with_args(|_, args| {
/// // Called as `Sprintln(1, "two", 3.5)`:
/// assert_eq!(sprintln(args).expect("no value contains itself"), "1 two 3.5\n");
/// # });
/// ```
#[derive(Debug)]
pub struct Formatter<'a> {
    out: &'a mut Vec<u8>,
    calls_methods: bool,
}

impl<'a> Formatter<'a> {
    /// A formatter that calls no methods: of all errors it knows those of natives alone.
    pub fn new(out: &'a mut Vec<u8>) -> Formatter<'a> {
        Formatter { out, calls_methods: false }
    }

    /// A formatter that calls `Error`, `String` and `GoString` of values that have them, for natives declared
    /// `reentrant`.
    ///
    /// ```
    /// use vo_ffi_core::{Formatter, VmCtx, VoError, VoInterface};
    ///
    /// /// `extern func Text(value any) string`, reentrant
    /// fn text<'call>(ctx: &mut VmCtx<'call>, value: VoInterface<'call>) -> Result<String, VoError> {
    ///     let mut out = b"value: ".to_vec();
    ///     Formatter::calling_methods(ctx, &mut out).value(value)?;
    ///     Ok(String::from_utf8_lossy(&out).into())
    /// }
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::with_error("no such file", |ctx, error| {
    /// // With an error of the script, whose method `Error` is called:
    /// assert_eq!(text(ctx, error).expect("no panic"), "value: no such file");
    /// # });
    /// ```
    pub fn calling_methods(_ctx: &'a mut VmCtx<'_>, out: &'a mut Vec<u8>) -> Formatter<'a> {
        Formatter { out, calls_methods: true }
    }

    /// Appends all operands with `%v`, with spaces between them: `Println` without its newline.
    ///
    /// [`Formatter`] has an example.
    ///
    /// # Errors
    /// As [`Formatter`] says.
    pub fn println(&mut self, operands: &VoVariadic<'_>) -> Result<(), VoError> {
        for index in 0..operands.len() {
            if index > 0 {
                self.out.push(b' ');
            }
            self.printer(operands).operand(Operand::of(operands, index), 'v')?;
        }
        Ok(())
    }

    /// Appends all operands with `%v`, with a space between two where neither is a string: `Print`.
    ///
    /// ```
    /// # use vo_ffi_core::Formatter;
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::with_args(|_, args| {
    /// let mut out = Vec::new();
    /// // With `1, "two", 3.5`:
    /// Formatter::new(&mut out).print(&args).expect("no value contains itself");
    /// assert_eq!(out, b"1two3.5");
    /// # });
    /// ```
    ///
    /// # Errors
    /// As [`Formatter`] says.
    pub fn print(&mut self, operands: &VoVariadic<'_>) -> Result<(), VoError> {
        let mut after_string = true;
        for index in 0..operands.len() {
            let operand = Operand::of(operands, index);
            let mut printer = self.printer(operands);
            let string = printer.is_string(operand);
            if !string && !after_string {
                printer.out.push(b' ');
            }
            printer.operand(operand, 'v')?;
            after_string = string;
        }
        Ok(())
    }

    /// Appends the operands as a format says: `Printf`.
    ///
    /// A wrong directive is no error, but part of the text, as in Go: `%!d(string=two)`.
    ///
    /// ```
    /// # use vo_ffi_core::Formatter;
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::with_args(|_, args| {
    /// let mut out = Vec::new();
    /// // With `1, "two", 3.5`:
    /// Formatter::new(&mut out).printf(b"%03d %q %8.2f", &args).expect("no value contains itself");
    /// assert_eq!(out, b"001 \"two\"     3.50");
    /// # });
    /// ```
    ///
    /// # Errors
    /// As [`Formatter`] says.
    pub fn printf(&mut self, format: &[u8], operands: &VoVariadic<'_>) -> Result<(), VoError> {
        self.printer(operands).printf(format, operands, None)
    }

    /// As [`Formatter::printf`], and a format may have `%w`: `Errorf`. Gives the indices of the operands
    /// that `%w` wraps, in order.
    ///
    /// ```
    /// # use vo_ffi_core::Formatter;
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::with_error_args(|_, args| {
    /// let mut out = Vec::new();
    /// // With `"a.txt", err`, where `err` says "no such file":
    /// let wrapped = Formatter::new(&mut out).errorf(b"reading %s: %w", &args).expect("no value contains itself");
    /// assert_eq!((out.as_slice(), wrapped.as_slice()), (&b"reading a.txt: no such file"[..], &[1][..]));
    /// # });
    /// ```
    ///
    /// # Errors
    /// As [`Formatter`] says.
    pub fn errorf(&mut self, format: &[u8], operands: &VoVariadic<'_>) -> Result<Vec<usize>, VoError> {
        let mut wrapped = Vec::new();
        self.printer(operands).printf(format, operands, Some(&mut wrapped))?;
        wrapped.sort_unstable();
        wrapped.dedup();
        Ok(wrapped)
    }

    /// Appends one value with `%v`.
    ///
    /// [`Formatter::calling_methods`] has an example.
    ///
    /// # Errors
    /// As [`Formatter`] says.
    pub fn value(&mut self, value: VoInterface<'_>) -> Result<(), VoError> {
        let calls_methods = self.calls_methods;
        let mut printer = Printer::new(value.access(), self.out, calls_methods);
        printer.operand(Operand::from(value), 'v')
    }

    fn printer<'b, 'call>(&'b mut self, operands: &VoVariadic<'call>) -> Printer<'b, 'call> {
        Printer::new(operands.access(), self.out, self.calls_methods)
    }
}

impl VoVariadic<'_> {
    /// All operands with `%v` and spaces between them, as `fmt.Println` prints them, without its newline.
    /// What is not UTF-8 becomes U+FFFD.
    ///
    /// Methods are not called; [`Formatter::calling_methods`] does.
    ///
    /// ```
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::with_args(|_, args| {
    /// // With `1, "two", 3.5`:
    /// assert_eq!(args.format_default(), "1 two 3.5");
    /// # });
    /// ```
    ///
    /// # Panics
    /// Where a value contains itself; the script sees a trap.
    pub fn format_default(&self) -> String {
        into_text(|formatter| formatter.println(self))
    }

    /// The operands as `fmt.Sprintf` formats them. What is not UTF-8 becomes U+FFFD.
    ///
    /// ```
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::with_args(|_, args| {
    /// // With `1, "two", 3.5`:
    /// assert_eq!(args.format_with("%d and %s and %g"), "1 and two and 3.5");
    /// # });
    /// ```
    ///
    /// # Panics
    /// Where a value contains itself; the script sees a trap.
    pub fn format_with(&self, format: &str) -> String {
        into_text(|formatter| formatter.printf(format.as_bytes(), self))
    }
}

/// As `%v` prints it; what is not UTF-8 becomes U+FFFD.
impl fmt::Display for VoInterface<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&into_text(|formatter| formatter.value(*self)))
    }
}

fn into_text(write: impl FnOnce(&mut Formatter<'_>) -> Result<(), VoError>) -> String {
    let mut out = Vec::new();
    if let Err(error) = write(&mut Formatter::new(&mut out)) {
        crate::unwind::raise(error.message());
    }
    String::from_utf8(out).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}
