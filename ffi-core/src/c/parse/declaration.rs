//! Declarations at the outermost level of a text, one after the other.

use super::attribute::Attributes;
use super::declarations::Named;
use super::declare::Declared;
use super::error::{CError, CSpan};
use super::parser::{Failed, Parsed, Parser};
use super::specifiers::{Specifiers, Storage};
use super::token::Kind;
use crate::c::{CKind, CType};

impl Parser<'_, '_> {
    /// All of a text.
    pub(super) fn text(&mut self) {
        while self.kind() != Kind::End && !self.is_full() {
            // A `}` is left here only by an error inside its braces.
            if self.kind() == Kind::CloseBrace {
                self.advance();
            } else if self.external().is_err() {
                self.recover();
            }
        }
    }

    fn external(&mut self) -> Parsed<()> {
        match self.kind() {
            Kind::Semicolon => {
                self.advance();
                Ok(())
            }
            Kind::StaticAssert => self.static_assert(),
            Kind::Extern if self.kind_after(1) == Kind::Text => self.linkage(),
            Kind::Asm => Err(self.fail(CError::new(self.span(), "assembly is no declaration"))),
            Kind::Extension => {
                self.advance();
                self.nested(Self::external)
            }
            _ => self.declaration(),
        }
    }

    /// `extern "C" { … }` or `extern "C"` and a declaration.
    fn linkage(&mut self) -> Parsed<()> {
        self.advance();
        let (language, span) = (self.word(), self.span());
        self.advance();
        if language != "\"C\"" {
            let message = format!("`extern {language}`: only \"C\" is called here");
            self.report(CError::new(span, message));
        }
        if !self.eat(Kind::OpenBrace) {
            return self.nested(Self::external);
        }
        self.nested(|parser| {
            while !matches!(parser.kind(), Kind::CloseBrace | Kind::End) && !parser.is_full() {
                if parser.external().is_err() {
                    parser.recover();
                }
            }
            parser.expect(Kind::CloseBrace, "`}`")
        })
    }

    /// `static const int a = 1, *b;` The end of the text ends the last one too.
    fn declaration(&mut self) -> Parsed<()> {
        let errors = self.error_count();
        let specifiers = self.specifiers()?;
        if matches!(self.kind(), Kind::Semicolon | Kind::End) {
            self.eat(Kind::Semicolon);
            return self.empty_declaration(&specifiers, errors);
        }
        loop {
            self.declaring = None;
            let declared = self.declared(&specifiers, errors);
            if let (Err(_), Some(name)) = (&declared, self.declaring) {
                self.out.names.entry(name.to_string()).or_insert(Named::Wrong);
            }
            declared?;
            if !self.eat(Kind::Comma) {
                break;
            }
        }
        match self.kind() {
            Kind::OpenBrace => Err(self.body()),
            Kind::End => Ok(()),
            _ => self.semicolon("`;`"),
        }
    }

    fn empty_declaration(&mut self, specifiers: &Specifiers, errors: usize) -> Parsed<()> {
        let is_typedef = specifiers.storage.is_some_and(|(storage, _)| storage == Storage::Typedef);
        let message = match (is_typedef, specifiers.tagged) {
            _ if self.error_count() > errors => return Ok(()),
            (true, _) => "this `typedef` names nothing",
            (false, true) => return Ok(()),
            (false, false) => "this declares nothing",
        };
        Err(self.fail(CError::new(specifiers.span, message)))
    }

    /// What stands where a declaration should end and a body begins.
    fn body(&mut self) -> Failed {
        let span = self.span();
        let failed = self.fail(
            CError::new(span, "a function with a body; only declarations can stand here")
                .help("end the declaration with `;`"),
        );
        self.skip_brackets();
        self.insert_semicolon();
        failed
    }

    /// One name of a declaration with what belongs to it.
    fn declared(&mut self, specifiers: &Specifiers, errors: usize) -> Parsed<()> {
        let declarator = self.declarator()?;
        let Some((name, span)) = declarator.name else { return Err(self.no_name()) };
        let mut attributes = specifiers.attributes;
        let symbol = self.after_declarator(&mut attributes)?;
        let built = self.build(specifiers.ty, declarator)?;
        let ty = self.apply(built.ty.ty, &attributes, built.convention)?;
        let mut declared = Declared {
            name,
            span,
            ty,
            constant: built.ty.constant,
            symbol,
            nonnull: self.nonnull_params(ty, built.nonnull_params, &attributes),
            params: built.params,
            prototype: built.prototype,
            noreturn: specifiers.noreturn || attributes.noreturn,
            thread_local: specifiers.thread_local || attributes.thread,
            value: None,
            has_value: false,
            is_wrong: false,
        };
        if self.kind() == Kind::Assign {
            self.initial_value(specifiers, &mut declared)?;
        }
        declared.is_wrong = self.error_count() > errors;
        self.declare(specifiers, declared, &attributes)
    }

    /// Which parameters of a function are pointers that are never NULL.
    fn nonnull_params(&self, ty: CType, mut params: Vec<bool>, attributes: &Attributes) -> Vec<bool> {
        let Some(sig) = self.out.types.as_func(ty) else { return params };
        for (index, (nonnull, &param)) in params.iter_mut().zip(&sig.params).enumerate() {
            let named = index < 64 && attributes.nonnull_params >> index & 1 == 1;
            let is_pointer = matches!(self.out.types.unaligned_kind(param), CKind::Pointer { .. });
            *nonnull |= is_pointer && (attributes.nonnull || named);
        }
        params
    }

    fn no_name(&mut self) -> Failed {
        match self.kind() {
            Kind::Statement => {
                let message = format!("`{}` is a statement; only declarations can stand here", self.word());
                self.fail(CError::new(self.span(), message))
            }
            Kind::And => {
                let error = CError::new(self.span(), "C has no references").help("write a pointer: `*`");
                self.fail(error)
            }
            _ => self.expected("a name"),
        }
    }

    /// `__asm__("symbol")` and attributes, in any order.
    fn after_declarator(&mut self, attributes: &mut Attributes) -> Parsed<Option<String>> {
        let mut symbol = None;
        loop {
            match self.kind() {
                Kind::Asm => symbol = self.asm_label()?,
                _ if self.at_attribute() => {
                    let more = self.attributes()?;
                    attributes.merge(more);
                }
                _ => return Ok(symbol),
            }
        }
    }

    fn asm_label(&mut self) -> Parsed<Option<String>> {
        self.advance();
        self.expect(Kind::OpenParen, "`(` of `__asm__`")?;
        let first = self.at;
        if self.kind() != Kind::Text {
            return Err(self.expected("the symbol as a string"));
        }
        let text = self.text_value()?;
        let span = self.span_from(first);
        self.expect(Kind::CloseParen, "`)` of `__asm__`")?;
        let Some(text) = text else { return Ok(None) };
        Ok(self.symbol(text.bytes, span))
    }

    fn symbol(&mut self, bytes: Vec<u8>, span: CSpan) -> Option<String> {
        let problem = match String::from_utf8(bytes) {
            Ok(symbol) if symbol.is_empty() => "a symbol without a name",
            Ok(symbol) if symbol.contains('\0') => "a symbol with a NUL byte in its name",
            Ok(symbol) => return Some(symbol),
            Err(_) => "a symbol whose name is no UTF-8",
        };
        self.report(CError::new(span, problem));
        None
    }
}
