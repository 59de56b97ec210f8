//! Puts comments into the space before the token that they stand before.

use super::block_comment;
use super::printer::{END, Printer};
use super::space::Space;
use super::written::{Comment, Position};

/// What a comment is written behind.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Behind {
    Token,
    LineComment,
    BlockComment,
}

impl Printer<'_> {
    /// Writes all comments that stand before the next token. Gives whether a line break was written behind the last
    /// one, and whether a section would have ended there.
    pub(super) fn write_comments(&mut self, next: Position, kind: &str) -> (bool, bool) {
        let written = self.written;
        let mut behind = Behind::Token;
        let mut last_line = 0;
        while self.comment_before(next.offset) {
            for comment in &written.groups[self.next_group].comments {
                self.write_comment_prefix(comment.at, next, behind, kind);
                self.write_comment(comment);
                behind = if comment.is_line { Behind::LineComment } else { Behind::BlockComment };
                last_line = comment.at.line;
            }
            self.next_group += 1;
        }
        let needs_break = self.needs_break(behind, last_line, next, kind);
        self.write_comment_suffix(needs_break)
    }

    /// Whether a line must end behind the last comment; where it need not, this separates it from the next token.
    fn needs_break(&mut self, last: Behind, last_line: usize, next: Position, kind: &str) -> bool {
        let mut needs_break = false;
        if !self.no_extra_blank
            && last == Behind::BlockComment
            && last_line == next.line
            && kind != ","
            && (kind != ")" || self.last_open == "(")
            && (kind != "]" || self.last_open == "[")
        {
            if self.pending.iter().any(|space| space.breaks_line())
                && !self.no_extra_break
                && self.literals == 0
            {
                needs_break = true;
            } else {
                self.write_space(Space::Blank, 1);
            }
        }
        needs_break || last == Behind::LineComment || kind == END || kind == "}" && !self.no_extra_break
    }

    fn write_comment_prefix(&mut self, at: Position, next: Position, behind: Behind, kind: &str) {
        if self.is_empty {
            return;
        }
        if at.line == self.last_at.line && behind != Behind::LineComment {
            self.write_prefix_on_line(at, next, behind);
        } else {
            self.write_prefix_of_line(at, next, behind, kind);
        }
    }

    /// Before a comment on the line of what it follows.
    fn write_prefix_on_line(&mut self, at: Position, next: Position, behind: Behind) {
        let mut is_separated = false;
        if behind == Behind::Token {
            let mut count = 0;
            for (index, space) in self.pending.iter_mut().enumerate() {
                match space {
                    Space::Blank => *space = Space::None,
                    Space::Tab => is_separated = true,
                    Space::Indent => {}
                    _ => {
                        count = index;
                        break;
                    }
                }
            }
            self.write_pending(count);
        }
        if !is_separated {
            // What follows on the same line follows a `/* */` comment.
            self.write_space(if at.line == next.line { Space::Blank } else { Space::HardTab }, 1);
        }
    }

    /// Before a comment on a line of its own.
    fn write_prefix_of_line(&mut self, at: Position, next: Position, behind: Behind, kind: &str) {
        let mut dropped_break = false;
        let mut count = 0;
        for index in 0..self.pending.len() {
            match self.pending[index] {
                Space::Blank | Space::Tab => {
                    self.pending[index] = Space::None;
                    continue;
                }
                Space::Indent => continue,
                // Not the last one: it ends a list of several lines, and no block.
                Space::Unindent if self.pending.get(index + 1) == Some(&Space::Unindent) => continue,
                // The comment is about the next token, say a `case`, if it is aligned with it.
                Space::Unindent if kind != "}" && at.column == next.column => continue,
                Space::Newline | Space::Section => {
                    self.pending[index] = Space::None;
                    dropped_break = behind == Behind::Token;
                }
                _ => {}
            }
            count = index;
            break;
        }
        self.write_pending(count);
        let mut breaks = at.line.saturating_sub(self.last_at.line);
        // Outside functions a blank line before documentation stays.
        breaks += usize::from(self.indent == 0 && dropped_break);
        if breaks == 0 && behind == Behind::LineComment {
            breaks = 1;
        }
        if breaks > 0 {
            self.write_space(Space::Section, breaks.min(2));
        }
    }

    fn write_comment(&mut self, comment: &Comment) {
        if comment.is_line {
            return self.write_text(comment.at, comment.text.trim_end());
        }
        let is_unindented = comment.at.column == 1 && self.indent > 0;
        let mut at = comment.at;
        for (index, line) in block_comment::lines(&comment.text, is_unindented).iter().enumerate() {
            if index > 0 {
                self.write_space(Space::Section, 1);
                at = self.at;
            }
            if !line.is_empty() {
                self.write_text(at, line.trim_end());
            }
        }
    }

    fn write_comment_suffix(&mut self, mut needs_break: bool) -> (bool, bool) {
        let (mut wrote_newline, mut dropped_section) = (false, false);
        for space in &mut self.pending {
            match space {
                Space::Blank | Space::Tab => *space = Space::None,
                Space::Newline | Space::Section if needs_break => {
                    needs_break = false;
                    wrote_newline = true;
                }
                Space::Newline | Space::Section => {
                    dropped_section |= *space == Space::Section;
                    *space = Space::None;
                }
                _ => {}
            }
        }
        self.write_pending(self.pending.len());
        if needs_break {
            self.write_space(Space::Newline, 1);
            wrote_newline = true;
        }
        (wrote_newline, dropped_section)
    }
}
