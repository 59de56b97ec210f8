//! Expressions.

use super::list::{Around, Item};
use super::number;
use super::printer::Printer;
use super::space::Space;
use crate::ast::{ArrayLen, BinaryOp, Element, Expr, ExprId, ExprKind};

impl Printer<'_> {
    /// An expression that stands for itself.
    pub(super) fn expr(&mut self, id: ExprId) {
        self.expr_in(id, 1);
    }

    /// An expression in others: the deeper it is, the fewer blanks it has.
    pub(super) fn expr_in(&mut self, id: ExprId, depth: u32) {
        stacker::maybe_grow(128 << 10, 1 << 20, || self.expr_here(id, depth));
    }

    fn expr_here(&mut self, id: ExprId, depth: u32) {
        let ast = self.written.ast;
        let (start, end) = self.written.expr_span(id);
        self.place(start);
        let Expr { kind, .. } = ast.expr(id);
        match kind {
            ExprKind::Bad => {}
            ExprKind::Ident(name) => self.word(name),
            ExprKind::Literal(_) => {
                let text = number::normalized(self.written.slice(start, end));
                self.literal(&text);
            }
            ExprKind::Composite { ty, elements, .. } => self.composite(id, *ty, elements, depth),
            ExprKind::FuncLit { signature, body } => {
                self.token("func");
                let column = self.out.column - "func".len();
                self.signature(start + "func".len(), signature);
                let head = self.distance(start, column);
                self.func_body(head, Space::Blank, *body);
            }
            ExprKind::Paren(inner) if matches!(ast.expr(*inner).kind, ExprKind::Paren(_)) => {
                self.expr_in(*inner, depth);
            }
            ExprKind::Paren(inner) => {
                self.token("(");
                self.expr_in(*inner, reduced(depth));
                self.token_at(end - 1, ")");
            }
            ExprKind::Selector { .. } => drop(self.selector(id, depth, false)),
            ExprKind::TypeAssert { operand, ty } => {
                self.expr_in(*operand, depth);
                self.type_assertion(*operand, Some(*ty), end);
            }
            ExprKind::Index { operand, index } => {
                self.expr(*operand);
                self.open_bracket(*operand);
                self.expr_in(*index, depth + 1);
                self.token_at(end - 1, "]");
            }
            ExprKind::Slice { operand, low, high, max } => {
                self.expr(*operand);
                self.open_bracket(*operand);
                let third = max.map(Some);
                self.slice_bounds([Some(*low), Some(*high), third].into_iter().flatten(), depth);
                self.token_at(end - 1, "]");
            }
            ExprKind::Call { callee, args, spread, close } => {
                let spread = spread.map(|span| span.start as usize);
                self.call(*callee, args, spread, close.start as usize, depth);
            }
            ExprKind::Star(operand) => {
                self.token("*");
                self.expr(*operand);
            }
            ExprKind::AddressOf(operand) => {
                self.token("&");
                self.expr_in(*operand, depth);
            }
            ExprKind::Unary { op, operand } => {
                self.token(op.text());
                self.expr_in(*operand, depth);
            }
            ExprKind::Binary { .. } => self.binary(id, self.cutoff(id, depth), depth),
            _ => self.type_expr(id, kind),
        }
    }

    fn type_expr(&mut self, id: ExprId, kind: &ExprKind) {
        let (start, end) = self.written.expr_span(id);
        match kind {
            ExprKind::ArrayType { len, elem } => {
                self.token("[");
                match len {
                    ArrayLen::Slice => {}
                    ArrayLen::Counted => self.token_at(self.written.token_from(start + 1), "..."),
                    ArrayLen::Fixed(len) => self.expr(*len),
                }
                self.token("]");
                self.expr(*elem);
            }
            ExprKind::MapType { key, value } => {
                self.token("map");
                self.token("[");
                self.expr(*key);
                self.token("]");
                self.expr(*value);
            }
            ExprKind::FuncType(signature) => {
                self.token("func");
                self.signature(start + "func".len(), signature);
            }
            ExprKind::StructType(fields) => {
                self.token("struct");
                self.struct_body(fields, self.written.token_from(start + "struct".len()), end - 1);
            }
            ExprKind::InterfaceType(elements) => {
                self.token("interface");
                self.interface_body(elements, self.written.token_from(start + "interface".len()), end - 1);
            }
            _ => {}
        }
    }

    fn open_bracket(&mut self, operand: ExprId) {
        let open = self.written.token_from(self.written.expr_span(operand).1);
        self.token_at(open, "[");
    }

    /// `.(T)`, or `.(type)` where there is no type.
    pub(super) fn type_assertion(&mut self, operand: ExprId, ty: Option<ExprId>, end: usize) {
        self.token(".");
        let point = self.written.token_from(self.written.expr_span(operand).1);
        self.token_at(self.written.token_from(point + 1), "(");
        match ty {
            Some(ty) => self.expr(ty),
            None => self.token("type"),
        }
        self.token_at(end - 1, ")");
    }

    fn slice_bounds(&mut self, bounds: impl Iterator<Item = Option<ExprId>>, depth: u32) {
        let bounds: Vec<Option<ExprId>> = bounds.collect();
        let given = bounds.iter().flatten();
        let is_binary = |id: &ExprId| matches!(self.written.ast.expr(*id).kind, ExprKind::Binary { .. });
        let has_blanks = depth <= 1 && given.clone().count() > 1 && given.clone().any(is_binary);
        for (index, &bound) in bounds.iter().enumerate() {
            if index > 0 {
                if has_blanks && bounds[index - 1].is_some() {
                    self.blank();
                }
                self.token(":");
                if has_blanks && bound.is_some() {
                    self.blank();
                }
            }
            if let Some(bound) = bound {
                self.expr_in(bound, depth + 1);
            }
        }
    }

    fn call(&mut self, callee: ExprId, args: &[ExprId], spread: Option<usize>, close: usize, depth: u32) {
        let depth = if args.len() > 1 { depth + 1 } else { depth };
        let ast = self.written.ast;
        let is_indented = match ast.expr(callee).kind {
            ExprKind::Selector { .. } => {
                self.place(self.written.expr_span(callee).0);
                self.selector(callee, depth, true)
            }
            // A result would otherwise seem to belong to the arguments.
            ExprKind::FuncType(_) => {
                self.token("(");
                self.expr_in(callee, depth);
                self.token(")");
                false
            }
            _ => {
                self.expr_in(callee, depth);
                false
            }
        };
        let open = self.written.token_from(self.written.expr_span(callee).1);
        self.token_at(open, "(");
        let after = Some(spread.unwrap_or(close));
        let takes_comma = spread.is_none();
        self.exprs(args, depth, Around { before: Some(open), after, takes_comma, no_indent: false });
        if let Some(spread) = spread {
            self.token_at(spread, "...");
            if self.written.line(spread) < self.written.line(close) {
                self.token(",");
                self.space(Space::Section);
            }
        }
        self.token_at(close, ")");
        if is_indented {
            self.space(Space::Unindent);
        }
    }

    /// Gives whether the name stands on another line, and a method's arguments are still to be indented like it.
    fn selector(&mut self, id: ExprId, depth: u32, is_method: bool) -> bool {
        let ExprKind::Selector { operand, name } = &self.written.ast.expr(id).kind else { return false };
        self.expr_in(*operand, depth);
        self.token(".");
        let start = name.span.start as usize;
        let breaks = self.at.line < self.written.line(start);
        if breaks {
            self.space(Space::Indent);
            self.space(Space::Newline);
        }
        self.place(start);
        self.word(&name.name);
        if breaks && !is_method {
            self.space(Space::Unindent);
        }
        breaks
    }

    fn composite(&mut self, id: ExprId, ty: Option<ExprId>, elements: &[Element], depth: u32) {
        let (start, end) = self.written.expr_span(id);
        let mut open = start;
        if let Some(ty) = ty {
            self.expr_in(ty, depth);
            open = self.written.token_from(self.written.expr_span(ty).1);
        }
        self.literals += 1;
        self.token_at(open, "{");
        let items: Vec<Item<'_>> = elements
            .iter()
            .map(|element| match element.key {
                Some(key) => Item::Pair(key, element.value),
                None => Item::Expr(element.value),
            })
            .collect();
        let close = end - 1;
        let around = Around { before: Some(open), after: Some(close), takes_comma: true, no_indent: false };
        self.list(&items, 1, around);
        // A comment that stands alone in the literal is indented.
        self.space(Space::Indent);
        self.space(Space::Unindent);
        let (extra_break, extra_blank) = (self.no_extra_break, self.no_extra_blank);
        self.no_extra_break = !extra_break;
        self.no_extra_blank ^= !items.is_empty();
        self.token_at(close, "}");
        (self.no_extra_break, self.no_extra_blank) = (extra_break, extra_blank);
        self.literals -= 1;
    }

    fn binary(&mut self, id: ExprId, cutoff: u8, depth: u32) {
        let ast = self.written.ast;
        let ExprKind::Binary { op, op_span, left, right } = ast.expr(id).kind else { return };
        let precedence = op.precedence();
        let has_blanks = precedence < cutoff;
        let mut indent = Space::Indent;
        self.expr_in(left, depth + self.deeper(left, precedence));
        if has_blanks {
            self.blank();
        }
        let op_line = self.at.line;
        let right_line = self.written.line(self.written.expr_span(right).0);
        self.token_at(op_span.start as usize, op.text());
        if op_line != right_line && self.line_break(right_line, 1, indent, true) > 0 {
            indent = Space::None;
        } else if has_blanks {
            self.blank();
        }
        self.expr_in(right, depth + 1);
        if indent == Space::None {
            self.space(Space::Unindent);
        }
    }

    /// An operand with the operator's own precedence is no deeper.
    fn deeper(&self, id: ExprId, precedence: u8) -> u32 {
        match self.written.ast.expr(id).kind {
            ExprKind::Binary { op, .. } if op.precedence() == precedence => 0,
            _ => 1,
        }
    }

    /// The precedence from which on operators have no blanks.
    fn cutoff(&self, id: ExprId, depth: u32) -> u8 {
        let mut mix = Mix::default();
        self.mix(id, &mut mix);
        if mix.clash > 0 {
            return mix.clash + 1;
        }
        match (mix.has_sums && mix.has_products, depth) {
            (true, 1) => 5,
            (false, 1) => 6,
            _ => 4,
        }
    }

    /// Looks at the operators of an expression, outside of parentheses, calls and indexes.
    fn mix(&self, mut id: ExprId, mix: &mut Mix) {
        while let ExprKind::Binary { op, left, right, .. } = self.written.ast.expr(id).kind {
            mix.has_sums |= op.precedence() == 4;
            mix.has_products |= op.precedence() == 5;
            mix.clash = mix.clash.max(self.clash(op, right));
            self.mix(right, mix);
            id = left;
        }
    }

    /// The precedence up to which blanks must keep an operator from the unary one behind it.
    fn clash(&self, op: BinaryOp, right: ExprId) -> u8 {
        let unary = match &self.written.ast.expr(right).kind {
            ExprKind::Star(_) => "*",
            ExprKind::AddressOf(_) => "&",
            ExprKind::Unary { op, .. } => op.text(),
            _ => return 0,
        };
        match (op.text(), unary) {
            ("/", "*") | ("&", "&" | "^") => 5,
            ("+", "+") | ("-", "-") => 4,
            _ => 0,
        }
    }
}

/// What operators an expression has.
#[derive(Default)]
struct Mix {
    has_sums: bool,
    has_products: bool,
    clash: u8,
}

/// Parentheses, and the like, undo one level of depth.
fn reduced(depth: u32) -> u32 {
    depth.saturating_sub(1).max(1)
}
