//! Extern declarations: parsed by the facade's parser, which needs no machine, and brought into the tree.

use std::ops::Range;

use vo_ffi::declared::{
    DeclaredElement, DeclaredError, DeclaredExtern, DeclaredField, DeclaredItem, DeclaredKind,
    DeclaredLength, DeclaredParam, DeclaredSignature, DeclaredText, DeclaredType, parse_extern,
};

use super::directive::Target;
use super::{Parsed, Parser, Reported};
use crate::ast::{
    ArrayLen, Decl, Directive, ExprId, ExprKind, ExternDecl, FieldDecl, Ident, InterfaceElement, Param,
    Signature,
};
use crate::diagnostic::Diagnostic;
use crate::lexer::Tok;
use crate::source::Span;

/// What types take that are nested as deep as they may be, without optimisation.
const NEEDED_STACK: usize = 1 << 20;

impl Parser<'_> {
    pub(super) fn parse_extern(&mut self, doc: String) -> Parsed<Decl> {
        let directives = self.take_directives(self.at, Target::Extern);
        let (text, start) = (self.text, self.span().start as usize);
        let parsed = stacker::maybe_grow(NEEDED_STACK, 2 * NEEDED_STACK, || parse_extern(text, start));
        for error in parsed.errors {
            self.report_declared(error);
        }
        while (self.span().start as usize) < parsed.end && *self.tok() != Tok::Eof {
            self.advance();
        }
        match parsed.item {
            None => Err(Reported),
            Some(DeclaredItem::Type(decl)) => Ok(Decl::ExternType(self.add_name(decl.name))),
            Some(DeclaredItem::Func(decl)) => {
                // An error has been reported for the body.
                if self.is_op("{") {
                    self.parse_block()?;
                }
                self.add_extern(decl, directives, doc).map(Decl::Extern)
            }
        }
    }

    fn report_declared(&self, error: DeclaredError) {
        let mut diagnostic = Diagnostic::new(self.place(error.span), error.message).help(error.help);
        if !error.note.is_empty() {
            diagnostic = diagnostic.note(error.note);
        }
        if let Some(open) = error.unclosed {
            diagnostic = diagnostic.secondary(self.place(open), "this is not closed");
        }
        self.report(diagnostic);
    }

    fn place(&self, span: Range<usize>) -> Span {
        Span::new(self.number, span.start, span.end)
    }

    fn add_extern(
        &mut self,
        decl: DeclaredExtern,
        directives: Vec<Directive>,
        doc: String,
    ) -> Parsed<ExternDecl> {
        let text = |text: DeclaredText| (text.text, self.place(text.span));
        let (library, symbol) = (decl.library.map(text), decl.symbol.map(text));
        let span = self.place(decl.span);
        let name = self.add_name(decl.name);
        let receiver = match decl.receiver {
            Some(receiver) => self.add_params(vec![receiver])?.pop(),
            None => None,
        };
        let signature = self.add_signature(decl.signature, name.span)?;
        Ok(ExternDecl { name, receiver, signature, library, symbol, directives, doc, span })
    }

    fn add_name(&self, name: DeclaredText) -> Ident {
        Ident { span: self.place(name.span), name: name.text }
    }

    fn add_names(&self, names: Vec<DeclaredText>) -> Vec<Ident> {
        names.into_iter().map(|name| self.add_name(name)).collect()
    }

    /// `start` is the word before the parameters.
    fn add_signature(&mut self, signature: DeclaredSignature, start: Span) -> Parsed<Signature> {
        let span = start.to(self.place(signature.span));
        let params = self.add_params(signature.params)?;
        let results = self.add_params(signature.results)?;
        Ok(Signature { params, results, variadic: signature.variadic, span })
    }

    fn add_params(&mut self, declared: Vec<DeclaredParam>) -> Parsed<Vec<Param>> {
        let mut params = Vec::with_capacity(declared.len());
        for DeclaredParam { names, ty } in declared {
            let ty = self.add_type(ty)?;
            if names.is_empty() {
                params.push(Param { name: None, ty });
            }
            params.extend(self.add_names(names).into_iter().map(|name| Param { name: Some(name), ty }));
        }
        Ok(params)
    }

    fn add_type(&mut self, ty: DeclaredType) -> Parsed<ExprId> {
        self.nested(|parser| {
            let span = parser.place(ty.span);
            let kind = parser.type_kind(ty.kind, span)?;
            Ok(parser.add_expr(kind, span))
        })
    }

    fn type_kind(&mut self, kind: DeclaredKind, span: Span) -> Parsed<ExprKind> {
        Ok(match kind {
            DeclaredKind::Name(name) => ExprKind::Ident(name),
            DeclaredKind::Qualified { package, name } => {
                let package = self.add_name(package);
                let operand = self.add_expr(ExprKind::Ident(package.name), package.span);
                ExprKind::Selector { operand, name: self.add_name(name) }
            }
            DeclaredKind::Pointer(target) => ExprKind::Star(self.add_type(*target)?),
            DeclaredKind::Paren(inner) => ExprKind::Paren(self.add_type(*inner)?),
            DeclaredKind::Slice(elem) => {
                ExprKind::ArrayType { len: ArrayLen::Slice, elem: self.add_type(*elem)? }
            }
            DeclaredKind::Array(length, elem) => {
                let len = ArrayLen::Fixed(self.parse_length(&length)?);
                ExprKind::ArrayType { len, elem: self.add_type(*elem)? }
            }
            DeclaredKind::Map(key, value) => {
                ExprKind::MapType { key: self.add_type(*key)?, value: self.add_type(*value)? }
            }
            DeclaredKind::Func(signature) => ExprKind::FuncType(self.add_signature(*signature, span)?),
            DeclaredKind::Struct(fields) => {
                let fields = fields.into_iter().map(|field| self.add_field(field));
                ExprKind::StructType(fields.collect::<Parsed<_>>()?)
            }
            DeclaredKind::Interface(elements) => {
                let elements = elements.into_iter().map(|element| self.add_element(element));
                ExprKind::InterfaceType(elements.collect::<Parsed<_>>()?)
            }
        })
    }

    fn add_field(&mut self, field: DeclaredField) -> Parsed<FieldDecl> {
        let names = self.add_names(field.names);
        Ok(FieldDecl { names, ty: self.add_type(field.ty)?, span: self.place(field.span) })
    }

    fn add_element(&mut self, element: DeclaredElement) -> Parsed<InterfaceElement> {
        Ok(match element {
            DeclaredElement::Embedded(ty) => InterfaceElement::Embedded(self.add_type(ty)?),
            DeclaredElement::Method(name, signature) => {
                let name = self.add_name(name);
                let signature = self.add_signature(signature, name.span)?;
                InterfaceElement::Method { name, signature }
            }
        })
    }

    /// Parses a length where it stands, and comes back.
    fn parse_length(&mut self, length: &DeclaredLength) -> Parsed<ExprId> {
        let here = (self.at, self.braces, self.parens);
        self.at = self.tokens.partition_point(|token| (token.span.start as usize) < length.span.start);
        let parsed = self.with_literals(true, Self::parse_expr).and_then(|len| match self.is_op("]") {
            true => Ok(len),
            false => Err(self.unexpected(", expected ]")),
        });
        (self.at, self.braces, self.parens) = here;
        parsed
    }
}
