//! Files and declarations.

use super::directive::Target;
use super::{Parsed, Parser};
use crate::ast::{ConstSpec, Decl, ExprId, File, FuncDecl, Ident, Import, Param, TypeSpec, VarSpec};
use crate::diagnostic::Diagnostic;
use crate::lexer::{Tok, Token};
use crate::source::Span;

impl Parser<'_> {
    pub(super) fn file(&mut self) -> File {
        let mut file =
            File { number: self.number, package: Ident::default(), imports: Vec::new(), decls: Vec::new() };
        match self.parse_package() {
            Ok(name) => file.package = name,
            Err(_) => self.skip_declaration(),
        }
        while *self.tok() != Tok::Eof {
            if self.parse_declaration(&mut file).is_err() {
                self.skip_declaration();
            }
        }
        file
    }

    pub(super) fn parse_package(&mut self) -> Parsed<Ident> {
        if !self.is_keyword("package") {
            let error = Diagnostic::new(self.span(), "syntax error: package statement must be first");
            return Err(self.report(error.help("start the file with `package main`")));
        }
        self.advance();
        let name = self.ident()?;
        self.end_of_declaration("after package clause")?;
        Ok(name)
    }

    /// Goes to the next line that starts a declaration.
    pub(super) fn skip_declaration(&mut self) {
        loop {
            let starts_line = self.at == 0 || matches!(self.tokens[self.at - 1].tok, Tok::Semi { .. });
            let declares =
                matches!(self.tok(), Tok::Keyword("func" | "extern" | "type" | "var" | "const" | "import"));
            if *self.tok() == Tok::Eof
                || declares && starts_line && self.braces == 0
                || self.at_lost_declaration() && self.at > 0
            {
                self.braces = 0;
                self.parens = 0;
                return;
            }
            self.advance();
        }
    }

    fn end_of_declaration(&mut self, context: &str) -> Parsed<()> {
        match self.tok() {
            Tok::Semi { .. } => self.advance(),
            Tok::Eof => {}
            _ => return Err(self.unexpected(&format!(" {context}"))),
        }
        Ok(())
    }

    pub(super) fn parse_declaration(&mut self, file: &mut File) -> Parsed<()> {
        let doc = self.take_doc();
        match self.tok() {
            Tok::Semi { .. } => {
                self.advance();
                return Ok(());
            }
            Tok::Keyword("import") => self.parse_imports(file)?,
            Tok::Keyword("const") => {
                let specs = self.parse_consts()?;
                file.decls.extend(specs.into_iter().map(Decl::Const));
            }
            Tok::Keyword("var") => {
                let specs = self.parse_vars()?;
                file.decls.extend(specs.into_iter().map(Decl::Var));
            }
            Tok::Keyword("type") => {
                let specs = self.parse_types()?;
                file.decls.extend(specs.into_iter().map(Decl::Type));
            }
            Tok::Keyword("func") => {
                let decl = self.parse_func(doc)?;
                file.decls.push(Decl::Func(decl));
            }
            Tok::Keyword("extern") => {
                let decl = self.parse_extern(doc)?;
                file.decls.push(decl);
            }
            _ => return Err(self.outside()),
        }
        self.end_of_declaration("after top level declaration")
    }

    fn outside(&self) -> super::Reported {
        let message = "syntax error: non-declaration statement outside function body";
        let mut error = Diagnostic::new(self.span(), message);
        if matches!(self.tok(), Tok::Ident(_)) && *self.tok_ahead(1) == Tok::Op(":=") {
            error = error.help("outside functions variables are declared with `var`");
        }
        error = error.help(match self.tok() {
            Tok::Ident(word) => foreign_declaration(word),
            Tok::Keyword(word) => foreign_declaration(word),
            _ => "",
        });
        if self.is_op("}") {
            error = error.help("there is one `}` too many above");
        }
        self.report(error)
    }

    /// `word one` or `word ( one; two )`.
    pub(super) fn group(&mut self, mut one: impl FnMut(&mut Self, usize) -> Parsed<()>) -> Parsed<()> {
        self.advance();
        if !self.eat("(") {
            return one(self, 0);
        }
        let mut index = 0;
        while !self.is_op(")") {
            one(self, index)?;
            index += 1;
            if matches!(self.tok(), Tok::Semi { .. }) {
                self.advance();
            } else if !self.is_op(")") {
                return Err(self.unexpected(", expected semicolon, newline, or )"));
            }
        }
        self.advance();
        Ok(())
    }

    fn parse_imports(&mut self, file: &mut File) -> Parsed<()> {
        if !file.decls.is_empty() {
            self.error(self.span(), "syntax error: imports must appear before other declarations");
        }
        let (keyword, first_import) = (self.at, file.imports.len());
        self.group(|parser, _| {
            let start = parser.span();
            let first = if parser.at == keyword + 1 { keyword } else { parser.at };
            let alias = match parser.tok() {
                Tok::Ident(_) => Some(parser.ident()?),
                Tok::Op(".") => {
                    parser.advance();
                    Some(Ident { name: ".".into(), span: start })
                }
                _ => None,
            };
            let Tok::String(path) = parser.tok() else {
                let error = parser.unexpected_token(", expected import path");
                return Err(parser.report(error.help("import paths are strings: import \"fmt\"")));
            };
            let path = String::from_utf8_lossy(path).into_owned();
            parser.advance();
            if path == "C" {
                parser.leave_preamble(first);
            }
            let comment = parser.comment_above(first);
            file.imports.push(Import { alias, path, comment, span: start.to(parser.previous_span()) });
            Ok(())
        })?;
        // A group of one may have its comment above the group.
        if let [only] = &mut file.imports[first_import..]
            && only.comment.start == only.comment.end
        {
            only.comment = self.comment_above(keyword);
        }
        Ok(())
    }

    /// The comment directly above a token; empty where there is none.
    fn comment_above(&self, token: usize) -> Span {
        let Token { doc_start, span, .. } = self.tokens[token];
        Span::new(self.number, doc_start, span.start as usize)
    }

    pub(super) fn parse_consts(&mut self) -> Parsed<Vec<ConstSpec>> {
        let mut specs: Vec<ConstSpec> = Vec::new();
        self.group(|parser, index| {
            let start = parser.span();
            let names = parser.parse_names()?;
            let mut ty = if parser.is_op("=") || parser.at_end() { None } else { Some(parser.parse_type()?) };
            let mut values = if parser.eat("=") { parser.parse_exprs()? } else { Vec::new() };
            if values.is_empty()
                && ty.is_none()
                && let Some(last) = specs.last()
            {
                ty = last.ty;
                values = last.values.clone();
            }
            let span = start.to(parser.previous_span());
            specs.push(ConstSpec { names, ty, values, iota: index as i128, span });
            Ok(())
        })?;
        Ok(specs)
    }

    pub(super) fn parse_vars(&mut self) -> Parsed<Vec<VarSpec>> {
        let mut specs = Vec::new();
        self.group(|parser, _| {
            let start = parser.span();
            let names = parser.parse_names()?;
            let ty = if parser.is_op("=") { None } else { Some(parser.parse_type()?) };
            let values = if parser.eat("=") { parser.parse_exprs()? } else { Vec::new() };
            specs.push(VarSpec { names, ty, values, span: start.to(parser.previous_span()) });
            Ok(())
        })?;
        Ok(specs)
    }

    pub(super) fn parse_types(&mut self) -> Parsed<Vec<TypeSpec>> {
        let mut specs = Vec::new();
        let keyword = self.at;
        self.group(|parser, _| {
            let first = if parser.at == keyword + 1 { keyword } else { parser.at };
            let directives = parser.take_directives(first, Target::Type);
            let name = parser.ident()?;
            if parser.at_type_parameters() {
                return Err(parser.no_generics(parser.span()));
            }
            let alias = parser.eat("=");
            let ty = parser.parse_type()?;
            specs.push(TypeSpec { directives, name, alias, ty });
            Ok(())
        })?;
        Ok(specs)
    }

    fn at_type_parameters(&self) -> bool {
        let second = matches!(self.tok_ahead(1), Tok::Ident(_));
        let third = matches!(self.tok_ahead(2), Tok::Ident(_) | Tok::Keyword(_) | Tok::Op("," | "~" | "["));
        self.is_op("[") && second && third
    }

    fn at_end(&self) -> bool {
        matches!(self.tok(), Tok::Semi { .. } | Tok::Op(")") | Tok::Eof)
    }

    fn parse_names(&mut self) -> Parsed<Vec<ExprId>> {
        let mut names = vec![self.ident_expr()?];
        while self.eat(",") {
            names.push(self.ident_expr()?);
        }
        Ok(names)
    }

    fn parse_func(&mut self, doc: String) -> Parsed<FuncDecl> {
        let start = self.span();
        self.advance();
        let receiver = self.parse_receiver()?;
        let name = self.ident()?;
        let signature = self.parse_signature(name.span)?;
        let span = start.to(self.previous_span());
        let body = if self.is_op("{") {
            Some(self.with_literals(true, Self::parse_block)?)
        } else {
            let error = Diagnostic::new(name.span, "missing function body");
            let newline_brace = *self.tok_ahead(1) == Tok::Op("{");
            let help = if newline_brace {
                "put the `{` on the same line"
            } else {
                "a native is declared with `extern func`"
            };
            self.report(error.help(help));
            if newline_brace {
                self.advance();
                self.with_literals(true, Self::parse_block)?;
            }
            None
        };
        Ok(FuncDecl { name, receiver, signature, body, doc, span })
    }

    fn parse_receiver(&mut self) -> Parsed<Option<Param>> {
        if !self.is_op("(") {
            return Ok(None);
        }
        let open = self.span();
        let mut params = self.parse_plain_params()?;
        let span = open.to(self.previous_span());
        match params.len() {
            1 => Ok(params.pop()),
            0 => Err(self.error(span, "method has no receiver")),
            _ => Err(self.error(span, "method has multiple receivers")),
        }
    }
}

/// How Vo writes what other languages declare with this word.
fn foreign_declaration(word: &str) -> &'static str {
    match word {
        "class" | "struct" | "enum" => "types are declared with `type Name struct { … }` or `type Name int`",
        "interface" | "trait" => "interfaces are declared with `type Name interface { … }`",
        "fn" | "def" | "fun" | "function" => "functions are declared with `func name(…) result { … }`",
        "let" | "static" => "variables are declared with `var name = value`",
        "include" | "use" | "using" | "from" => "packages are imported with `import \"name\"`",
        _ => "",
    }
}
