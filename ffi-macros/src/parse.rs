//! Reads an attribute's arguments and the item below it. Mistakes go into the report, and reading goes on.

use std::path::PathBuf;

use proc_macro2::{Span, TokenStream};
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::token::Paren;
use syn::{Ident, ItemFn, LitStr, Path, Token};

use crate::check::{NAME_MISSING, Report};
use crate::declared::Declarations;
use crate::model::Effects;

/// Which attribute has the arguments.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Extern,
    Module,
    Methods,
}

impl Kind {
    fn missing(self) -> &'static str {
        match self {
            Kind::Extern => NAME_MISSING,
            Kind::Module => "the package is missing: #[vo_module(\"pkg\")]",
            Kind::Methods => "the type's name is missing: #[vo_methods(\"pkg.Type\")]",
        }
    }

    fn not_first(self) -> &'static str {
        match self {
            Kind::Extern => "the name comes first: #[vo_extern(\"pkg.Name\", …)]",
            Kind::Module => "the package comes first: #[vo_module(\"pkg\", …)]",
            Kind::Methods => "the type's name comes first: #[vo_methods(\"pkg.Type\", …)]",
        }
    }

    /// The words that may stand behind the name.
    fn options(self) -> &'static [&'static str] {
        match self {
            Kind::Extern => &["reentrant", "blocking", "fast", "crate"],
            Kind::Module => &["declarations", "crate"],
            Kind::Methods => &["crate"],
        }
    }
}

/// What the parentheses of `#[vo_extern(…)]`, `#[vo_module(…)]` or `#[vo_methods(…)]` say.
#[derive(Default)]
pub(crate) struct Args {
    /// The native's or the type's name, or the module's package.
    pub(crate) name: Option<LitStr>,
    /// The package that the name is in, where `#[vo_module]` says it.
    pub(crate) package: Option<LitStr>,
    /// The file that declares what is in the module: as it is named, and where it is.
    pub(crate) declarations: Option<(LitStr, PathBuf)>,
    pub(crate) effects: Effects,
    pub(crate) krate: Option<Path>,
    pub(crate) report: Report,
}

/// What stands below the attribute.
pub(crate) enum Below {
    Function(Box<ItemFn>),
    Other(TokenStream),
}

pub(crate) fn args(tokens: TokenStream, kind: Kind) -> Args {
    let mut args = Args::default();
    let read = |input: ParseStream<'_>| {
        let result = args.read(input, kind);
        // What is left after a mistake is no second one.
        input.parse::<TokenStream>()?;
        result
    };
    if let Err(error) = syn::parse::Parser::parse2(read, tokens) {
        args.report.add(error);
    }
    args
}

pub(crate) fn item(tokens: TokenStream) -> Below {
    match syn::parse2::<ItemFn>(tokens.clone()) {
        Ok(function) => Below::Function(Box::new(function)),
        Err(_) => Below::Other(tokens),
    }
}

impl Args {
    fn read(&mut self, input: ParseStream<'_>, kind: Kind) -> syn::Result<()> {
        let module_krate = self.read_module(input)?;
        let option_first = is_option(input).then(|| input.span());
        self.read_first(input, kind)?;
        while !input.is_empty() {
            let is_separated = input.parse::<Option<Token![,]>>()?.is_some();
            if !is_separated {
                self.report.error(input.span(), "expected `,`");
            }
            if is_separated || input.peek(Ident::peek_any) || input.peek(LitStr) {
                self.read_option(input, kind)?;
            } else {
                skip_value(input)?;
            }
        }
        let is_named = self.name.is_some();
        if is_named || self.package.is_none() {
            match option_first {
                Some(span) => self.report.error(span, kind.not_first()),
                None if !is_named => self.report.error(Span::call_site(), kind.missing()),
                None => {}
            }
        }
        self.krate = self.krate.take().or(module_krate);
        Ok(())
    }

    /// What `#[vo_module]` put before the arguments: `in "pkg" crate::path declared "file.vo" "/where/file.vo";`.
    fn read_module(&mut self, input: ParseStream<'_>) -> syn::Result<Option<Path>> {
        if input.parse::<Option<Token![in]>>()?.is_none() {
            return Ok(None);
        }
        self.package = Some(input.parse()?);
        let is_declared = |input: ParseStream<'_>| {
            input.fork().parse::<Ident>().is_ok_and(|word| word == "declared") && input.peek2(LitStr)
        };
        let has_krate = !input.peek(Token![;]) && !is_declared(input);
        let krate = if has_krate { Some(input.call(Path::parse_mod_style)?) } else { None };
        if is_declared(input) {
            input.parse::<Ident>()?;
            let (shown, path) = (input.parse()?, input.parse::<LitStr>()?);
            self.declarations = Some((shown, PathBuf::from(path.value())));
        }
        input.parse::<Token![;]>()?;
        Ok(krate)
    }

    /// The name, if it is there; else an option.
    fn read_first(&mut self, input: ParseStream<'_>, kind: Kind) -> syn::Result<()> {
        if input.peek(LitStr) {
            self.name = Some(input.parse()?);
        } else if is_option(input) {
            self.read_option(input, kind)?;
        } else if !input.is_empty() {
            let separator = if kind == Kind::Module { '/' } else { '.' };
            let name = unquoted_name(input, separator)?;
            let what = if kind == Kind::Module { "package" } else { "name" };
            self.report.error(name.span(), format!("the {what} is a string: \"{}\"", name.value()));
            self.name = Some(name);
        }
        Ok(())
    }

    fn read_option(&mut self, input: ParseStream<'_>, kind: Kind) -> syn::Result<()> {
        if input.is_empty() {
            return Ok(());
        }
        // A name behind an option is reported at the end.
        if self.name.is_none() && input.peek(LitStr) {
            self.name = Some(input.parse()?);
            return Ok(());
        }
        let word = input.call(Ident::parse_any)?;
        let text = word.to_string();
        if !kind.options().contains(&text.as_str()) {
            self.report.error(word.span(), unknown_option(&text, kind));
            return skip_value(input);
        }
        if text == "crate" {
            if self.krate.is_some() {
                self.report.error(word.span(), "`crate` is there twice");
            }
            self.krate = self.read_path(&word, input)?;
            return Ok(());
        }
        if text == "declarations" {
            return self.read_declarations(&word, input);
        }
        if input.peek(Token![=]) || input.peek(Token![:]) || input.peek(Paren) {
            self.report.error(input.span(), format!("`{text}` takes no value"));
            skip_value(input)?;
        }
        let effect = match text.as_str() {
            "reentrant" => &mut self.effects.reentrant,
            "blocking" => &mut self.effects.blocking,
            _ => &mut self.effects.fast,
        };
        if effect.is_some() {
            self.report.error(word.span(), format!("`{text}` is there twice"));
        }
        *effect = Some(word);
        Ok(())
    }

    fn read_declarations(&mut self, word: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
        if !input.peek(Token![=]) || !input.peek2(LitStr) {
            let message =
                "`declarations` needs a file, from the folder of this one on: declarations = \"fmt.vo\"";
            self.report.error(word.span(), message);
            return skip_value(input);
        }
        input.parse::<Token![=]>()?;
        let file: LitStr = input.parse()?;
        if self.declarations.is_some() {
            self.report.error(word.span(), "`declarations` is there twice");
        }
        self.declarations = Declarations::locate(&file).map(|path| (file, path));
        Ok(())
    }

    fn read_path(&mut self, word: &Ident, input: ParseStream<'_>) -> syn::Result<Option<Path>> {
        if !input.peek(Token![=]) {
            self.report.error(word.span(), "`crate` needs the path of the facade: crate = my_crate::vo_ffi");
            return Ok(None);
        }
        input.parse::<Token![=]>()?;
        if let Ok(text) = input.fork().parse::<LitStr>() {
            self.report.error(text.span(), format!("a path has no quotes: crate = {}", text.value()));
            return skip_value(input).map(|()| None);
        }
        input.call(Path::parse_mod_style).map(Some)
    }
}

fn is_option(input: ParseStream<'_>) -> bool {
    let fork = input.fork();
    let alone = fork.call(Ident::parse_any).is_ok() && (fork.is_empty() || fork.peek(Token![,]));
    alone || input.peek(Ident::peek_any) && input.peek2(Token![=])
}

/// `fmt.Println` or `fmt::Println`, or the path of a package, as the string that it should have been.
fn unquoted_name(input: ParseStream<'_>, separator: char) -> syn::Result<LitStr> {
    let first = input.call(Ident::parse_any)?;
    let mut name = first.to_string();
    while input.peek(Token![.]) || input.peek(Token![::]) {
        if input.parse::<Option<Token![.]>>()?.is_none() {
            input.parse::<Token![::]>()?;
        }
        name = format!("{name}{separator}{}", input.call(Ident::parse_any)?);
    }
    Ok(LitStr::new(&name, first.span()))
}

/// A name behind `=`.
pub(crate) fn name(input: ParseStream<'_>) -> syn::Result<LitStr> {
    if input.peek(Ident::peek_any) {
        let name = unquoted_name(input, '.')?;
        return Err(syn::Error::new(name.span(), format!("the name is a string: \"{}\"", name.value())));
    }
    input.parse()
}

fn skip_value(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<proc_macro2::TokenTree>()?;
    }
    Ok(())
}

fn unknown_option(word: &str, kind: Kind) -> String {
    let is_close =
        |known: &&&str| known.len().abs_diff(word.len()) < 5 && shared_letters(word, known) * 2 > known.len();
    let near = kind.options().iter().filter(is_close).max_by_key(|known| shared_letters(word, known));
    if kind != Kind::Extern && Kind::Extern.options().contains(&word) {
        let (what, name) =
            if kind == Kind::Module { ("module", "Name") } else { ("block of methods", "Name") };
        return format!("`{word}` is said of one native, not of a {what}: #[vo_extern(\"{name}\", {word})]");
    }
    match near {
        Some(&"crate") => format!("unknown option `{word}`; did you mean `crate = path`?"),
        Some(&"declarations") => {
            format!("unknown option `{word}`; did you mean `declarations = \"file.vo\"`?")
        }
        Some(known) => format!("unknown option `{word}`; did you mean `{known}`?"),
        None => match kind {
            Kind::Extern => {
                format!(
                    "unknown option `{word}`; the options are `reentrant`, `blocking`, `fast` and `crate = path`"
                )
            }
            Kind::Module => {
                format!(
                    "unknown option `{word}`; the options are `declarations = \"file.vo\"` and `crate = path`"
                )
            }
            Kind::Methods => format!("unknown option `{word}`; the only option is `crate = path`"),
        },
    }
}

/// How many letters of `word`, in order, are in `known`.
fn shared_letters(word: &str, known: &str) -> usize {
    let mut rest = known.chars();
    word.chars().filter(|letter| rest.clone().any(|c| c == *letter) && rest.any(|c| c == *letter)).count()
}
