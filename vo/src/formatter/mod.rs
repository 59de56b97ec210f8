//! Formats programs as `gofmt` does. The tree is printed token by token; comments and line breaks come from how the
//! file was written.
//!
//! The rules are those of Go 1.19's `go/printer`, by the Go authors (`LICENSE-GO`), without those that rewrite
//! documentation. In reading order: `written` is what the tree does not keep, `printer` puts tokens and space
//! behind one another, `comments` go into the space, `columns` are aligned, and the rest says what is printed.

mod block_comment;
mod columns;
mod comments;
mod decl;
mod expr;
mod imports;
mod list;
mod measure;
mod number;
mod printer;
mod same;
mod size;
mod space;
mod stmt;
mod top_level;
mod types;
mod written;

use std::fmt;

use crate::ast::{Ast, File};
use crate::check::Rejected;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::parser::parse_file;
use crate::source::{SourceMap, Span};
use printer::{Printer, Sizes};
use same::Essence;
use written::Written;

/// How often a text is formatted again, until that changes nothing.
const MOST_ROUNDS: usize = 4;

/// Why a text was not formatted.
#[derive(Debug)]
#[non_exhaustive]
pub enum FormatError {
    /// It has syntax errors.
    Rejected(Rejected),
    /// What came out has other tokens than what went in: a mistake of the formatter.
    Changed,
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FormatError::Rejected(rejected) => rejected.fmt(f),
            FormatError::Changed => {
                f.write_str("formatting would change the program, which is a mistake of the formatter")
            }
        }
    }
}

impl std::error::Error for FormatError {}

/// Formats a file, whose name is for messages.
///
/// ```
/// let text = "package main\nfunc main(){println( 1+2 )}";
/// let formatted = vo_vm::formatter::format("main.vo", text.as_bytes()).expect("no errors");
/// assert_eq!(formatted, "package main\n\nfunc main() { println(1 + 2) }\n");
/// ```
///
/// # Errors
/// Where it has syntax errors or is not UTF-8.
pub fn format(name: &str, text: &[u8]) -> Result<String, FormatError> {
    let text = match std::str::from_utf8(text) {
        Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text),
        Err(error) => return Err(not_utf8(name, text, error.valid_up_to())),
    };
    let parsed = Parsed::new(name, text)?;
    let mut formatted = Parsed::new(name, &parsed.laid_out()).map_err(|_| FormatError::Changed)?;
    // Comments at odd places, and imports that are sorted when they have a line each, settle the second time.
    for _ in 0..MOST_ROUNDS {
        let sorted = imports::sorted(&formatted.written());
        let again = match &sorted {
            Some(sorted) => Parsed::new(name, sorted).map_err(|_| FormatError::Changed)?.laid_out(),
            None => formatted.laid_out(),
        };
        if again == formatted.text() {
            break;
        }
        formatted = Parsed::new(name, &again).map_err(|_| FormatError::Changed)?;
    }
    if parsed.essence() != formatted.essence() {
        return Err(FormatError::Changed);
    }
    Ok(formatted.text().to_string())
}

/// A file without syntax errors.
struct Parsed {
    sources: SourceMap,
    number: u32,
    ast: Ast,
    file: File,
}

impl Parsed {
    fn new(name: &str, text: &str) -> Result<Parsed, FormatError> {
        let mut sources = SourceMap::default();
        let number = sources.add(name, text, false);
        let (mut ast, errors) = (Ast::default(), Diagnostics::default());
        let file = parse_file(number, text, &mut ast, &errors);
        match errors.into_sorted() {
            diagnostics if diagnostics.is_empty() => Ok(Parsed { sources, number, ast, file }),
            diagnostics => Err(FormatError::Rejected(Rejected { sources, diagnostics })),
        }
    }

    fn text(&self) -> &str {
        &self.sources.file(self.number).text
    }

    fn written(&self) -> Written<'_> {
        Written::new(&self.sources, self.number, &self.ast)
    }

    fn laid_out(&self) -> String {
        let (written, sizes) = (self.written(), Sizes::default());
        let mut printer = Printer::new(&written, &sizes);
        printer.file(&self.file);
        printer.finish()
    }

    fn essence(&self) -> Essence {
        Essence::of(self.text(), &self.ast)
    }
}

fn not_utf8(name: &str, text: &[u8], start: usize) -> FormatError {
    let mut sources = SourceMap::default();
    let number = sources.add(name, String::from_utf8_lossy(text), false);
    let error = Diagnostic::new(Span::new(number, start, start + 3), "invalid UTF-8 encoding");
    let diagnostics = vec![error.label("this byte is not UTF-8")];
    FormatError::Rejected(Rejected { sources, diagnostics })
}
