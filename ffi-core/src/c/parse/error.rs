//! What is wrong with a text of C, each thing at its place.

use std::fmt;
use std::ops::Range;

/// A part of a text, in bytes.
///
/// ```
/// use vo_ffi_core::c::{Declarations, Target};
/// let text = "double cos(double x);";
/// let declarations = Declarations::parse(text, &Target::LINUX_X64).expect("no errors");
/// let cos = declarations.function("cos").expect("it is declared");
/// assert_eq!(&text[cos.place.span.range()], "cos");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct CSpan {
    /// Its first byte.
    pub start: usize,
    /// The byte behind its last one.
    pub end: usize,
}

impl CSpan {
    /// From the start of this one to the end of another.
    pub(super) fn to(self, last: CSpan) -> CSpan {
        CSpan { start: self.start, end: last.end.max(self.end) }
    }

    /// As a range, to slice the text with.
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

/// An error in a text of C.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CError {
    /// What is wrong.
    pub message: String,
    /// Where.
    pub span: CSpan,
    /// The line of that, from 1.
    pub line: usize,
    /// The column of that in characters, from 1.
    pub column: usize,
    /// A few words at the place; may be empty.
    pub label: String,
    /// Other places that matter, with a few words each.
    pub secondary: Vec<(CSpan, String)>,
    /// Facts that explain.
    pub notes: Vec<String>,
    /// What to do.
    pub help: Vec<String>,
}

impl CError {
    pub(super) fn new(span: CSpan, message: impl Into<String>) -> CError {
        CError {
            message: message.into(),
            span,
            line: 0,
            column: 0,
            label: String::new(),
            secondary: Vec::new(),
            notes: Vec::new(),
            help: Vec::new(),
        }
    }

    pub(super) fn label(mut self, label: impl Into<String>) -> CError {
        self.label = label.into();
        self
    }

    pub(super) fn secondary(mut self, span: CSpan, label: impl Into<String>) -> CError {
        self.secondary.push((span, label.into()));
        self
    }

    pub(super) fn note(mut self, note: impl Into<String>) -> CError {
        self.notes.push(note.into());
        self
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> CError {
        self.help.push(help.into());
        self
    }
}

impl fmt::Display for CError {
    /// `line:column: message`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.message)
    }
}

impl std::error::Error for CError {}

/// Everything that is wrong with a text of C, in order of place.
///
/// ```
/// use vo_ffi_core::c::{Declarations, Target};
/// let text = "int f(strct point p);\nint a[-1];";
/// let errors = Declarations::parse(text, &Target::LINUX_X64).unwrap_err();
/// assert_eq!(errors.to_string(), "1:7: unknown type `strct`\n2:7: the length of an array is negative: -1");
/// assert_eq!(&text[errors.0[0].span.range()], "strct");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CErrors(
    /// At least one.
    pub Vec<CError>,
);

/// More are not collected: the text is something else than C.
pub(super) const MOST_ERRORS: usize = 100;

impl CErrors {
    /// In order of place, with their lines and columns.
    pub(super) fn new(mut errors: Vec<CError>, text: &str) -> CErrors {
        errors.sort_by_key(|error| error.span.start);
        let (mut line, mut line_start, mut at) = (1, 0, 0);
        for error in &mut errors {
            let start = error.span.start;
            for newline in text[at..start].match_indices('\n') {
                line += 1;
                line_start = at + newline.0 + 1;
            }
            at = start;
            error.line = line;
            error.column = 1 + text[line_start..start].chars().count();
        }
        CErrors(errors)
    }
}

impl fmt::Display for CErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(f, "{separator}{error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for CErrors {}
