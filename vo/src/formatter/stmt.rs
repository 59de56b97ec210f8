//! Statements.

use super::list::{Around, Item};
use super::printer::{LineMark, Printer};
use super::space::Space;
use crate::ast::{Case, ExprId, ExprKind, Ident, StmtId, StmtKind};

impl Printer<'_> {
    /// A statement; `is_last` says that the brace that closes the block follows.
    pub(super) fn stmt(&mut self, id: StmtId, is_last: bool) {
        stacker::maybe_grow(128 << 10, 1 << 20, || self.stmt_here(id, is_last));
    }

    fn stmt_here(&mut self, id: StmtId, is_last: bool) {
        let ast = self.written.ast;
        let (start, _) = self.written.stmt_span(id);
        self.place(start);
        match &ast.stmt(id).kind {
            StmtKind::Empty => {}
            StmtKind::Expr(expr) => self.expr(*expr),
            StmtKind::IncDec { target, increment } => {
                self.expr_in(*target, 2);
                let op = self.written.token_from(self.written.expr_span(*target).1);
                self.token_at(op, if *increment { "++" } else { "--" });
            }
            StmtKind::Assign { lhs, rhs } => self.assign(lhs, "=", rhs),
            StmtKind::Define { lhs, rhs, .. } => self.assign(lhs, ":=", rhs),
            StmtKind::OpAssign { op, target, value, .. } => {
                self.assign(&[*target], assignment(op.text()), &[*value]);
            }
            StmtKind::Var(specs) => self.vars(start, specs),
            StmtKind::Const(specs) => self.consts(start, specs),
            StmtKind::Type(specs) => self.types(start, specs),
            StmtKind::Block(_) => self.block(id),
            StmtKind::If { init, cond, then, otherwise } => {
                self.token("if");
                self.clause(false, *init, Some(*cond), None);
                self.block(*then);
                if let Some(otherwise) = *otherwise {
                    self.blank();
                    self.token("else");
                    self.blank();
                    self.stmt(otherwise, is_last);
                }
            }
            StmtKind::For { init, cond, post, body } => {
                self.token("for");
                self.clause(true, *init, *cond, *post);
                self.block(*body);
            }
            StmtKind::Range { .. } => self.range(id),
            StmtKind::Switch { .. } | StmtKind::TypeSwitch { .. } => self.switch(id),
            StmtKind::Labeled { label, stmt } => self.labeled(label, *stmt, is_last),
            StmtKind::Break(label) => self.branch("break", label.as_ref()),
            StmtKind::Continue(label) => self.branch("continue", label.as_ref()),
            StmtKind::Goto(label) => self.branch("goto", Some(label)),
            StmtKind::Fallthrough => self.token("fallthrough"),
            StmtKind::Return(results) => self.returned(results),
            StmtKind::Defer(call) => {
                self.token("defer");
                self.blank();
                self.expr(*call);
            }
        }
    }

    /// Statements, each on a line of its own or more.
    fn stmts(&mut self, stmts: &[StmtId], ends_block: bool) {
        let ast = self.written.ast;
        self.space(Space::Indent);
        let mark = LineMark::default();
        let mut is_first = true;
        for (index, &stmt) in stmts.iter().enumerate() {
            let mut kind = &ast.stmt(stmt).kind;
            if matches!(kind, StmtKind::Empty) {
                continue;
            }
            let line = self.written.line(self.written.stmt_span(stmt).0);
            let new_section = is_first || self.lines_since(&mark) > 0;
            self.line_break(line, 1, Space::None, new_section);
            self.mark_line(&mark);
            self.stmt(stmt, ends_block && index + 1 == stmts.len());
            while let StmtKind::Labeled { stmt, .. } = kind {
                // The line of the label does not count.
                mark.set(mark.get() + 1);
                kind = &ast.stmt(*stmt).kind;
            }
            is_first = false;
        }
        self.space(Space::Unindent);
    }

    /// A block of at least two lines.
    pub(super) fn block(&mut self, id: StmtId) {
        let (start, end) = self.written.stmt_span(id);
        self.token_at(start, "{");
        self.stmts(self.written.ast.block(id), true);
        self.close_block(end - 1);
    }

    fn close_block(&mut self, close: usize) {
        self.line_break(self.written.line(close), 1, Space::None, true);
        self.token_at(close, "}");
    }

    fn assign(&mut self, lhs: &[ExprId], op: &'static str, rhs: &[ExprId]) {
        let depth = if lhs.len() > 1 && rhs.len() > 1 { 2 } else { 1 };
        let start = self.written.expr_span(lhs[0]).0;
        let op_at = self.written.token_from(self.written.expr_span(lhs[lhs.len() - 1]).1);
        self.exprs(lhs, depth, Around { before: Some(start), after: Some(op_at), ..Around::default() });
        self.blank();
        self.token_at(op_at, op);
        self.blank();
        self.exprs(rhs, depth, Around { before: Some(op_at), ..Around::default() });
    }

    fn branch(&mut self, word: &'static str, label: Option<&Ident>) {
        self.token(word);
        if let Some(label) = label {
            self.blank();
            self.place(label.span.start as usize);
            self.word(&label.name);
        }
    }

    fn labeled(&mut self, label: &Ident, stmt: StmtId, is_last: bool) {
        let colon = self.written.token_from(label.span.end as usize);
        let start = self.written.stmt_span(stmt).0;
        self.space(Space::Unindent);
        self.place(label.span.start as usize);
        self.word(&label.name);
        self.token_at(colon, ":");
        self.space(Space::Indent);
        if matches!(self.written.ast.stmt(stmt).kind, StmtKind::Empty) {
            if !is_last {
                self.space(Space::Newline);
                self.token_at(start, ";");
            }
            return;
        }
        self.line_break(self.written.line(start), 1, Space::None, true);
        self.stmt(stmt, is_last);
    }

    fn returned(&mut self, results: &[ExprId]) {
        self.token("return");
        if results.is_empty() {
            return;
        }
        self.blank();
        if self.is_indented_as_a_whole(results) {
            self.space(Space::Indent);
            self.exprs(results, 1, Around { no_indent: true, ..Around::default() });
            self.space(Space::Unindent);
        } else {
            self.exprs(results, 1, Around::default());
        }
    }

    /// Whether results look better if all of their lines are indented: one starts on another line than that on which
    /// the one before it ends, or there are several of many lines.
    fn is_indented_as_a_whole(&self, results: &[ExprId]) -> bool {
        let lines = results.iter().map(|&result| {
            let (start, end) = self.written.expr_span(result);
            (self.written.line(start), self.written.line(end))
        });
        let lines: Vec<(usize, usize)> = lines.collect();
        let apart = lines.windows(2).any(|pair| pair[0].1 < pair[1].0);
        let of_many_lines = lines.iter().filter(|(start, end)| start < end).count();
        lines.len() > 1 && (apart || of_many_lines > 1)
    }

    /// What stands between `if`, `for` or `switch` and the block.
    fn clause(&mut self, is_for: bool, init: Option<StmtId>, cond: Option<ExprId>, post: Option<StmtId>) {
        self.blank();
        if init.is_none() && post.is_none() {
            return self.condition(cond);
        }
        if let Some(init) = init {
            self.stmt(init, false);
        }
        self.token(";");
        self.blank();
        if !is_for {
            return self.condition(cond);
        }
        if let Some(cond) = cond {
            self.expr(self.without_condition_parens(cond));
        }
        self.token(";");
        self.blank();
        if let Some(post) = post {
            self.stmt(post, false);
            self.blank();
        }
    }

    fn condition(&mut self, cond: Option<ExprId>) {
        if let Some(cond) = cond {
            self.expr(self.without_condition_parens(cond));
            self.blank();
        }
    }

    /// An expression without the parentheses around it, unless they keep `T {` from starting the block.
    fn without_condition_parens(&self, id: ExprId) -> ExprId {
        match self.written.ast.expr(id).kind {
            ExprKind::Paren(inner) if !self.has_open_literal(inner) => self.without_condition_parens(inner),
            _ => id,
        }
    }

    /// Whether a composite literal that starts with a name stands outside of parentheses.
    fn has_open_literal(&self, id: ExprId) -> bool {
        let ast = self.written.ast;
        let any = |ids: &[ExprId]| ids.iter().any(|&id| self.has_open_literal(id));
        match &ast.expr(id).kind {
            kind @ ExprKind::Composite { .. } => self.is_literal_of_name(kind),
            ExprKind::FuncLit { .. } => self.has_literal_inside(id),
            ExprKind::Selector { operand, .. }
            | ExprKind::TypeAssert { operand, .. }
            | ExprKind::Star(operand)
            | ExprKind::AddressOf(operand)
            | ExprKind::Unary { operand, .. } => self.has_open_literal(*operand),
            ExprKind::Index { operand, index } => any(&[*operand, *index]),
            ExprKind::Slice { operand, low, high, max } => {
                any(&[*operand])
                    || [low, high, max].into_iter().flatten().any(|&id| self.has_open_literal(id))
            }
            ExprKind::Call { callee, args, .. } => any(&[*callee]) || any(args),
            ExprKind::Binary { left, right, .. } => any(&[*left, *right]),
            _ => false,
        }
    }

    /// Whether one stands in a function literal, whose nodes are the ones before it.
    fn has_literal_inside(&self, func: ExprId) -> bool {
        let start = self.written.ast.expr(func).span.start;
        let before = self.written.ast.exprs[..func.0 as usize].iter().rev();
        before.take_while(|expr| expr.span.start >= start).any(|expr| self.is_literal_of_name(&expr.kind))
    }

    fn is_literal_of_name(&self, kind: &ExprKind) -> bool {
        let ExprKind::Composite { ty: Some(ty), .. } = kind else { return false };
        matches!(self.written.ast.expr(*ty).kind, ExprKind::Ident(_) | ExprKind::Selector { .. })
    }

    fn range(&mut self, id: StmtId) {
        let StmtKind::Range { key, value, define, subject, body } = self.written.ast.stmt(id).kind else {
            return;
        };
        self.token("for");
        self.blank();
        if let Some(key) = key {
            self.expr(key);
            let mut end = self.written.expr_span(key).1;
            if let Some(value) = value {
                let span = self.written.expr_span(value);
                self.token_at(span.0, ",");
                self.blank();
                self.expr(value);
                end = span.1;
            }
            self.blank();
            self.token_at(self.written.token_from(end), if define { ":=" } else { "=" });
            self.blank();
        }
        self.token("range");
        self.blank();
        self.expr(self.without_condition_parens(subject));
        self.blank();
        self.block(body);
    }

    fn switch(&mut self, id: StmtId) {
        let (start, end) = self.written.stmt_span(id);
        self.token("switch");
        let (head, cases) = match &self.written.ast.stmt(id).kind {
            StmtKind::Switch { init, tag, cases } => {
                self.clause(false, *init, *tag, None);
                let init = init.map_or(start, |init| self.written.stmt_span(init).1);
                (tag.map_or(init, |tag| self.written.expr_span(tag).1), cases)
            }
            StmtKind::TypeSwitch { init, bind, subject, cases } => {
                if let Some(init) = *init {
                    self.blank();
                    self.stmt(init, false);
                    self.token(";");
                }
                self.blank();
                self.guard(bind.as_ref(), *subject);
                self.blank();
                (self.written.expr_span(*subject).1, cases)
            }
            _ => return,
        };
        self.token_at(self.written.find("{", head), "{");
        for (index, case) in cases.iter().enumerate() {
            self.line_break(self.written.line(case.span.start as usize), 1, Space::None, true);
            self.case(case, index + 1 == cases.len());
        }
        self.close_block(end - 1);
    }

    /// `x := y.(type)`
    fn guard(&mut self, bind: Option<&Ident>, subject: ExprId) {
        let end = self.written.find(")", self.written.expr_span(subject).1) + 1;
        let guard = Item::Guard(subject, end);
        let Some(bind) = bind else { return self.item(guard, 1) };
        self.item(Item::Name(bind), 1);
        self.blank();
        let op = self.written.token_from(bind.span.end as usize);
        self.token_at(op, ":=");
        self.blank();
        self.list(&[guard], 1, Around { before: Some(op), ..Around::default() });
    }

    fn case(&mut self, case: &Case, is_last: bool) {
        let (start, colon) = (case.span.start as usize, case.span.end as usize - 1);
        self.place(start);
        if case.is_default {
            self.token("default");
        } else {
            self.token("case");
            self.blank();
            let around = Around { before: Some(start), after: Some(colon), ..Around::default() };
            self.exprs(&case.values, 1, around);
        }
        self.token_at(colon, ":");
        self.stmts(&case.body, is_last);
    }
}

/// The operator that assigns as well.
fn assignment(op: &str) -> &'static str {
    match op {
        "+" => "+=",
        "-" => "-=",
        "*" => "*=",
        "/" => "/=",
        "%" => "%=",
        "&" => "&=",
        "|" => "|=",
        "^" => "^=",
        "&^" => "&^=",
        "<<" => "<<=",
        _ => ">>=",
    }
}
