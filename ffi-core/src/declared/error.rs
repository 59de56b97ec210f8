//! What is wrong with declarations.

use std::error::Error;
use std::fmt;
use std::ops::Range;

/// Something that is wrong with a declaration, and where.
///
/// Its text is the message alone; a front end adds place, note and help as it shows them.
///
/// ```
/// use vo_ffi_core::declared::parse_file;
///
/// let text = "package os\nextern Getpid() int\n";
/// let error = &parse_file(text).unwrap_err()[0];
/// assert_eq!(error.to_string(), "syntax error: unexpected name Getpid, expected func");
/// assert_eq!((error.line, &text[error.span.clone()]), (2, "Getpid"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredError {
    /// What is wrong, in Go's words where Go has some.
    pub message: String,
    /// Where, in bytes of the text.
    pub span: Range<usize>,
    /// The line of the start of `span`, from 1; see [`parse_extern`](super::parse_extern) for where lines are counted from.
    pub line: u32,
    /// The brace or bracket that is not closed, where that is what is wrong.
    pub unclosed: Option<Range<usize>>,
    /// A fact that explains; mostly empty.
    pub note: &'static str,
    /// What to do; mostly empty.
    pub help: &'static str,
}

impl fmt::Display for DeclaredError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for DeclaredError {}

/// A stretch of the text, and the line on which it starts.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    pub(super) span: Range<usize>,
    pub(super) line: u32,
}

impl Place {
    pub(super) fn error(&self, message: impl Into<String>) -> DeclaredError {
        let Place { span, line } = self.clone();
        DeclaredError { message: message.into(), span, line, unclosed: None, note: "", help: "" }
    }

    /// From the start of this to the end of another.
    pub(super) fn to(&self, other: &Place) -> Place {
        Place { span: self.span.start..other.span.end.max(self.span.start), line: self.line }
    }
}
