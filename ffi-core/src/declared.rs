//! Declarations as a `.vo` file has them: what the files of a package say of its natives, for whoever compares them with
//! Rust without running a VM, and for the VM itself.
//!
//! [`parse_file`] finds the extern functions and the types of a file, and goes past all else. [`parse_extern`] parses one
//! declaration where a VM's own parser meets it. Neither looks up a name: a [`DeclaredType`] is what is written.
//!
//! ```
//! use vo_ffi_core::declared::parse_file;
//! let text = "\
//! package os
//!
//! // A File is an open file.
//! type File struct{ handle int }
//!
//! func Open(name string) (*File, error) { return nil, errors.New(\"{\") }
//!
//! // Close closes it.
//! extern func (f *File) Close() error
//! ";
//! let file = parse_file(text).expect("no errors");
//! assert_eq!((file.package.text.as_str(), file.types.len(), file.externs.len()), ("os", 1, 1));
//! let close = &file.externs[0];
//! assert_eq!((close.member_name().as_str(), close.line), ("File.Close", 9));
//! assert_eq!(close.signature.to_string(), "() error");
//! assert_eq!(close.doc, "Close closes it.\n");
//! ```

mod display;
mod error;
mod items;
mod literal;
mod parser;
mod tokens;
mod types;
mod words;

pub use error::DeclaredError;
pub use items::{
    DeclaredExtern, DeclaredFile, DeclaredItem, DeclaredMeaning, DeclaredTypeDecl, ParsedExtern,
};
pub use types::{
    DeclaredElement, DeclaredField, DeclaredKind, DeclaredLength, DeclaredParam, DeclaredSignature,
    DeclaredText, DeclaredType,
};
pub use words::{KEYWORDS, OPERATORS};

use parser::Parser;
use tokens::Tokens;

/// How deep types may be nested.
///
/// ```
/// use vo_ffi_core::declared::{MAX_DEPTH, parse_extern};
/// let text = format!("extern func f(x {}int)", "[]".repeat(MAX_DEPTH as usize));
/// let errors = parse_extern(&text, 0).errors;
/// assert_eq!(errors[0].message, "nested more than 100 levels deep");
/// ```
pub const MAX_DEPTH: u32 = 100;

/// Parses the extern functions and the types of a file.
///
/// Of functions with bodies, constants, variables and imports only the brackets, strings and comments are read: where they
/// end. What is wrong inside them goes unseen.
///
/// # Errors
/// Everything that is wrong, in order of place.
///
/// ```
/// use vo_ffi_core::declared::parse_file;
/// let errors = parse_file("package os\nextern func Exit(code int\nextern Getpid() int\n").unwrap_err();
/// let errors: Vec<String> = errors.iter().map(|error| format!("{}: {error}", error.line)).collect();
/// assert_eq!(
///     errors,
///     [
///         "2: syntax error: unexpected newline in parameter list; possibly missing comma or )",
///         "3: syntax error: unexpected name Getpid, expected func",
///     ]
/// );
/// ```
pub fn parse_file(text: &str) -> Result<DeclaredFile, Vec<DeclaredError>> {
    let mut parser = Parser::new(Tokens::of_file(text));
    let file = parser.file();
    let errors = parser.into_errors(text.len());
    if errors.is_empty() { Ok(file) } else { Err(errors) }
}

/// Parses the declaration whose `extern` stands at `offset`, for a parser that goes on behind it.
///
/// It does not look at what follows, save that a body is an error and left where it is. Spans are places in `text`; lines
/// are counted from that of `offset`, which is 1. The doc is empty, for it stands before `offset`.
///
/// ```
/// use vo_ffi_core::declared::{DeclaredItem, parse_extern};
/// let text = "package main\nextern \"libm.so.6\" func cos(x float64) float64; func main() {}";
/// let parsed = parse_extern(text, 13);
/// let Some(DeclaredItem::Func(cos)) = parsed.item else { panic!("a function") };
/// assert_eq!(cos.library.map(|library| library.text).as_deref(), Some("libm.so.6"));
/// assert_eq!(&text[parsed.end..], "; func main() {}");
/// ```
pub fn parse_extern(text: &str, offset: usize) -> ParsedExtern {
    let mut parser = Parser::new(Tokens::new(text, offset));
    let item = parser.parse_extern().ok();
    let end = if item.is_some() { parser.previous_end() } else { parser.start() };
    ParsedExtern { item, errors: parser.into_errors(end), end }
}

#[cfg(test)]
mod tests;
