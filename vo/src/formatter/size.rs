//! How long nodes are when they are formatted, which decides about one-line functions and the alignment of lists.

use super::list::Item;
use super::printer::Printer;
use super::space::Space;
use crate::ast::{ExprId, StmtId};

/// Larger than any line.
pub(super) const ANY_SIZE: usize = 1_000_000;
/// A function on one line is no longer than this.
const LONGEST_FUNCTION: usize = 100;
const MOST_STATEMENTS: usize = 5;

/// What may be measured.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Node {
    Expr(ExprId),
    /// A key and this value.
    Pair(ExprId),
    Stmt(StmtId),
}

impl Printer<'_> {
    /// How long a node is; more than `most` where it is longer or has several lines.
    pub(super) fn item_size(&self, item: Item<'_>, most: usize) -> usize {
        let node = match item {
            Item::Name(name) => return name.name.len(),
            Item::Expr(expr) => Node::Expr(expr),
            Item::Pair(_, value) => Node::Pair(value),
            // It is the only one of its list.
            Item::Guard(..) => return most + 1,
        };
        self.size(node, most, |printer| printer.item(item, 1))
    }

    fn stmt_size(&self, stmt: StmtId, most: usize) -> usize {
        self.size(Node::Stmt(stmt), most, |printer| printer.stmt(stmt, false))
    }

    fn size(&self, node: Node, most: usize, print: impl FnOnce(&mut Printer<'_>)) -> usize {
        if let Some(&size) = self.sizes.borrow().get(&node) {
            return size;
        }
        self.sizes.borrow_mut().insert(node, most + 1);
        let mut printer = Printer::measuring(self.written, self.sizes);
        print(&mut printer);
        let Some(size) = printer.finish_measuring().filter(|&size| size <= most) else { return most + 1 };
        self.sizes.borrow_mut().insert(node, size);
        size
    }

    /// Prints the body of a function: on the line of its head, which is `head` long, if it was written so and is short
    /// enough; `space` stands between the two.
    pub(super) fn func_body(&mut self, head: Option<usize>, space: Space, body: StmtId) {
        let literals = std::mem::replace(&mut self.literals, 0);
        let (start, end) = self.written.stmt_span(body);
        let stmts = self.written.ast.block(body);
        let fits = head.is_some_and(|head| head + self.body_size(body) <= LONGEST_FUNCTION);
        if fits {
            self.space(space);
            self.token_at(start, "{");
            if !stmts.is_empty() {
                self.blank();
                for (index, &stmt) in stmts.iter().enumerate() {
                    if index > 0 {
                        self.token(";");
                        self.blank();
                    }
                    self.stmt(stmt, index + 1 == stmts.len());
                }
                self.blank();
            }
            self.no_extra_break = !self.no_extra_break;
            self.token_at(end - 1, "}");
            self.no_extra_break = !self.no_extra_break;
        } else {
            self.blank();
            self.block(body);
        }
        self.literals = literals;
    }

    fn body_size(&mut self, body: StmtId) -> usize {
        let (start, end) = self.written.stmt_span(body);
        let stmts = self.written.ast.block(body);
        if self.written.line(start) != self.written.line(end) || stmts.len() > MOST_STATEMENTS {
            return LONGEST_FUNCTION + 1;
        }
        let mut size = self.comment_size_before(end - 1);
        for (index, &stmt) in stmts.iter().enumerate() {
            if size > LONGEST_FUNCTION {
                break;
            }
            size += if index > 0 { 2 } else { 0 };
            size += self.stmt_size(stmt, LONGEST_FUNCTION);
        }
        size
    }

    /// How far the present place is from a column of the output; nothing where it is on another line.
    pub(super) fn distance(&self, start: usize, column: usize) -> Option<usize> {
        (self.written.line(start) == self.at.line).then(|| self.out.column - column)
    }
}
