//! What is entered in a session: declarations and statements, in any order.

use super::Parser;
use crate::ast::{File, Ident, StmtId, StmtKind};
use crate::lexer::Tok;
use crate::source::Span;

/// Declarations, or statements, that follow each other.
#[derive(Debug)]
pub(crate) enum Part {
    Declarations(File),
    /// A [`StmtKind::Block`].
    Statements(StmtId),
}

impl Parser<'_> {
    pub(super) fn entry(&mut self) -> Vec<Part> {
        let mut parts = Vec::new();
        loop {
            match self.tok() {
                Tok::Eof => return parts,
                Tok::Semi { .. } => self.advance(),
                _ if self.at_declaration() => parts.push(Part::Declarations(self.entry_declarations())),
                _ => parts.push(Part::Statements(self.entry_statements())),
            }
        }
    }

    /// Whether a declaration starts here, and not a call of a function literal.
    fn at_declaration(&self) -> bool {
        match self.tok() {
            Tok::Keyword("func") => matches!(self.tok_ahead(1), Tok::Ident(_)) || self.at_method(),
            Tok::Keyword("package" | "import" | "const" | "var" | "type" | "extern") => true,
            _ => false,
        }
    }

    fn entry_declarations(&mut self) -> File {
        let mut file =
            File { number: self.number, package: Ident::default(), imports: Vec::new(), decls: Vec::new() };
        while self.at_declaration() {
            // A whole file may be entered, too.
            let parsed = match self.is_keyword("package") {
                true => self.parse_package().map(drop),
                false => self.parse_declaration(&mut file),
            };
            if parsed.is_err() {
                self.skip_declaration();
            }
            while matches!(self.tok(), Tok::Semi { .. }) {
                self.advance();
            }
        }
        file
    }

    fn entry_statements(&mut self) -> StmtId {
        let start = self.span();
        let nesting = self.nesting();
        let mut stmts = Vec::new();
        while *self.tok() != Tok::Eof && !self.at_declaration() {
            match self.tok() {
                Tok::Semi { .. } => self.advance(),
                // Something that ends a block, and there is none.
                Tok::Op("}") | Tok::Keyword("case" | "default") => {
                    self.unexpected("");
                    self.advance();
                }
                _ => self.next_statement(&mut stmts, nesting),
            }
        }
        let end = self.previous_span();
        let span = Span { end: end.end.max(start.start), ..start };
        self.ast.add_stmt(StmtKind::Block(stmts), span)
    }
}
