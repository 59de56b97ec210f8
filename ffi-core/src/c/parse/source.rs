//! A text as the lexer reads it: without its line continuations, with the way back to the places of the original.

use std::borrow::Cow;

use super::error::CSpan;

pub(super) struct Source<'t> {
    /// Without each backslash that a newline follows, and that newline.
    pub(super) text: Cow<'t, str>,
    /// Where something was taken out of the text, and how many bytes up to there.
    removed: Vec<(usize, usize)>,
}

impl<'t> Source<'t> {
    pub(super) fn new(original: &'t str) -> Source<'t> {
        let mut removed = Vec::new();
        if !original.contains("\\\n") && !original.contains("\\\r\n") {
            return Source { text: Cow::Borrowed(original), removed };
        }
        let mut text = String::with_capacity(original.len());
        let (mut rest, mut taken) = (original, 0);
        while let Some(backslash) = rest.find('\\') {
            let behind = &rest[backslash + 1..];
            let newline = if behind.starts_with("\r\n") { 2 } else { usize::from(behind.starts_with('\n')) };
            let kept = if newline == 0 { backslash + 1 } else { backslash };
            text.push_str(&rest[..kept]);
            if newline > 0 {
                taken += 1 + newline;
                removed.push((text.len(), taken));
            }
            rest = &behind[newline..];
        }
        text.push_str(rest);
        Source { text: Cow::Owned(text), removed }
    }

    /// The span in the original of a span in [`Source::text`].
    pub(super) fn span(&self, start: usize, end: usize) -> CSpan {
        CSpan { start: self.original(start, true), end: self.original(end, start == end) }
    }

    /// The place in the original; `after` decides about a place where something was taken out.
    fn original(&self, place: usize, after: bool) -> usize {
        let before = self.removed.partition_point(|&(at, _)| if after { at <= place } else { at < place });
        place + before.checked_sub(1).map_or(0, |last| self.removed[last].1)
    }
}
