//! Whether two texts are the same program: the same tokens, comments and nodes, but for what formatting may change.

use std::mem::{Discriminant, discriminant};

use crate::ast::{Ast, BinaryOp, ExprKind, StmtKind};
use crate::diagnostic::Diagnostics;
use crate::lexer::{Tok, lex_with_comments};
use crate::source::Span;

use super::number;

/// What stays of a text.
#[derive(PartialEq)]
pub(super) struct Essence {
    /// All tokens, without commas before a closing token, semicolons that separate nothing, and parentheses; the lines
    /// of imports in alphabetical order, since imports are sorted.
    tokens: Vec<String>,
    /// The comments, in alphabetical order for the same reason.
    comments: Vec<String>,
    /// All expressions but parentheses, operands before what they are operands of: so parentheses that matter count.
    exprs: Vec<(Discriminant<ExprKind>, Option<BinaryOp>)>,
    /// All statements that do something.
    stmts: Vec<Discriminant<StmtKind>>,
    /// Where the lines of a group of imports start, inside of one.
    imports: Option<usize>,
}

impl Essence {
    pub(super) fn of(text: &str, ast: &Ast) -> Essence {
        let mut essence = Essence::of_nodes(ast);
        let (tokens, comments) = lex_with_comments(0, text, &Diagnostics::default());
        for token in &tokens {
            essence.add(match &token.tok {
                Tok::Semi { .. } => ";",
                Tok::Eof => "",
                _ => &text[token.span.start as usize..token.span.end as usize],
            });
        }
        let comment = |span: &Span| {
            let lines = text[span.start as usize..span.end as usize].lines().map(str::trim);
            lines.filter(|line| !line.is_empty()).collect::<Vec<&str>>().join("\n")
        };
        essence.comments = comments.iter().map(comment).collect();
        essence.comments.sort();
        essence
    }

    fn of_nodes(ast: &Ast) -> Essence {
        let exprs = ast.exprs.iter().filter(|expr| !matches!(expr.kind, ExprKind::Paren(_)));
        let exprs = exprs.map(|expr| match expr.kind {
            ExprKind::Binary { op, .. } => (discriminant(&expr.kind), Some(op)),
            _ => (discriminant(&expr.kind), None),
        });
        let stmts = ast.stmts.iter().filter(|stmt| !matches!(stmt.kind, StmtKind::Empty));
        let stmts = stmts.map(|stmt| discriminant(&stmt.kind)).collect();
        Essence { tokens: Vec::new(), comments: Vec::new(), exprs: exprs.collect(), stmts, imports: None }
    }

    fn add(&mut self, word: &str) {
        let last = self.tokens.last().map_or(";", String::as_str);
        match word {
            "(" => {
                if last == "import" {
                    self.imports = Some(self.tokens.len());
                }
                return;
            }
            ")" => {
                if matches!(last, "," | ";") {
                    self.tokens.pop();
                }
                if let Some(start) = self.imports.take() {
                    self.sort_lines(start);
                }
                return;
            }
            "}" | "]" | "" if matches!(last, "," | ";") => drop(self.tokens.pop()),
            // Of the head of a statement: `for ; ; {`.
            "{" => while self.tokens.pop_if(|last| last == ";").is_some() {},
            ";" if matches!(last, ";" | "{" | ":" | "for" | "if" | "switch") => return,
            _ => {}
        }
        self.tokens.push(number::normalized(word).into_owned());
    }

    /// Sorts the lines of a group of imports.
    fn sort_lines(&mut self, start: usize) {
        let tail = self.tokens.split_off(start.min(self.tokens.len()));
        let mut lines: Vec<&[String]> =
            tail.split(|token| token == ";").filter(|line| !line.is_empty()).collect();
        lines.sort();
        let lines: Vec<String> = lines.into_iter().flatten().cloned().collect();
        self.tokens.extend(lines);
    }
}
