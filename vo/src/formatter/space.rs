//! The space between tokens.

/// White space, or a change of the indentation, that stands before the next token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Space {
    None,
    Blank,
    /// Ends a cell; it is not seen where all cells of its column are empty.
    Tab,
    /// Ends a cell.
    HardTab,
    Newline,
    /// A newline at which all columns end.
    Section,
    Indent,
    Unindent,
}

impl Space {
    pub(super) fn breaks_line(self) -> bool {
        matches!(self, Space::Newline | Space::Section)
    }
}
