//! `extern type Name`: a type that is written in Rust.

use super::{Parsed, Parser, Reported};
use crate::ast::Ident;
use crate::lexer::Tok;

impl Parser<'_> {
    /// Whether `extern type` stands here.
    pub(super) fn at_extern_type(&self) -> bool {
        self.is_keyword("extern") && *self.tok_ahead(1) == Tok::Keyword("type")
    }

    pub(super) fn parse_extern_type(&mut self) -> Parsed<Ident> {
        self.advance();
        self.advance();
        let Tok::Ident(_) = self.tok() else {
            return Err(self.no_extern_type(", expected name", self.help_for_name()));
        };
        let name = self.ident()?;
        if self.at_type_parameters() {
            return Err(self.no_generics(self.span()));
        }
        if !self.at_end() {
            let rest = format!(" after extern type {}", name.name);
            return Err(self.no_extern_type(&rest, self.help_behind(&name.name)));
        }
        Ok(name)
    }

    fn no_extern_type(&self, rest: &str, help: String) -> Reported {
        self.report(self.unexpected_token(rest).help(help))
    }

    fn help_for_name(&self) -> String {
        match self.tok() {
            Tok::Op("(") => "declare each type by itself: `extern type Name`".into(),
            _ => "write `extern type Name`".into(),
        }
    }

    /// What to do about something that stands behind the name.
    fn help_behind(&self, name: &str) -> String {
        match self.tok() {
            Tok::Op("=") => format!("another name of a type is no extern type: write `type {name} = …`"),
            Tok::Op(",") => "declare each type by itself".into(),
            _ => format!(
                "what is in the type is written in Rust: leave it out here, or write `type {name} …` for a type of Vo"
            ),
        }
    }
}
