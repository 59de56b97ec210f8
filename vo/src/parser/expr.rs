//! Expressions.

use super::{Parsed, Parser};
use crate::ast::{BinaryOp, Element, ExprId, ExprKind, Literal, UnaryOp};
use crate::lexer::Tok;
use crate::source::Span;

impl Parser<'_> {
    pub(super) fn parse_expr(&mut self) -> Parsed<ExprId> {
        self.nested(|parser| parser.parse_binary(1))
    }

    pub(super) fn parse_exprs(&mut self) -> Parsed<Vec<ExprId>> {
        let mut exprs = vec![self.parse_expr()?];
        while self.eat(",") {
            exprs.push(self.parse_expr()?);
        }
        Ok(exprs)
    }

    fn parse_binary(&mut self, least: u8) -> Parsed<ExprId> {
        let start = self.span();
        let mut left = self.parse_unary()?;
        while let Some(op) = self.binary_op().filter(|op| op.precedence() >= least) {
            let op_span = self.span();
            self.advance();
            let right = self.parse_binary(op.precedence() + 1)?;
            left = self.finish(ExprKind::Binary { op, op_span, left, right }, start);
        }
        Ok(left)
    }

    fn binary_op(&self) -> Option<BinaryOp> {
        match self.tok() {
            Tok::Op(op) => BinaryOp::of_text(op),
            _ => None,
        }
    }

    fn parse_unary(&mut self) -> Parsed<ExprId> {
        let start = self.span();
        let Tok::Op(op) = *self.tok() else { return self.parse_primary() };
        let unary = match op {
            "+" => UnaryOp::Plus,
            "-" => UnaryOp::Minus,
            "!" => UnaryOp::Not,
            "^" => UnaryOp::Complement,
            "*" | "&" => {
                self.advance();
                let operand = self.nested(Self::parse_unary)?;
                let kind = if op == "*" { ExprKind::Star(operand) } else { ExprKind::AddressOf(operand) };
                return Ok(self.finish(kind, start));
            }
            "<-" => return Err(self.no_channels()),
            _ => return self.parse_primary(),
        };
        self.advance();
        let operand = self.nested(Self::parse_unary)?;
        Ok(self.finish(ExprKind::Unary { op: unary, operand }, start))
    }

    fn parse_primary(&mut self) -> Parsed<ExprId> {
        let start = self.span();
        let mut operand = self.parse_operand()?;
        loop {
            operand = match *self.tok() {
                Tok::Op(".") => self.parse_dot(operand, start)?,
                Tok::Op("[") => self.parse_index(operand, start)?,
                Tok::Op("(") => self.parse_call(operand, start)?,
                Tok::Op("{") if self.starts_literal(operand) => self.parse_composite(Some(operand), start)?,
                _ => return Ok(operand),
            };
        }
    }

    /// Whether the brace behind this operand opens a composite literal.
    fn starts_literal(&self, operand: ExprId) -> bool {
        match &self.ast.expr(operand).kind {
            ExprKind::Ident(_) => !self.no_literal,
            ExprKind::Selector { operand, .. } => !self.no_literal && !self.ast.name(*operand).is_empty(),
            ExprKind::ArrayType { .. } | ExprKind::MapType { .. } | ExprKind::StructType(_) => true,
            _ => false,
        }
    }

    fn parse_operand(&mut self) -> Parsed<ExprId> {
        let start = self.span();
        let literal = match self.tok() {
            Tok::Ident(_) => return self.ident_expr(),
            Tok::Int(text) => Literal::Int(text.clone()),
            Tok::Float(text) => Literal::Float(text.clone()),
            Tok::Rune(code) => Literal::Rune(*code),
            Tok::String(bytes) => Literal::String(bytes.clone()),
            Tok::Op("(") => {
                self.advance();
                let inner = self.with_literals(true, Self::parse_expr)?;
                if !self.is_op(")") {
                    let mut error = self.unexpected_token(", expected )");
                    if matches!(self.tok(), Tok::Op(":=" | "=") | Tok::Semi { automatic: false }) {
                        error = error.help("if, for and switch have no parentheses around their clauses");
                    }
                    return Err(self.report(error));
                }
                self.advance();
                return Ok(self.finish(ExprKind::Paren(inner), start));
            }
            Tok::Keyword("func") => return self.parse_func_literal(),
            Tok::Op("[") | Tok::Keyword("map" | "struct" | "interface" | "chan") => return self.parse_type(),
            _ => return Err(self.no_operand()),
        };
        self.advance();
        Ok(self.add_expr(ExprKind::Literal(literal), start))
    }

    fn no_operand(&self) -> super::Reported {
        let mut error = self.unexpected_token(", expected expression");
        if matches!(self.tok(), Tok::Op("++" | "--")) {
            error = error.help("`++` and `--` are statements, and stand behind the variable");
        }
        if self.is_op("?") {
            error = error.help("Vo has no `?:`; use if and else");
        }
        self.report(error)
    }

    fn parse_func_literal(&mut self) -> Parsed<ExprId> {
        let start = self.span();
        self.advance();
        let signature = self.parse_signature(start)?;
        if !self.is_op("{") {
            return Ok(self.finish(ExprKind::FuncType(signature), start));
        }
        let body = self.with_literals(true, |parser| parser.nested(Self::parse_block))?;
        Ok(self.finish(ExprKind::FuncLit { signature, body }, start))
    }

    fn parse_dot(&mut self, operand: ExprId, start: Span) -> Parsed<ExprId> {
        self.advance();
        if !self.eat("(") {
            if !matches!(self.tok(), Tok::Ident(_)) {
                return Err(self.unexpected(", expected name or ("));
            }
            let name = self.ident()?;
            return Ok(self.finish(ExprKind::Selector { operand, name }, start));
        }
        if self.is_keyword("type") {
            let ty = self.add_expr(ExprKind::Bad, self.span());
            self.advance();
            self.expect(")")?;
            return Ok(self.finish(ExprKind::TypeAssert { operand, ty }, start));
        }
        let ty = self.parse_type()?;
        self.expect(")")?;
        Ok(self.finish(ExprKind::TypeAssert { operand, ty }, start))
    }

    fn parse_index(&mut self, operand: ExprId, start: Span) -> Parsed<ExprId> {
        self.advance();
        self.with_literals(true, |parser| parser.parse_index_rest(operand, start))
    }

    fn parse_index_rest(&mut self, operand: ExprId, start: Span) -> Parsed<ExprId> {
        if self.is_op("]") {
            return Err(self.error(self.span(), "expected operand"));
        }
        let mut parts = [None; 3];
        let mut colons = 0;
        loop {
            if !self.is_op(":") && !self.is_op("]") {
                parts[colons] = Some(self.parse_expr()?);
            }
            if colons == 2 || !self.eat(":") {
                break;
            }
            colons += 1;
        }
        if self.is_op(",") {
            return Err(self.no_generics(start.to(self.span())));
        }
        let close = self.span();
        if !self.eat("]") {
            return Err(self.unexpected(" in index or slice; possibly missing ]"));
        }
        let [low, high, max] = parts;
        if colons == 0 {
            let index = low.unwrap_or(operand);
            return Ok(self.finish(ExprKind::Index { operand, index }, start));
        }
        if colons == 2 && (high.is_none() || max.is_none()) {
            let which = if high.is_none() { "middle" } else { "final" };
            self.error(close, format!("{which} index required in 3-index slice"));
        }
        Ok(self.finish(ExprKind::Slice { operand, low, high, max }, start))
    }

    fn parse_call(&mut self, callee: ExprId, start: Span) -> Parsed<ExprId> {
        self.advance();
        let mut args = Vec::new();
        let mut spread = None;
        let close = self.with_literals(true, |parser| {
            parser.list(")", "argument list", |parser| {
                args.push(parser.parse_expr()?);
                let dots = parser.span();
                if parser.eat("...") {
                    if !parser.is_op(")") && !parser.is_op(",") {
                        return Err(parser.unexpected(" in argument list; possibly missing comma or )"));
                    }
                    spread = Some(dots);
                }
                Ok(())
            })
        })?;
        Ok(self.finish(ExprKind::Call { callee, args, spread, close }, start))
    }

    fn parse_composite(&mut self, ty: Option<ExprId>, start: Span) -> Parsed<ExprId> {
        self.nested(|parser| parser.with_literals(true, |parser| parser.parse_composite_here(ty, start)))
    }

    fn parse_composite_here(&mut self, ty: Option<ExprId>, start: Span) -> Parsed<ExprId> {
        self.expect("{")?;
        let mut elements = Vec::new();
        let close = self.list("}", "composite literal", |parser| {
            let first = parser.parse_element()?;
            let element = if parser.eat(":") {
                Element { key: Some(first), value: parser.parse_element()? }
            } else {
                Element { key: None, value: first }
            };
            elements.push(element);
            Ok(())
        })?;
        Ok(self.finish(ExprKind::Composite { ty, elements, close }, start))
    }

    fn parse_element(&mut self) -> Parsed<ExprId> {
        let start = self.span();
        if self.is_op("{") { self.parse_composite(None, start) } else { self.parse_expr() }
    }
}
