//! The length of a text that is not written anywhere.

use super::space::Space;

/// Counts bytes, until a line ends.
#[derive(Default)]
pub(super) struct Measure {
    length: usize,
    /// Space that counts when text follows.
    space: usize,
    has_break: bool,
}

impl Measure {
    pub(super) fn text(&mut self, text: &str) {
        self.length += std::mem::take(&mut self.space) + text.len();
        self.has_break |= text.contains('\n');
    }

    pub(super) fn space(&mut self, space: Space) {
        self.has_break |= space.breaks_line();
        self.space += 1;
    }

    /// The length, where all is on one line.
    pub(super) fn length(&self) -> Option<usize> {
        (!self.has_break).then_some(self.length)
    }
}
