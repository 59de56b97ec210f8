//! Lists with commas. The line breaks between their elements stay; those that have a line each may be aligned.

use super::printer::Printer;
use super::size::ANY_SIZE;
use super::space::Space;
use crate::ast::{ExprId, Ident};

/// Keys that are no longer than this are aligned, however different they are.
const SMALL_SIZE: usize = 40;
/// Others are, unless they differ from the ones above by this factor.
const THRESHOLD: f64 = 2.5;

/// An element of a list.
#[derive(Clone, Copy)]
pub(super) enum Item<'a> {
    Expr(ExprId),
    /// A key and its value.
    Pair(ExprId, ExprId),
    Name(&'a Ident),
    /// The `x.(type)` of a switch, and where it ends.
    Guard(ExprId, usize),
}

/// What a list stands between, and how it is printed.
#[derive(Clone, Copy, Default)]
pub(super) struct Around {
    /// Where the token before the list is, if the first element may stand on another line.
    pub(super) before: Option<usize>,
    /// Where the token behind it is, if that is known.
    pub(super) after: Option<usize>,
    /// Whether a comma ends the list where `after` is on another line.
    pub(super) takes_comma: bool,
    /// Whether the lines behind the first one are not indented.
    pub(super) no_indent: bool,
}

/// The sizes of the elements so far that may be aligned with the next one.
#[derive(Default)]
struct Alignment {
    /// Of the last one; 0 where it does not fit on a line.
    last: usize,
    sum_of_logarithms: f64,
    count: usize,
}

impl Alignment {
    /// Whether an element of this size does not go with those above.
    fn ends_before(&self, size: usize) -> bool {
        if self.last == 0 || size == 0 {
            return true;
        }
        if self.count == 0 || self.last <= SMALL_SIZE && size <= SMALL_SIZE {
            return false;
        }
        let mean = (self.sum_of_logarithms / self.count as f64).exp();
        let ratio = size as f64 / mean;
        THRESHOLD * ratio <= 1.0 || THRESHOLD <= ratio
    }

    fn add(&mut self, size: usize) {
        self.last = size;
        if size > 0 {
            self.sum_of_logarithms += (size as f64).ln();
            self.count += 1;
        }
    }

    fn restart(&mut self) {
        self.sum_of_logarithms = 0.0;
        self.count = 0;
    }
}

impl Printer<'_> {
    pub(super) fn item_span(&self, item: Item<'_>) -> (usize, usize) {
        match item {
            Item::Expr(expr) => self.written.expr_span(expr),
            Item::Pair(key, value) => (self.written.expr_span(key).0, self.written.expr_span(value).1),
            Item::Name(name) => (name.span.start as usize, name.span.end as usize),
            Item::Guard(operand, end) => (self.written.expr_span(operand).0, end),
        }
    }

    pub(super) fn item(&mut self, item: Item<'_>, depth: u32) {
        self.place(self.item_span(item).0);
        match item {
            Item::Expr(expr) => self.expr_in(expr, depth),
            Item::Name(name) => self.word(&name.name),
            Item::Pair(key, value) => {
                self.expr(key);
                self.colon_behind(key);
                self.blank();
                self.expr(value);
            }
            Item::Guard(operand, end) => {
                self.expr_in(operand, depth);
                self.type_assertion(operand, None, end);
            }
        }
    }

    fn colon_behind(&mut self, key: ExprId) {
        let colon = self.written.token_from(self.written.expr_span(key).1);
        self.token_at(colon, ":");
    }

    pub(super) fn exprs(&mut self, exprs: &[ExprId], depth: u32, around: Around) {
        let items: Vec<Item<'_>> = exprs.iter().map(|&expr| Item::Expr(expr)).collect();
        self.list(&items, depth, around);
    }

    /// Names in a declaration.
    pub(super) fn names(&mut self, names: &[Item<'_>], indents: bool) {
        self.list(names, 1, Around { no_indent: !indents, ..Around::default() });
    }

    pub(super) fn list(&mut self, items: &[Item<'_>], depth: u32, around: Around) {
        let (Some(&first), Some(&last)) = (items.first(), items.last()) else { return };
        let line = self.written.line(self.item_span(first).0);
        let before = around.before.map(|before| self.written.line(before));
        if before == Some(line) && line == self.written.line(self.item_span(last).1) {
            self.list_on_one_line(items, depth);
        } else {
            self.list_on_lines(items, depth, around, before);
        }
    }

    fn list_on_one_line(&mut self, items: &[Item<'_>], depth: u32) {
        for (index, &item) in items.iter().enumerate() {
            if index > 0 {
                self.token_at(self.item_span(item).0, ",");
                self.blank();
            }
            self.item(item, depth);
        }
    }

    fn list_on_lines(&mut self, items: &[Item<'_>], depth: u32, around: Around, before: Option<usize>) {
        let mut indent = if around.no_indent { Space::None } else { Space::Indent };
        let mut last_break = None;
        let first_line = self.written.line(self.item_span(items[0]).0);
        if before.is_some_and(|before| before < first_line)
            && self.line_break(first_line, 0, indent, true) > 0
        {
            indent = Space::None;
            last_break = Some(0);
        }
        let mut alignment = Alignment::default();
        let mut last_line = before;
        for (index, &item) in items.iter().enumerate() {
            let line = self.written.line(self.item_span(item).0);
            let size = self.size_for_alignment(item, around);
            let new_section = alignment.ends_before(size);
            let needs_break = last_line.is_some_and(|last| last < line);
            if index > 0 {
                if !needs_break {
                    // A comment goes behind the comma.
                    self.place(self.item_span(item).0);
                }
                self.token(",");
                let is_apart = last_break.map_or(0, |last| last + 1) < index;
                let breaks =
                    if needs_break { self.line_break(line, 0, indent, new_section || is_apart) } else { 0 };
                if breaks > 0 {
                    indent = Space::None;
                    last_break = Some(index);
                } else {
                    self.blank();
                }
                if breaks > 1 {
                    alignment.restart();
                }
            }
            match item {
                Item::Pair(key, value) if items.len() > 1 && size > 0 && needs_break => {
                    self.expr(key);
                    self.colon_behind(key);
                    self.space(Space::Tab);
                    self.expr(value);
                }
                _ => self.item(item, depth),
            }
            alignment.add(size);
            last_line = Some(line);
        }
        self.end_list(around, indent);
    }

    fn end_list(&mut self, around: Around, indent: Space) {
        let after = around.after.filter(|_| around.takes_comma).map(|after| self.written.line(after));
        let takes_comma = after.is_some_and(|after| self.at.line < after);
        if takes_comma {
            self.token(",");
        }
        if indent == Space::None && !around.no_indent {
            self.space(Space::Unindent);
        }
        if takes_comma {
            self.space(Space::Section);
        }
    }

    /// The size of an element, of a pair that of its key; 0 where it takes several lines, or nothing is aligned.
    fn size_for_alignment(&self, item: Item<'_>, around: Around) -> usize {
        if around.before.is_none() || around.after.is_none() || self.item_size(item, ANY_SIZE) > ANY_SIZE {
            return 0;
        }
        match item {
            Item::Pair(key, _) => self.item_size(Item::Expr(key), ANY_SIZE),
            _ => self.item_size(item, ANY_SIZE),
        }
    }
}
