//! Types and signatures.

use super::{Parsed, Parser};
use crate::ast::{ArrayLen, ExprId, ExprKind, FieldDecl, Ident, InterfaceElement, Param, Signature};
use crate::diagnostic::Diagnostic;
use crate::lexer::Tok;
use crate::source::Span;

const DOTS: &str = "can only use ... with final parameter in list";

/// A parameter before it is known whether its only word is a name or a type.
struct Entry {
    first: Option<ExprId>,
    ty: Option<ExprId>,
    dots: Option<Span>,
}

/// Whether the last parameter's type is that of the one before it, too: `a, b T`.
fn shares_type(entries: &[Entry]) -> bool {
    matches!(entries, [.., before, last] if before.ty.is_none() && last.first.is_some())
}

impl Parser<'_> {
    pub(super) fn parse_type(&mut self) -> Parsed<ExprId> {
        self.nested(Self::parse_type_here)
    }

    fn parse_type_here(&mut self) -> Parsed<ExprId> {
        let start = self.span();
        match self.tok() {
            Tok::Ident(_) => self.parse_type_name(),
            Tok::Op("*") => {
                self.advance();
                let target = self.parse_type()?;
                Ok(self.finish(ExprKind::Star(target), start))
            }
            Tok::Op("(") => {
                self.advance();
                let inner = self.parse_type()?;
                self.expect(")")?;
                Ok(self.finish(ExprKind::Paren(inner), start))
            }
            Tok::Op("[") => self.parse_array_type(),
            Tok::Keyword("map") => self.parse_map_type(),
            Tok::Keyword("func") => {
                self.advance();
                let signature = self.parse_signature(start)?;
                Ok(self.finish(ExprKind::FuncType(signature), start))
            }
            Tok::Keyword("struct") => self.parse_struct_type(),
            Tok::Keyword("interface") => self.parse_interface_type(),
            Tok::Keyword("chan") | Tok::Op("<-") => Err(self.no_channels()),
            _ => Err(self.unexpected(", expected type")),
        }
    }

    pub(super) fn no_channels(&self) -> super::Reported {
        let note = "goroutines and channels are not part of Vo";
        self.report(Diagnostic::new(self.span(), "Vo has no channels").note(note))
    }

    pub(super) fn no_generics(&self, span: Span) -> super::Reported {
        let help = "use `any` and a type switch, or one function for each type";
        self.report(Diagnostic::new(span, "Vo has no generics").help(help))
    }

    pub(super) fn finish(&mut self, kind: ExprKind, start: Span) -> ExprId {
        let span = start.to(self.previous_span());
        self.add_expr(kind, span)
    }

    pub(super) fn parse_type_name(&mut self) -> Parsed<ExprId> {
        let start = self.span();
        let operand = self.ident_expr()?;
        if !self.eat(".") {
            return Ok(operand);
        }
        let name = self.ident()?;
        Ok(self.finish(ExprKind::Selector { operand, name }, start))
    }

    pub(super) fn parse_array_type(&mut self) -> Parsed<ExprId> {
        let start = self.expect("[")?;
        let len = if self.is_op("]") {
            ArrayLen::Slice
        } else if self.eat("...") {
            ArrayLen::Counted
        } else {
            ArrayLen::Fixed(self.with_literals(true, Self::parse_expr)?)
        };
        if self.is_op(",") {
            return Err(self.unexpected("; expecting ]"));
        }
        self.expect("]")?;
        let elem = self.parse_type()?;
        Ok(self.finish(ExprKind::ArrayType { len, elem }, start))
    }

    pub(super) fn parse_map_type(&mut self) -> Parsed<ExprId> {
        let start = self.span();
        self.advance();
        self.expect("[")?;
        let key = self.parse_type()?;
        self.expect("]")?;
        let value = self.parse_type()?;
        Ok(self.finish(ExprKind::MapType { key, value }, start))
    }

    pub(super) fn parse_struct_type(&mut self) -> Parsed<ExprId> {
        let start = self.span();
        self.advance();
        let open = self.expect("{")?;
        let level = self.braces;
        let mut fields = Vec::new();
        while !self.is_op("}") && *self.tok() != Tok::Eof && !self.at_lost_declaration() {
            match self.parse_field() {
                Ok(field) => fields.push(field),
                Err(_) => self.skip_statement(level, self.parens),
            }
            self.end_of_member("struct type", level);
        }
        self.close_brace(open)?;
        Ok(self.finish(ExprKind::StructType(fields), start))
    }

    /// A semicolon, or nothing before `}`.
    fn end_of_member(&mut self, context: &str, level: u32) {
        if matches!(self.tok(), Tok::Semi { .. }) {
            return self.advance();
        }
        if !self.is_op("}") {
            self.unexpected(&format!(" in {context}; possibly missing semicolon or newline or }}"));
            self.skip_statement(level, self.parens);
            if matches!(self.tok(), Tok::Semi { .. }) {
                self.advance();
            }
        }
    }

    fn parse_field(&mut self) -> Parsed<FieldDecl> {
        let start = self.span();
        let embedded = self.is_op("*")
            || matches!(self.tok(), Tok::Ident(_))
                && matches!(self.tok_ahead(1), Tok::Semi { .. } | Tok::Op("." | "}") | Tok::String(_));
        let mut names = Vec::new();
        if !embedded {
            names.push(self.ident()?);
            while self.eat(",") {
                names.push(self.ident()?);
            }
        }
        let ty = self.parse_type()?;
        if matches!(self.tok(), Tok::String(_)) {
            self.advance();
        }
        Ok(FieldDecl { names, ty, span: start.to(self.previous_span()) })
    }

    pub(super) fn parse_interface_type(&mut self) -> Parsed<ExprId> {
        let start = self.span();
        self.advance();
        let open = self.expect("{")?;
        let level = self.braces;
        let mut elements = Vec::new();
        while !self.is_op("}") && *self.tok() != Tok::Eof && !self.at_lost_declaration() {
            match self.parse_interface_element() {
                Ok(element) => elements.push(element),
                Err(_) => self.skip_statement(level, self.parens),
            }
            self.end_of_member("interface type", level);
        }
        self.close_brace(open)?;
        Ok(self.finish(ExprKind::InterfaceType(elements), start))
    }

    fn parse_interface_element(&mut self) -> Parsed<InterfaceElement> {
        if self.is_op("~") {
            return Err(self.no_generics(self.span()));
        }
        if *self.tok_ahead(1) == Tok::Op("(") {
            let name = self.ident()?;
            let signature = self.parse_signature(name.span)?;
            return Ok(InterfaceElement::Method { name, signature });
        }
        let element = match self.is_keyword("interface") {
            true => self.parse_type()?,
            false => self.parse_type_name()?,
        };
        if self.is_op("|") {
            return Err(self.no_generics(self.span()));
        }
        Ok(InterfaceElement::Embedded(element))
    }

    /// Parameters and results.
    pub(super) fn parse_signature(&mut self, start: Span) -> Parsed<Signature> {
        if self.is_op("[") {
            return Err(self.no_generics(self.span()));
        }
        let (params, dots) = self.parse_params()?;
        let mut results = Vec::new();
        if self.is_op("(") {
            results = self.parse_plain_params()?;
        } else if self.at_type() {
            results.push(Param { name: None, ty: self.parse_type()? });
        }
        Ok(Signature { params, results, variadic: dots.is_some(), span: start.to(self.previous_span()) })
    }

    /// Parameters or results without dots.
    pub(super) fn parse_plain_params(&mut self) -> Parsed<Vec<Param>> {
        match self.parse_params()? {
            (params, None) => Ok(params),
            (_, Some(dots)) => Err(self.error(dots, DOTS)),
        }
    }

    fn at_type(&self) -> bool {
        match self.tok() {
            Tok::Ident(_) => true,
            Tok::Op(op) => matches!(*op, "*" | "[" | "(" | "<-"),
            Tok::Keyword(word) => matches!(*word, "map" | "func" | "struct" | "interface" | "chan"),
            _ => false,
        }
    }

    /// `(a, b int, c ...string)`, and the dots of the last one.
    fn parse_params(&mut self) -> Parsed<(Vec<Param>, Option<Span>)> {
        self.expect("(")?;
        let mut entries = Vec::new();
        self.list(")", "parameter list", |parser| {
            entries.push(parser.parse_entry()?);
            Ok(())
        })?;
        let last = entries.len().saturating_sub(1);
        let dots = entries.iter().enumerate().find_map(|(index, entry)| entry.dots.map(|span| (index, span)));
        if let Some((index, span)) = dots
            && (index != last || shares_type(&entries))
        {
            return Err(self.error(span, DOTS));
        }
        let named = entries.iter().any(|entry| entry.first.is_some() && entry.ty.is_some());
        let params = if named { self.named_params(&entries)? } else { self.unnamed_params(&entries) };
        Ok((params, dots.map(|(_, span)| span)))
    }

    fn parse_entry(&mut self) -> Parsed<Entry> {
        if self.is_op("...") {
            let dots = Some(self.span());
            self.advance();
            return Ok(Entry { first: None, ty: Some(self.parse_type()?), dots });
        }
        let first = self.parse_type()?;
        let dots = Some(self.span()).filter(|_| self.eat("..."));
        let ty = if dots.is_some() || self.at_type() { Some(self.parse_type()?) } else { None };
        Ok(Entry { first: Some(first), ty, dots })
    }

    fn unnamed_params(&self, entries: &[Entry]) -> Vec<Param> {
        entries.iter().filter_map(|entry| Some(Param { name: None, ty: entry.first.or(entry.ty)? })).collect()
    }

    fn named_params(&self, entries: &[Entry]) -> Parsed<Vec<Param>> {
        let mut params = Vec::with_capacity(entries.len());
        let mut ty = None;
        for entry in entries.iter().rev() {
            ty = entry.ty.or(ty);
            let name = entry.first.map(|first| (self.ast.name(first), self.ast.expr(first).span));
            let (Some(ty), Some((name, span))) = (ty, name) else {
                return Err(self.mixed_params());
            };
            if name.is_empty() {
                return Err(self.mixed_params());
            }
            params.push(Param { name: Some(Ident { name: name.into(), span }), ty });
        }
        params.reverse();
        Ok(params)
    }

    fn mixed_params(&self) -> super::Reported {
        self.error(self.previous_span(), "syntax error: mixed named and unnamed parameters")
    }
}
