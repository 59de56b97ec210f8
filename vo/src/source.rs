//! Source files and places in them.

use std::ops::Range;
use std::sync::Arc;

/// A stretch of a source file, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The file, a row of the [`SourceMap`].
    pub file: u32,
    /// Where it starts.
    pub start: u32,
    /// Where it ends, exclusive.
    pub end: u32,
}

impl Span {
    /// A stretch of a file.
    pub fn new(file: u32, start: usize, end: usize) -> Span {
        Span { file, start: start as u32, end: end as u32 }
    }

    /// From the start of `self` to the end of `other`.
    pub fn to(self, other: Span) -> Span {
        Span { file: self.file, start: self.start, end: other.end.max(self.start) }
    }

    /// The empty stretch just behind this one.
    pub fn after(self) -> Span {
        Span { start: self.end, ..self }
    }
}

/// A source file.
#[derive(Debug)]
pub struct SourceFile {
    /// As messages show it.
    pub name: String,
    /// Its text.
    pub text: String,
    /// Whether it belongs to a built-in package.
    pub builtin: bool,
    /// How many lines at its start no message counts: the caller put them before the user's text.
    pub hidden_lines: u32,
    line_starts: Vec<u32>,
}

impl SourceFile {
    /// The text of a line, which is counted as [`SourceMap::line`] does; empty where there is no such line.
    pub(crate) fn line_text(&self, line: u32) -> &str {
        let Some(index) = (line + self.hidden_lines).checked_sub(1) else { return "" };
        self.text[self.text_of_lines(index as usize..index as usize + 1)].trim_end()
    }

    /// The lines that a span touches, from 0.
    pub(crate) fn lines(&self, span: Span) -> Range<usize> {
        let after = |at: u32| self.line_starts.partition_point(|&start| start <= at);
        after(span.start).saturating_sub(1)..after(span.end.max(span.start))
    }

    /// Where the text of some lines is.
    pub(crate) fn text_of_lines(&self, lines: Range<usize>) -> Range<usize> {
        let start = |line: usize| self.line_starts.get(line).map_or(self.text.len(), |&at| at as usize);
        start(lines.start)..start(lines.end)
    }
}

/// All source files of a program.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    files: Vec<Arc<SourceFile>>,
}

impl SourceMap {
    /// Adds a file; the result is its number.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>, builtin: bool) -> u32 {
        self.add_behind(0, name, text, builtin)
    }

    /// The same for a file whose first lines are hidden.
    pub fn add_behind(
        &mut self,
        hidden_lines: u32,
        name: impl Into<String>,
        text: impl Into<String>,
        builtin: bool,
    ) -> u32 {
        let text = text.into();
        let breaks = text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n');
        let line_starts = std::iter::once(0).chain(breaks.map(|(at, _)| at as u32 + 1)).collect();
        let file = SourceFile { name: name.into(), text, builtin, hidden_lines, line_starts };
        self.files.push(Arc::new(file));
        self.files.len() as u32 - 1
    }

    /// How many files there are.
    pub(crate) fn len(&self) -> u32 {
        self.files.len() as u32
    }

    /// A file by its number.
    pub fn file(&self, number: u32) -> &SourceFile {
        &self.files[number as usize]
    }

    /// Line and column, from 1, of the start of a span; the column counts bytes, as Go's does.
    pub fn line_column(&self, span: Span) -> (u32, u32) {
        let file = self.file(span.file);
        let line = file.line_starts.partition_point(|&start| start <= span.start);
        let column = span.start - file.line_starts[line - 1] + 1;
        ((line as u32).saturating_sub(file.hidden_lines), column)
    }

    /// The line, from 1, of the start of a span.
    pub fn line(&self, span: Span) -> u32 {
        self.line_column(span).0
    }

    /// `name:line:column`
    pub fn place(&self, span: Span) -> String {
        let (line, column) = self.line_column(span);
        format!("{}:{line}:{column}", self.file(span.file).name)
    }

    /// The text that a span covers.
    pub fn text(&self, span: Span) -> &str {
        self.file(span.file).text.get(span.start as usize..span.end as usize).unwrap_or("")
    }
}
