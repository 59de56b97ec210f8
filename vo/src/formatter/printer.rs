//! Puts tokens and space behind one another: space waits for the next token, since comments may have to go into it.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use super::columns::Columns;
use super::measure::Measure;
use super::size::Node;
use super::space::Space;
use super::written::{Position, Written};

/// How many line breaks may follow each other.
const MOST_BREAKS: usize = 2;

/// Stand for the last token, as far as it matters to what follows; others stand for themselves.
const NUMBER: &str = "0";
const WORD: &str = "a";
const SPACE: &str = "";
/// Stands for a token behind the last one.
pub(super) const END: &str = "end of file";

/// Where the text goes.
enum Sink {
    Page(Columns),
    Measure(Measure),
}

impl Sink {
    fn text(&mut self, text: &str) {
        match self {
            Sink::Page(columns) => columns.text(text),
            Sink::Measure(measure) => measure.text(text),
        }
    }

    fn space(&mut self, space: Space) {
        match self {
            Sink::Page(columns) => columns.space(space),
            Sink::Measure(measure) => measure.space(space),
        }
    }
}

/// The sizes of nodes that are known.
pub(super) type Sizes = RefCell<HashMap<Node, usize>>;

/// A line of the output, known when its first token is printed.
pub(super) type LineMark = Rc<Cell<usize>>;

pub(super) struct Printer<'p> {
    pub(super) written: &'p Written<'p>,
    pub(super) sizes: &'p Sizes,
    sink: Sink,
    pub(super) is_empty: bool,
    pub(super) indent: usize,
    /// How many composite literals are open.
    pub(super) literals: u32,
    /// Whether no blank follows a `/* */` comment.
    pub(super) no_extra_blank: bool,
    /// Whether no line break follows a `/* */` comment.
    pub(super) no_extra_break: bool,
    /// Whether columns end with this line: a token of several lines stands on it.
    ends_columns: bool,
    /// Whether a line break here would end the statement.
    pub(super) implied_semicolon: bool,
    last: &'static str,
    /// The parenthesis or bracket that was the last token but one, if it was one that opens.
    pub(super) last_open: &'static str,
    pub(super) pending: Vec<Space>,
    /// Where the output is in the source.
    pub(super) at: Position,
    /// The same after the last text.
    pub(super) last_at: Position,
    pub(super) out: Position,
    line_mark: Option<LineMark>,
    /// The next comments, a number of [`Written::groups`].
    pub(super) next_group: usize,
}

impl<'p> Printer<'p> {
    /// Prints a file with its comments.
    pub(super) fn new(written: &'p Written<'p>, sizes: &'p Sizes) -> Printer<'p> {
        Printer::to(Sink::Page(Columns::default()), 0, written, sizes)
    }

    /// Finds out how long a node is, without comments.
    pub(super) fn measuring(written: &'p Written<'p>, sizes: &'p Sizes) -> Printer<'p> {
        Printer::to(Sink::Measure(Measure::default()), written.groups.len(), written, sizes)
    }

    fn to(sink: Sink, next_group: usize, written: &'p Written<'p>, sizes: &'p Sizes) -> Printer<'p> {
        let start = Position { offset: 0, line: 1, column: 1 };
        Printer {
            written,
            sizes,
            sink,
            is_empty: true,
            indent: 0,
            literals: 0,
            no_extra_blank: false,
            no_extra_break: false,
            ends_columns: false,
            implied_semicolon: false,
            last: SPACE,
            last_open: SPACE,
            pending: Vec::new(),
            at: start,
            last_at: start,
            out: start,
            line_mark: None,
            next_group,
        }
    }

    /// The text, with the comments behind the last token.
    pub(super) fn finish(mut self) -> String {
        self.flush_end();
        match self.sink {
            Sink::Page(columns) => columns.finish(),
            Sink::Measure(_) => String::new(),
        }
    }

    /// How long the text is, where it is one line.
    pub(super) fn finish_measuring(mut self) -> Option<usize> {
        self.flush_end();
        match self.sink {
            Sink::Page(_) => None,
            Sink::Measure(measure) => measure.length(),
        }
    }

    fn flush_end(&mut self) {
        self.implied_semicolon = false;
        let end = Position { offset: usize::MAX, line: usize::MAX, column: 1 };
        self.flush(end, END);
    }

    /// The next token stands at this place of the source.
    pub(super) fn place(&mut self, offset: usize) {
        self.at = self.written.position(offset);
    }

    /// An operator, delimiter or keyword.
    pub(super) fn token(&mut self, text: &'static str) {
        if may_combine(self.last, text) {
            self.pending.push(Space::Blank);
        }
        let ends =
            matches!(text, "break" | "continue" | "fallthrough" | "return" | "++" | "--" | ")" | "]" | "}");
        self.emit(text, text, ends);
    }

    /// The same at a place of the source.
    pub(super) fn token_at(&mut self, offset: usize, text: &'static str) {
        self.place(offset);
        self.token(text);
    }

    pub(super) fn word(&mut self, name: &str) {
        self.emit(name, WORD, true);
    }

    pub(super) fn literal(&mut self, text: &str) {
        let is_number = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        self.emit(text, if is_number { NUMBER } else { WORD }, true);
    }

    pub(super) fn space(&mut self, space: Space) {
        self.note_open();
        if space == Space::None {
            return;
        }
        self.pending.push(space);
        if space.breaks_line() {
            self.implied_semicolon = false;
        }
        self.last = SPACE;
    }

    pub(super) fn blank(&mut self) {
        self.space(Space::Blank);
    }

    /// As many line breaks as there are to a line of the source, but at least `least`, behind `space`; the first one
    /// may start a new section. Gives how many there are, a new section counting twice.
    pub(super) fn line_break(&mut self, line: usize, least: usize, space: Space, new_section: bool) -> usize {
        let count = line.saturating_sub(self.at.line).clamp(least, MOST_BREAKS);
        if count == 0 {
            return 0;
        }
        self.space(space);
        self.space(if new_section { Space::Section } else { Space::Newline });
        for _ in 1..count {
            self.space(Space::Newline);
        }
        count + usize::from(new_section)
    }

    /// Remembers the line of the output on which the next token will stand.
    pub(super) fn mark_line(&mut self, mark: &LineMark) {
        self.line_mark = Some(Rc::clone(mark));
    }

    /// How many lines there are since a mark.
    pub(super) fn lines_since(&self, mark: &LineMark) -> usize {
        self.out.line.saturating_sub(mark.get())
    }

    fn note_open(&mut self) {
        match self.last {
            SPACE => {}
            "(" | "[" => self.last_open = self.last,
            _ => self.last_open = SPACE,
        }
    }

    fn emit(&mut self, text: &str, kind: &'static str, mut implied_semicolon: bool) {
        self.note_open();
        self.last = kind;
        let next = self.at;
        let (wrote_newline, dropped_section) = self.flush(next, kind);
        if !self.implied_semicolon {
            // Lines of the source between a comment and this token.
            let most = MOST_BREAKS - usize::from(wrote_newline);
            let count = next.line.saturating_sub(self.at.line).min(most);
            if count > 0 {
                self.write_space(if dropped_section { Space::Section } else { Space::Newline }, count);
                implied_semicolon = false;
            }
        }
        if let Some(mark) = self.line_mark.take() {
            mark.set(self.out.line);
        }
        self.write_text(next, text);
        self.implied_semicolon = implied_semicolon;
    }

    /// Writes the comments before a place, and the space.
    fn flush(&mut self, next: Position, kind: &str) -> (bool, bool) {
        if self.comment_before(next.offset) {
            return self.write_comments(next, kind);
        }
        self.write_pending(self.pending.len());
        (false, false)
    }

    /// Whether comments stand before a place, and may be printed without ending a statement.
    pub(super) fn comment_before(&self, offset: usize) -> bool {
        let Some(group) = self.written.groups.get(self.next_group) else { return false };
        group.offset() < offset && !(self.implied_semicolon && group.breaks_line())
    }

    /// How long the comments are that stand before a place.
    pub(super) fn comment_size_before(&mut self, offset: usize) -> usize {
        let before = self.next_group;
        let mut size = 0;
        while self.comment_before(offset) {
            size +=
                self.written.groups[self.next_group].comments.iter().map(|one| one.text.len()).sum::<usize>();
            self.next_group += 1;
        }
        self.next_group = before;
        size
    }

    /// Writes the first `count` of what is pending.
    pub(super) fn write_pending(&mut self, count: usize) {
        let mut index = 0;
        while index < count {
            match self.pending[index] {
                Space::None => {}
                Space::Indent => self.indent += 1,
                Space::Unindent => self.indent = self.indent.saturating_sub(1),
                // The label behind the break stands further left. Columns end before it, else a long label would
                // widen the indentation of the lines above.
                space
                    if space.breaks_line()
                        && index + 1 < count
                        && self.pending[index + 1] == Space::Unindent =>
                {
                    self.pending[index] = Space::Unindent;
                    self.pending[index + 1] = Space::Section;
                    continue;
                }
                space => self.write_space(space, 1),
            }
            index += 1;
        }
        self.pending.drain(..count);
    }

    pub(super) fn write_space(&mut self, mut space: Space, count: usize) {
        if self.ends_columns {
            if space.breaks_line() {
                space = Space::Section;
                self.ends_columns = false;
            } else {
                space = Space::Blank;
            }
        }
        if self.out.column == 1 {
            self.write_indent();
        }
        self.is_empty = false;
        for _ in 0..count {
            self.sink.space(space);
        }
        self.at.offset += count;
        if space.breaks_line() {
            self.at.line += count;
            self.out.line += count;
            self.at.column = 1;
            self.out.column = 1;
        } else {
            self.at.column += count;
            self.out.column += count;
        }
    }

    fn write_indent(&mut self) {
        for _ in 0..self.indent {
            self.sink.space(Space::HardTab);
        }
        self.at.offset += self.indent;
        self.at.column += self.indent;
        self.out.column += self.indent;
    }

    /// Writes a token or comment that stands at a place of the source.
    pub(super) fn write_text(&mut self, at: Position, text: &str) {
        if self.out.column == 1 {
            self.write_indent();
        }
        self.is_empty = false;
        self.at = at;
        self.sink.text(text);
        self.at.offset += text.len();
        let breaks = text.bytes().filter(|&byte| byte == b'\n').count();
        match text.rfind('\n') {
            Some(last) => {
                self.ends_columns = true;
                self.at.line += breaks;
                self.out.line += breaks;
                self.at.column = text.len() - last;
                self.out.column = text.len() - last;
            }
            None => {
                self.at.column += text.len();
                self.out.column += text.len();
            }
        }
        self.last_at = self.at;
    }
}

/// Whether two tokens would be read as another one without a blank between them.
fn may_combine(last: &str, next: &str) -> bool {
    let Some(first) = next.chars().next() else { return false };
    match last {
        NUMBER => first == '.',
        "+" | "-" => next.starts_with(last),
        "/" => first == '*',
        "<" => matches!(first, '-' | '<'),
        "&" => matches!(first, '&' | '^'),
        _ => false,
    }
}
