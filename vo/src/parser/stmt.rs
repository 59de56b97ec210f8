//! Statements.

use super::{Parsed, Parser, Reported};
use crate::ast::{BinaryOp, Case, ExprId, ExprKind, Ident, StmtId, StmtKind};
use crate::diagnostic::Diagnostic;
use crate::lexer::Tok;
use crate::source::Span;

const ASSIGN_OPS: [(&str, BinaryOp); 11] = [
    ("+=", BinaryOp::Add),
    ("-=", BinaryOp::Sub),
    ("*=", BinaryOp::Mul),
    ("/=", BinaryOp::Div),
    ("%=", BinaryOp::Rem),
    ("&=", BinaryOp::And),
    ("|=", BinaryOp::Or),
    ("^=", BinaryOp::Xor),
    ("&^=", BinaryOp::AndNot),
    ("<<=", BinaryOp::Shl),
    (">>=", BinaryOp::Shr),
];

/// What stands between the keyword and the block of an if, for or switch.
enum Head {
    Plain(Option<StmtId>),
    Range { key: Option<ExprId>, value: Option<ExprId>, define: bool, subject: ExprId },
    TypeSwitch { bind: Option<Ident>, subject: ExprId },
}

/// Where a list of statements stands: open braces, open parentheses, depth.
pub(super) type Nesting = (u32, u32, u32);

impl Parser<'_> {
    pub(super) fn parse_block(&mut self) -> Parsed<StmtId> {
        let start = self.expect("{")?;
        let stmts = self.parse_statements();
        self.close_brace(start)?;
        Ok(self.add_stmt(StmtKind::Block(stmts), start))
    }

    /// Statements up to the end of a block or case.
    fn parse_statements(&mut self) -> Vec<StmtId> {
        let nesting = self.nesting();
        let mut stmts = Vec::new();
        loop {
            match self.tok() {
                Tok::Eof | Tok::Op("}") | Tok::Keyword("case" | "default") => return stmts,
                Tok::Semi { .. } => {
                    self.advance();
                    continue;
                }
                // A type may be declared here, however it is indented.
                Tok::Keyword("type") => {}
                _ if self.at_lost_declaration() => return stmts,
                _ => {}
            }
            self.next_statement(&mut stmts, nesting);
        }
    }

    /// Parses one statement and what ends it; after an error, goes to the next.
    pub(super) fn next_statement(&mut self, stmts: &mut Vec<StmtId>, (level, parens, depth): Nesting) {
        let parsed = self.nested(Self::parse_statement).and_then(|stmt| {
            stmts.push(stmt);
            self.end_of_statement()
        });
        if parsed.is_err() {
            self.depth = depth;
            self.skip_statement(level, parens);
        }
    }

    pub(super) fn nesting(&self) -> Nesting {
        (self.braces, self.parens, self.depth)
    }

    fn end_of_statement(&mut self) -> Parsed<()> {
        match self.tok() {
            Tok::Semi { .. } => self.advance(),
            Tok::Op("}") | Tok::Eof => {}
            _ => return Err(self.leftover()),
        }
        Ok(())
    }

    /// Reports what stands behind a whole statement, with advice for the habits of other languages.
    fn leftover(&self) -> Reported {
        let error = self.unexpected_token(" at end of statement");
        let before = match &self.tokens[self.at.saturating_sub(1)].tok {
            Tok::Ident(name) => name.as_str(),
            _ => "",
        };
        self.report(error.help(match before {
            _ if self.is_op("?") => "Vo has no `?:`; use if and else",
            _ if self.is_op("[") => "Vo has no generics",
            "let" | "mut" | "auto" => "variables are declared with `name := value` or `var name type`",
            "while" => "loops are written `for condition { … }`",
            _ => "",
        }))
    }

    fn parse_statement(&mut self) -> Parsed<StmtId> {
        let start = self.span();
        let kind = match *self.tok() {
            Tok::Op("{") => return self.parse_block(),
            Tok::Keyword("var") => StmtKind::Var(self.parse_vars()?),
            Tok::Keyword("const") => StmtKind::Const(self.parse_consts()?),
            Tok::Keyword("type") => StmtKind::Type(self.parse_types()?),
            Tok::Keyword("if") => return self.parse_if(),
            Tok::Keyword("for") => return self.parse_for(),
            Tok::Keyword("switch") => return self.parse_switch(),
            Tok::Keyword("return") => {
                self.advance();
                let ends = matches!(self.tok(), Tok::Semi { .. } | Tok::Op("}"));
                StmtKind::Return(if ends { Vec::new() } else { self.parse_exprs()? })
            }
            Tok::Keyword("break") => StmtKind::Break(self.parse_branch()?),
            Tok::Keyword("continue") => StmtKind::Continue(self.parse_branch()?),
            Tok::Keyword("fallthrough") => {
                self.advance();
                StmtKind::Fallthrough
            }
            Tok::Keyword("defer") => {
                self.advance();
                StmtKind::Defer(self.parse_expr()?)
            }
            Tok::Keyword("else") => {
                let help = "`else` stands on the line of the `}` before it";
                return Err(
                    self.report(Diagnostic::new(start, "syntax error: unexpected keyword else").help(help))
                );
            }
            Tok::Keyword("extern") => {
                let error = self.unexpected_token(" in a function");
                return Err(self.report(error.help("what is extern is declared outside of functions")));
            }
            Tok::Keyword("goto") => {
                self.advance();
                StmtKind::Goto(self.ident()?)
            }
            Tok::Keyword(word @ ("go" | "select")) => return Err(self.not_in_vo(word)),
            Tok::Ident(_) if *self.tok_ahead(1) == Tok::Op(":") => return self.parse_labeled(),
            _ => return self.parse_simple(),
        };
        Ok(self.add_stmt(kind, start))
    }

    fn not_in_vo(&self, word: &str) -> Reported {
        let (what, help) = match word {
            "go" => ("goroutines", "call the function instead"),
            _ => ("select", "there are no channels to select from"),
        };
        self.report(Diagnostic::new(self.span(), format!("Vo has no {what}")).help(help))
    }

    fn parse_branch(&mut self) -> Parsed<Option<Ident>> {
        self.advance();
        if matches!(self.tok(), Tok::Ident(_)) { self.ident().map(Some) } else { Ok(None) }
    }

    fn parse_labeled(&mut self) -> Parsed<StmtId> {
        let label = self.ident()?;
        let start = label.span;
        self.advance();
        let stmt = match self.tok() {
            Tok::Op("}") | Tok::Semi { .. } => self.ast.add_stmt(StmtKind::Empty, self.span()),
            _ => self.nested(Self::parse_statement)?,
        };
        Ok(self.add_stmt(StmtKind::Labeled { label, stmt }, start))
    }

    fn parse_simple(&mut self) -> Parsed<StmtId> {
        let start = self.span();
        match self.parse_head_part(false)? {
            Head::Plain(Some(stmt)) => Ok(stmt),
            _ => Err(self.error(start.to(self.previous_span()), "use of .(type) outside type switch")),
        }
    }

    /// A simple statement, or in the head of a `for` a range clause.
    fn parse_head_part(&mut self, range: bool) -> Parsed<Head> {
        let start = self.span();
        if range && self.eat_keyword("range") {
            let subject = self.parse_expr()?;
            return Ok(Head::Range { key: None, value: None, define: false, subject });
        }
        let lhs = self.parse_exprs_or_guard()?;
        let lhs = match lhs {
            Ok(lhs) => lhs,
            Err(subject) => return Ok(Head::TypeSwitch { bind: None, subject }),
        };
        let op_span = self.span();
        let Tok::Op(op) = *self.tok() else { return self.expr_statement(&lhs, start) };
        let kind = match op {
            "=" | ":=" => {
                self.advance();
                if range && self.eat_keyword("range") {
                    return self.parse_range(&lhs, op == ":=");
                }
                match self.parse_exprs_or_guard()? {
                    Ok(rhs) if op == ":=" => StmtKind::Define { lhs, rhs, op_span },
                    Ok(rhs) => StmtKind::Assign { lhs, rhs },
                    Err(subject) => return self.guard(&lhs, op, subject, start),
                }
            }
            "++" | "--" if lhs.len() == 1 => {
                self.advance();
                StmtKind::IncDec { target: lhs[0], increment: op == "++" }
            }
            "<-" => return Err(self.no_channels()),
            _ => match ASSIGN_OPS.iter().find(|row| row.0 == op) {
                Some(&(_, op)) if lhs.len() == 1 => {
                    self.advance();
                    let value = self.parse_expr()?;
                    StmtKind::OpAssign { op, op_span, target: lhs[0], value }
                }
                _ => return self.expr_statement(&lhs, start),
            },
        };
        Ok(Head::Plain(Some(self.add_stmt(kind, start))))
    }

    fn expr_statement(&mut self, lhs: &[ExprId], start: Span) -> Parsed<Head> {
        match lhs {
            [one] => Ok(Head::Plain(Some(self.add_stmt(StmtKind::Expr(*one), start)))),
            _ => Err(self.unexpected(", expected := or = or comma")),
        }
    }

    /// Expressions, or the subject of `x.(type)`.
    fn parse_exprs_or_guard(&mut self) -> Parsed<Result<Vec<ExprId>, ExprId>> {
        let exprs = self.parse_exprs()?;
        if let [one] = exprs.as_slice()
            && let Some(subject) = self.guarded(*one)
        {
            return Ok(Err(subject));
        }
        Ok(Ok(exprs))
    }

    /// The `x` of `x.(type)`.
    fn guarded(&self, expr: ExprId) -> Option<ExprId> {
        match self.ast.expr(expr).kind {
            ExprKind::TypeAssert { operand, ty } if matches!(self.ast.expr(ty).kind, ExprKind::Bad) => {
                Some(operand)
            }
            _ => None,
        }
    }

    fn parse_range(&mut self, lhs: &[ExprId], define: bool) -> Parsed<Head> {
        if lhs.len() > 2 {
            let span = self.ast.expr(lhs[2]).span;
            self.error(span, "range clause permits at most two iteration variables");
        }
        let subject = self.parse_expr()?;
        Ok(Head::Range { key: lhs.first().copied(), value: lhs.get(1).copied(), define, subject })
    }

    fn guard(&mut self, lhs: &[ExprId], op: &str, subject: ExprId, start: Span) -> Parsed<Head> {
        let name = self.ast.name(lhs[0]).to_string();
        if op != ":=" || lhs.len() != 1 || name.is_empty() {
            return Err(self.error(start.to(self.previous_span()), "use of .(type) outside type switch"));
        }
        let bind = Some(Ident { name, span: self.ast.expr(lhs[0]).span });
        Ok(Head::TypeSwitch { bind, subject })
    }

    fn parse_if(&mut self) -> Parsed<StmtId> {
        let start = self.span();
        self.advance();
        if self.is_op("{") {
            return Err(self.error(self.span(), "missing condition in if statement"));
        }
        let (init, cond) = self.with_literals(false, |parser| {
            let mut init = None;
            if !matches!(parser.tok(), Tok::Semi { .. }) {
                init = Some(parser.parse_simple()?);
            }
            if !matches!(parser.tok(), Tok::Semi { automatic: false }) {
                return Ok((None, init));
            }
            let semi = parser.span();
            parser.advance();
            if parser.is_op("{") {
                return Err(parser.error(semi, "missing condition in if statement"));
            }
            Ok((init, Some(parser.parse_simple()?)))
        })?;
        let cond = self.condition(cond, "if")?;
        let then = self.parse_body("if clause")?;
        let mut otherwise = None;
        if self.eat_keyword("else") {
            otherwise = Some(match *self.tok() {
                Tok::Keyword("if") => self.nested(Self::parse_if)?,
                Tok::Op("{") => self.parse_block()?,
                _ => return Err(self.error(self.span(), "else must be followed by if or statement block")),
            });
        }
        Ok(self.add_stmt(StmtKind::If { init, cond, then, otherwise }, start))
    }

    fn parse_body(&mut self, context: &str) -> Parsed<StmtId> {
        if !self.is_op("{") {
            let mut error = self.unexpected_token(&format!(", expected {{ after {context}"));
            if *self.tok_ahead(1) == Tok::Op("{") {
                error = error.help("put the `{` on the same line");
            }
            return Err(self.report(error));
        }
        self.with_literals(true, |parser| parser.nested(Self::parse_block))
    }

    /// The expression that a condition must be.
    fn condition(&mut self, stmt: Option<StmtId>, context: &str) -> Parsed<ExprId> {
        let Some(stmt) = stmt else {
            return Err(self.error(self.span(), format!("missing condition in {context} statement")));
        };
        let stmt = self.ast.stmt(stmt);
        let text = &self.text[stmt.span.start as usize..stmt.span.end as usize];
        let error = match &stmt.kind {
            StmtKind::Expr(expr) => return Ok(*expr),
            StmtKind::Assign { .. } => {
                Diagnostic::new(stmt.span, format!("cannot use assignment {text} as value"))
                    .help("to compare, write `==`")
            }
            _ => Diagnostic::new(stmt.span, format!("cannot use {text} as value")),
        };
        let span = stmt.span;
        self.report(error);
        Ok(self.add_expr(ExprKind::Bad, span))
    }

    fn parse_for(&mut self) -> Parsed<StmtId> {
        let start = self.span();
        self.advance();
        let mut init = None;
        let (mut cond, mut post) = (None, None);
        if !self.is_op("{") {
            let head = self.with_literals(false, |parser| {
                let first = if matches!(parser.tok(), Tok::Semi { .. }) {
                    Head::Plain(None)
                } else {
                    parser.parse_head_part(true)?
                };
                let Head::Plain(first) = first else { return Ok(first) };
                if !matches!(parser.tok(), Tok::Semi { .. }) {
                    cond = first;
                    return Ok(Head::Plain(None));
                }
                init = first;
                (cond, post) = parser.parse_for_clause()?;
                Ok(Head::Plain(None))
            })?;
            if let Head::Range { key, value, define, subject } = head {
                let body = self.parse_body("for clause")?;
                return Ok(self.add_stmt(StmtKind::Range { key, value, define, subject, body }, start));
            }
        }
        let cond = match cond {
            Some(cond) => Some(self.condition(Some(cond), "for")?),
            None => None,
        };
        let body = self.parse_body("for clause")?;
        Ok(self.add_stmt(StmtKind::For { init, cond, post, body }, start))
    }

    /// `; cond; post` of a for statement.
    fn parse_for_clause(&mut self) -> Parsed<(Option<StmtId>, Option<StmtId>)> {
        let automatic = *self.tok() == Tok::Semi { automatic: true };
        if automatic {
            return Err(self.unexpected(", expected { after for clause"));
        }
        self.advance();
        if self.is_op("{") {
            return Err(self.error(self.span(), "expected for loop condition"));
        }
        let mut cond = None;
        if !matches!(self.tok(), Tok::Semi { .. }) {
            cond = Some(self.parse_simple()?);
        }
        if !matches!(self.tok(), Tok::Semi { .. }) {
            return Err(self.unexpected(", expected semicolon in for clause"));
        }
        self.advance();
        let mut post = None;
        if !self.is_op("{") {
            let stmt = self.parse_simple()?;
            if matches!(self.ast.stmt(stmt).kind, StmtKind::Define { .. }) {
                let span = self.ast.stmt(stmt).span;
                self.error(span, "cannot declare in post statement of for loop");
            }
            post = Some(stmt);
        }
        Ok((cond, post))
    }

    fn parse_switch(&mut self) -> Parsed<StmtId> {
        let start = self.span();
        self.advance();
        let mut init = None;
        let mut head = Head::Plain(None);
        self.with_literals(false, |parser| {
            if !parser.is_op("{") && !matches!(parser.tok(), Tok::Semi { .. }) {
                head = parser.parse_head_part(false)?;
            }
            if matches!(parser.tok(), Tok::Semi { .. }) {
                let Head::Plain(first) = std::mem::replace(&mut head, Head::Plain(None)) else {
                    return Err(parser.unexpected(" in switch"));
                };
                init = first;
                parser.advance();
                if !parser.is_op("{") {
                    head = parser.parse_head_part(false)?;
                }
            }
            Ok(())
        })?;
        let tag = match head {
            Head::Plain(Some(tag)) => Some(self.condition(Some(tag), "switch")?),
            _ => None,
        };
        if !self.is_op("{") {
            return Err(self.unexpected(", expected { after switch clause"));
        }
        let types = matches!(head, Head::TypeSwitch { .. });
        let cases = self.with_literals(true, |parser| parser.nested(|parser| parser.parse_cases(types)))?;
        let kind = match head {
            Head::TypeSwitch { bind, subject } => StmtKind::TypeSwitch { init, bind, subject, cases },
            _ => StmtKind::Switch { init, tag, cases },
        };
        Ok(self.add_stmt(kind, start))
    }

    fn parse_cases(&mut self, types: bool) -> Parsed<Vec<Case>> {
        self.expect("{")?;
        let mut cases = Vec::new();
        while !self.is_op("}") {
            let start = self.span();
            let is_default = self.eat_keyword("default");
            let mut values = Vec::new();
            if !is_default {
                if !self.eat_keyword("case") {
                    return Err(self.unexpected(", expected case or default or }"));
                }
                values.push(self.parse_case_value(types)?);
                while self.eat(",") {
                    values.push(self.parse_case_value(types)?);
                }
            }
            if !self.is_op(":") {
                return Err(self.unexpected(", expected :"));
            }
            self.advance();
            let span = start.to(self.previous_span());
            let body = self.parse_statements();
            cases.push(Case { values, is_default, body, span });
        }
        self.advance();
        Ok(cases)
    }

    fn parse_case_value(&mut self, types: bool) -> Parsed<ExprId> {
        if types { self.parse_type() } else { self.parse_expr() }
    }
}
