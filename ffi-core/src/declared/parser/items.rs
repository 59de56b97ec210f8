//! Files and declarations.

use super::{Parsed, Parser, Reported};
use crate::declared::error::Place;
use crate::declared::items::{DeclaredExtern, DeclaredFile, DeclaredItem, DeclaredMeaning, DeclaredTypeDecl};
use crate::declared::tokens::Kind;
use crate::declared::types::DeclaredText;

impl Parser<'_> {
    pub(in crate::declared) fn file(&mut self) -> DeclaredFile {
        let mut file = DeclaredFile::default();
        match self.parse_package() {
            Ok(name) => file.package = name,
            Err(Reported) => self.skip_declaration(),
        }
        while self.kind() != Kind::End {
            if self.parse_declaration(&mut file).is_err() {
                self.skip_declaration();
            }
        }
        file
    }

    fn parse_package(&mut self) -> Parsed<DeclaredText> {
        if !self.is_keyword("package") {
            let mut error = self.place().error("syntax error: package statement must be first");
            error.help = "start the file with `package name`";
            return Err(self.report(error));
        }
        self.advance();
        let name = self.name()?;
        self.end_of_declaration("after package clause")?;
        Ok(name)
    }

    fn end_of_declaration(&mut self, context: &str) -> Parsed<()> {
        match self.kind() {
            Kind::Semi { .. } => self.advance(),
            Kind::End => {}
            _ => return Err(self.unexpected(&format!(" {context}"))),
        }
        Ok(())
    }

    fn parse_declaration(&mut self, file: &mut DeclaredFile) -> Parsed<()> {
        let doc = self.take_doc();
        match self.kind() {
            Kind::Semi { .. } => {}
            Kind::Keyword("extern") => match self.parse_extern()? {
                DeclaredItem::Func(decl) => {
                    file.externs.push(DeclaredExtern { doc, ..decl });
                    // The body that an error has been reported for.
                    if self.is_op("{") {
                        self.skip_code()?;
                    }
                }
                DeclaredItem::Type(decl) => file.types.push(DeclaredTypeDecl { doc, ..decl }),
            },
            Kind::Keyword("type") => self.parse_types(doc, &mut file.types)?,
            Kind::Keyword("func" | "const" | "var" | "import") => self.skip_code()?,
            _ => {
                let message = "syntax error: non-declaration statement outside function body";
                let error = self.place().error(message);
                return Err(self.report(error));
            }
        }
        self.end_of_declaration("after top level declaration")
    }

    /// What starts with `extern`, without its doc.
    pub(in crate::declared) fn parse_extern(&mut self) -> Parsed<DeclaredItem> {
        let start = self.place().clone();
        if !self.is_keyword("extern") {
            return Err(self.unexpected(", expected extern"));
        }
        self.advance();
        match self.is_keyword("type") {
            true => self.parse_opaque(&start).map(DeclaredItem::Type),
            false => self.parse_extern_func(&start).map(DeclaredItem::Func),
        }
    }

    fn parse_extern_func(&mut self, start: &Place) -> Parsed<DeclaredExtern> {
        let library = self.string();
        if !self.is_keyword("func") {
            let mut error = self.unexpected_token(", expected func");
            error.help = "write `extern func F(…) …` or `extern \"library\" func f(…) …`";
            return Err(self.report(error));
        }
        self.advance();
        let receiver = self.parse_receiver()?;
        let name = self.name()?;
        let signature = self.parse_signature()?;
        let symbol = self.parse_symbol()?;
        let (span, line) = (self.since(start.span.start), start.line);
        if self.is_op("{") {
            let error = self.place().error("an extern function has no body");
            self.report(error);
        }
        Ok(DeclaredExtern { doc: String::new(), library, receiver, name, signature, symbol, span, line })
    }

    /// `= "symbol"`, or nothing.
    fn parse_symbol(&mut self) -> Parsed<Option<DeclaredText>> {
        if !self.eat("=") {
            return Ok(None);
        }
        match self.string() {
            Some(symbol) => Ok(Some(symbol)),
            None => Err(self.unexpected(", expected the C function's name as a string")),
        }
    }

    fn parse_opaque(&mut self, start: &Place) -> Parsed<DeclaredTypeDecl> {
        self.advance();
        if self.kind() != Kind::Name {
            let mut error = self.unexpected_token(", expected name");
            error.help = match self.is_op("(") {
                true => "declare each type by itself: `extern type Name`",
                false => "write `extern type Name`",
            };
            return Err(self.report(error));
        }
        let name = self.name()?;
        if self.at_type_parameters() {
            return Err(self.no_generics());
        }
        let (span, line) = (self.since(start.span.start), start.line);
        if !self.is_semicolon() && !self.is_op(")") && self.kind() != Kind::End {
            let mut error = self.unexpected_token(&format!(" after extern type {}", name.text));
            error.help = match self.kind() {
                Kind::Op("=") => "another name of a type is no extern type: write `type Name = …`",
                Kind::Op(",") => "declare each type by itself",
                _ => {
                    "what is in the type is written in Rust: leave it out here, or write `type Name …` for a type of Vo"
                }
            };
            return Err(self.report(error));
        }
        Ok(DeclaredTypeDecl { doc: String::new(), name, meaning: DeclaredMeaning::Opaque, span, line })
    }

    /// `type X T`, or several in parentheses.
    fn parse_types(&mut self, doc: String, types: &mut Vec<DeclaredTypeDecl>) -> Parsed<()> {
        let start = self.place().clone();
        self.advance();
        if !self.eat("(") {
            let decl = self.parse_type_decl()?;
            let span = self.since(start.span.start);
            types.push(DeclaredTypeDecl { doc, span, line: start.line, ..decl });
            return Ok(());
        }
        while !self.is_op(")") {
            types.push(self.parse_type_decl()?);
            if self.is_semicolon() {
                self.advance();
            } else if !self.is_op(")") {
                return Err(self.unexpected(", expected semicolon, newline, or )"));
            }
        }
        self.advance();
        Ok(())
    }

    fn parse_type_decl(&mut self) -> Parsed<DeclaredTypeDecl> {
        let doc = self.take_doc();
        let start = self.place().clone();
        let name = self.name()?;
        if self.at_type_parameters() {
            return Err(self.no_generics());
        }
        let meaning = match self.eat("=") {
            true => DeclaredMeaning::Alias(self.parse_type()?),
            false => DeclaredMeaning::Type(self.parse_type()?),
        };
        Ok(DeclaredTypeDecl { doc, name, meaning, span: self.since(start.span.start), line: start.line })
    }

    fn at_type_parameters(&mut self) -> bool {
        self.is_op("[")
            && self.kind_ahead(1) == Kind::Name
            && matches!(self.kind_ahead(2), Kind::Name | Kind::Keyword(_) | Kind::Op("," | "~" | "["))
    }
}
