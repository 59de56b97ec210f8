//! Types.

use super::{Parsed, Parser, Reported};
use crate::declared::MAX_DEPTH;
use crate::declared::error::Place;
use crate::declared::literal::integer;
use crate::declared::tokens::Kind;
use crate::declared::types::{DeclaredElement, DeclaredField, DeclaredKind, DeclaredLength, DeclaredType};

impl Parser<'_> {
    pub(super) fn parse_type(&mut self) -> Parsed<DeclaredType> {
        if self.depth >= MAX_DEPTH {
            let error = self.place().error(format!("nested more than {MAX_DEPTH} levels deep"));
            return Err(self.report(error));
        }
        let start = self.start();
        self.depth += 1;
        let kind = self.parse_kind();
        self.depth -= 1;
        Ok(DeclaredType { kind: kind?, span: self.since(start) })
    }

    fn parse_kind(&mut self) -> Parsed<DeclaredKind> {
        match self.kind() {
            Kind::Name => self.parse_type_name(),
            Kind::Op("*") => {
                self.advance();
                Ok(DeclaredKind::Pointer(self.parse_boxed()?))
            }
            Kind::Op("(") => {
                self.advance();
                let inner = self.parse_boxed()?;
                self.expect(")")?;
                Ok(DeclaredKind::Paren(inner))
            }
            Kind::Op("[") => self.parse_array(),
            Kind::Keyword("map") => self.parse_map(),
            Kind::Keyword("func") => {
                self.advance();
                Ok(DeclaredKind::Func(Box::new(self.parse_signature()?)))
            }
            Kind::Keyword("struct") => {
                Ok(DeclaredKind::Struct(self.parse_members("struct type", Self::parse_field)?))
            }
            Kind::Keyword("interface") => {
                Ok(DeclaredKind::Interface(self.parse_members("interface type", Self::parse_element)?))
            }
            Kind::Keyword("chan") | Kind::Op("<-") => Err(self.no_channels()),
            _ => Err(self.unexpected(", expected type")),
        }
    }

    fn parse_boxed(&mut self) -> Parsed<Box<DeclaredType>> {
        self.parse_type().map(Box::new)
    }

    pub(super) fn at_type(&self) -> bool {
        match self.kind() {
            Kind::Name => true,
            Kind::Op(op) => matches!(op, "*" | "[" | "(" | "<-"),
            Kind::Keyword(word) => matches!(word, "map" | "func" | "struct" | "interface" | "chan"),
            _ => false,
        }
    }

    fn no_channels(&mut self) -> Reported {
        let mut error = self.place().error("Vo has no channels");
        error.note = "goroutines and channels are not part of Vo";
        self.report(error)
    }

    pub(super) fn no_generics(&mut self) -> Reported {
        let mut error = self.place().error("Vo has no generics");
        error.help = "use `any` and a type switch, or one function for each type";
        self.report(error)
    }

    fn parse_type_name(&mut self) -> Parsed<DeclaredKind> {
        let first = self.name()?;
        if !self.eat(".") {
            return Ok(DeclaredKind::Name(first.text));
        }
        Ok(DeclaredKind::Qualified { package: first, name: self.name()? })
    }

    fn parse_array(&mut self) -> Parsed<DeclaredKind> {
        let start = self.expect("[")?;
        if self.eat("]") {
            return Ok(DeclaredKind::Slice(self.parse_boxed()?));
        }
        if self.is_op("...") {
            return self.no_counted_array(&start);
        }
        let length = self.parse_length()?;
        if self.is_op(",") {
            return Err(self.unexpected("; expecting ]"));
        }
        self.expect("]")?;
        Ok(DeclaredKind::Array(length, self.parse_boxed()?))
    }

    /// Reports `[...]T`, which only a composite literal may have.
    fn no_counted_array(&mut self, start: &Place) -> Parsed<DeclaredKind> {
        self.advance();
        self.expect("]")?;
        self.parse_type()?;
        let error =
            start.to(&self.previous).error("invalid use of [...] array (outside a composite literal)");
        Err(self.report(error))
    }

    /// A constant expression: everything up to the bracket behind it.
    fn parse_length(&mut self) -> Parsed<DeclaredLength> {
        let (start, first) = (self.start(), self.kind());
        let mut behind_operand = false;
        let ends = |kind| {
            let operand = matches!(kind, Kind::Name | Kind::Number | Kind::Rune | Kind::String);
            // Two operands without an operator: the bracket before the second one is missing.
            let missing = behind_operand && (operand || matches!(kind, Kind::Keyword(_)));
            behind_operand = operand;
            missing || matches!(kind, Kind::Semi { .. } | Kind::Op(","))
        };
        if let Some((close, place)) = self.skip_balanced(ends) {
            return Err(self.not_closed(close, &place));
        }
        if self.start() == start {
            return Err(self.unexpected(", expected expression"));
        }
        let span = self.since(start);
        let text = self.text(span.clone());
        let value = if first == Kind::Number { integer(text) } else { None };
        Ok(DeclaredLength { text: text.into(), value, span })
    }

    fn parse_map(&mut self) -> Parsed<DeclaredKind> {
        self.advance();
        self.expect("[")?;
        let key = self.parse_boxed()?;
        self.expect("]")?;
        Ok(DeclaredKind::Map(key, self.parse_boxed()?))
    }

    /// The lines of a struct or an interface; those with errors are left out.
    fn parse_members<T>(&mut self, context: &str, member: impl Fn(&mut Self) -> Parsed<T>) -> Parsed<Vec<T>> {
        self.advance();
        let open = self.expect("{")?;
        let level = self.braces;
        let mut members = Vec::new();
        while !self.is_op("}") && self.kind() != Kind::End && !self.at_lost_declaration() {
            match member(self) {
                Ok(member) => members.push(member),
                Err(_) => self.skip_member(level, self.parens),
            }
            self.end_of_member(context, level);
        }
        self.close_brace(&open)?;
        Ok(members)
    }

    /// A semicolon, or nothing before `}`.
    fn end_of_member(&mut self, context: &str, level: u32) {
        if !self.is_semicolon() && !self.is_op("}") {
            self.unexpected(&format!(" in {context}; possibly missing semicolon or newline or }}"));
            self.skip_member(level, self.parens);
        }
        if self.is_semicolon() {
            self.advance();
        }
    }

    fn parse_field(&mut self) -> Parsed<DeclaredField> {
        let start = self.start();
        let embedded = match self.kind() {
            Kind::Op("*") => true,
            Kind::Name => {
                matches!(self.kind_ahead(1), Kind::Semi { .. } | Kind::Op("." | "}") | Kind::String)
            }
            _ => false,
        };
        let mut names = Vec::new();
        if !embedded {
            names.push(self.name()?);
            while self.eat(",") {
                names.push(self.name()?);
            }
        }
        let ty = self.parse_type()?;
        let tag = self.string();
        Ok(DeclaredField { names, ty, tag, span: self.since(start) })
    }

    fn parse_element(&mut self) -> Parsed<DeclaredElement> {
        if self.is_op("~") {
            return Err(self.no_generics());
        }
        if self.kind_ahead(1) == Kind::Op("(") {
            let name = self.name()?;
            return Ok(DeclaredElement::Method(name, self.parse_signature()?));
        }
        let embedded = match self.is_keyword("interface") {
            true => self.parse_type()?,
            false => self.parse_named()?,
        };
        if self.is_op("|") {
            return Err(self.no_generics());
        }
        Ok(DeclaredElement::Embedded(embedded))
    }

    fn parse_named(&mut self) -> Parsed<DeclaredType> {
        let start = self.start();
        let kind = self.parse_type_name()?;
        Ok(DeclaredType { kind, span: self.since(start) })
    }
}
