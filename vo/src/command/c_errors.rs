//! What is wrong with a text of C, with excerpts and carets.

use std::io::Write as _;

use vo_ffi::c::{CError, CErrors, CSpan};
use vo_vm::diagnostic::{self, Diagnostic};
use vo_vm::source::{SourceMap, Span};

/// Prints the errors of a text; `name` is a file's, or what stands for one.
pub(super) fn show(name: &str, text: &str, errors: &CErrors) {
    let mut sources = SourceMap::default();
    let file = sources.add(name, text, false);
    let diagnostics: Vec<Diagnostic> = errors.0.iter().map(|error| diagnostic(file, error)).collect();
    let count = diagnostics.len();
    let mut err = anstream::stderr().lock();
    let _ = write!(err, "{}", diagnostic::render(&sources, &diagnostics, true));
    let _ = writeln!(err, "{count} error{}", if count == 1 { "" } else { "s" });
}

fn diagnostic(file: u32, error: &CError) -> Diagnostic {
    let span = |span: CSpan| Span::new(file, span.start, span.end);
    let mut shown = Diagnostic::new(span(error.span), error.message.clone()).label(error.label.clone());
    shown.secondary = error.secondary.iter().map(|(place, words)| (span(*place), words.clone())).collect();
    shown.notes = error.notes.clone();
    shown.help = error.help.clone();
    shown
}
