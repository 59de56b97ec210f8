//! How a file was written: its tokens, comments and lines, which the syntax tree does not keep.

use crate::ast::{Ast, ExprId, StmtId};
use crate::diagnostic::Diagnostics;
use crate::lexer::{Tok, lex_with_comments};
use crate::source::{SourceMap, Span};

/// A place in a file; lines and columns count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) offset: usize,
    pub(super) line: usize,
    pub(super) column: usize,
}

/// A token as it was written; the semicolons that ends of lines imply are none.
pub(super) struct Token {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) is_semicolon: bool,
}

/// A comment, without carriage returns.
pub(super) struct Comment {
    pub(super) text: String,
    pub(super) at: Position,
    /// Whether it ends with its line: `//`, and the first line of a script.
    pub(super) is_line: bool,
}

/// Comments with neither tokens nor blank lines between them.
pub(super) struct CommentGroup {
    pub(super) comments: Vec<Comment>,
    /// Whether it starts on the line of the token before it.
    trails: bool,
    last_line: usize,
}

impl CommentGroup {
    pub(super) fn offset(&self) -> usize {
        self.comments[0].at.offset
    }

    /// Whether it cannot stand in the middle of a line.
    pub(super) fn breaks_line(&self) -> bool {
        let line = self.comments[0].at.line;
        let breaks =
            |comment: &Comment| comment.is_line || comment.at.line != line || comment.text.contains('\n');
        self.comments.iter().any(breaks)
    }
}

/// A file, its tree, and what the tree does not have.
pub(super) struct Written<'w> {
    pub(super) ast: &'w Ast,
    pub(super) groups: Vec<CommentGroup>,
    pub(super) tokens: Vec<Token>,
    sources: &'w SourceMap,
    number: u32,
}

impl<'w> Written<'w> {
    pub(super) fn new(sources: &'w SourceMap, number: u32, ast: &'w Ast) -> Written<'w> {
        let text = &sources.file(number).text;
        let (tokens, comments) = lex_with_comments(number, text, &Diagnostics::default());
        let tokens =
            tokens.iter().filter(|token| !matches!(token.tok, Tok::Eof | Tok::Semi { automatic: true }));
        let tokens = tokens.map(|token| Token {
            start: token.span.start as usize,
            end: token.span.end as usize,
            is_semicolon: matches!(token.tok, Tok::Semi { .. }),
        });
        let mut written = Written { ast, groups: Vec::new(), tokens: tokens.collect(), sources, number };
        written.group(&comments);
        written
    }

    pub(super) fn text(&self) -> &'w str {
        &self.sources.file(self.number).text
    }

    pub(super) fn slice(&self, start: usize, end: usize) -> &'w str {
        &self.text()[start..end]
    }

    pub(super) fn position(&self, offset: usize) -> Position {
        let (line, column) = self.sources.line_column(Span::new(self.number, offset, offset));
        Position { offset, line: line as usize, column: column as usize }
    }

    pub(super) fn line(&self, offset: usize) -> usize {
        self.position(offset).line
    }

    pub(super) fn expr_span(&self, id: ExprId) -> (usize, usize) {
        let span = self.ast.expr(id).span;
        (span.start as usize, span.end as usize)
    }

    pub(super) fn stmt_span(&self, id: StmtId) -> (usize, usize) {
        let span = self.ast.stmt(id).span;
        (span.start as usize, span.end as usize)
    }

    /// The number of the first token that starts at an offset or behind it.
    fn index_from(&self, offset: usize) -> usize {
        self.tokens.partition_point(|token| token.start < offset)
    }

    /// Where the first token starts that stands at an offset or behind it; the end of the file where there is none.
    pub(super) fn token_from(&self, offset: usize) -> usize {
        self.tokens.get(self.index_from(offset)).map_or(self.text().len(), |token| token.start)
    }

    /// The text of the first token that stands at an offset or behind it.
    pub(super) fn token_text(&self, offset: usize) -> &'w str {
        self.tokens.get(self.index_from(offset)).map_or("", |token| self.slice(token.start, token.end))
    }

    /// Where the token before an offset ends.
    pub(super) fn token_end_before(&self, offset: usize) -> usize {
        self.index_from(offset).checked_sub(1).map_or(0, |index| self.tokens[index].end)
    }

    /// Where the token before an offset starts.
    pub(super) fn token_before(&self, offset: usize) -> usize {
        self.index_from(offset).checked_sub(1).map_or(0, |index| self.tokens[index].start)
    }

    /// Where the next such token starts at an offset or behind it.
    pub(super) fn find(&self, text: &str, offset: usize) -> usize {
        let tokens = &self.tokens[self.index_from(offset)..];
        let found = tokens.iter().find(|token| self.slice(token.start, token.end) == text);
        found.map_or(self.text().len(), |token| token.start)
    }

    /// Where the parenthesis is closed that is opened at an offset.
    pub(super) fn closing(&self, open: usize) -> usize {
        let mut depth = 0;
        for token in &self.tokens[self.index_from(open)..] {
            match self.slice(token.start, token.end) {
                "(" => depth += 1,
                ")" if depth == 1 => return token.start,
                ")" => depth -= 1,
                _ => {}
            }
        }
        self.text().len()
    }

    /// Whether the token at an offset has a comment directly above it.
    pub(super) fn has_doc(&self, offset: usize) -> bool {
        let Some(group) = self.group_before(offset) else { return false };
        let adjoins = group.last_line + 1 == self.line(offset);
        adjoins && !group.trails && self.token_end_before(offset) <= group.offset()
    }

    /// Whether what ends at an offset has a comment behind it with which the line ends.
    pub(super) fn has_line_comment(&self, end: usize) -> bool {
        let after = self.groups.partition_point(|group| group.offset() < end);
        let Some(group) = self.groups.get(after) else { return false };
        let between = self.index_from(end)..self.index_from(group.offset());
        let next = self.index_from(group.offset());
        let ends_line = self.tokens.get(next).is_none_or(|token| self.line(token.start) != group.last_line);
        group.trails && ends_line && self.tokens[between].iter().all(|token| token.is_semicolon)
    }

    fn group_before(&self, offset: usize) -> Option<&CommentGroup> {
        let index = self.groups.partition_point(|group| group.offset() < offset);
        self.groups.get(index.checked_sub(1)?)
    }

    /// Puts comments that belong together into groups.
    fn group(&mut self, comments: &[Span]) {
        for &span in comments {
            let (start, end) = (span.start as usize, span.end as usize);
            let token_end = self.token_end_before(start);
            let at = self.position(start);
            let last_line = self.line(end);
            let text: String = self.slice(start, end).chars().filter(|&c| c != '\r').collect();
            let comment = Comment { is_line: !text.starts_with("/*"), text, at };
            match self.groups.last_mut() {
                Some(group)
                    if token_end <= group.offset()
                        && at.line <= group.last_line + usize::from(!group.trails) =>
                {
                    group.comments.push(comment);
                    group.last_line = last_line;
                }
                last => {
                    let first = last.is_none_or(|group| token_end > group.offset());
                    let trails = first && token_end > 0 && self.line(token_end) == at.line;
                    self.groups.push(CommentGroup { comments: vec![comment], trails, last_line });
                }
            }
        }
    }
}
