//! What is wrong with a text of C, with excerpts and carets.

use std::io::Write as _;

use vo_ffi::c::CErrors;
use vo_ffi::runtime::render_c_errors;

/// Prints the errors of a text; `name` is a file's, or what stands for one.
pub(super) fn show(name: &str, text: &str, errors: &CErrors) {
    let count = errors.0.len();
    let mut err = anstream::stderr().lock();
    let _ = writeln!(err, "{}\n", render_c_errors(errors, text, name, true));
    let _ = writeln!(err, "{count} error{}", if count == 1 { "" } else { "s" });
}
