//! The declarations of a file as they were grouped; the tree has one for each of their lines.

use super::decl::Spec;
use super::written::Written;
use crate::ast::{Decl, ExternDecl, File, FuncDecl};

pub(super) struct TopLevel<'a> {
    pub(super) start: usize,
    pub(super) end: usize,
    /// The keyword; functions of all kinds have the same.
    pub(super) word: &'static str,
    pub(super) kind: Declaration<'a>,
}

pub(super) enum Declaration<'a> {
    Group(Vec<Spec<'a>>),
    Func(&'a FuncDecl),
    Extern(&'a ExternDecl),
}

/// All declarations, imports included, in the order of the file.
pub(super) fn declarations<'a>(written: &Written<'_>, file: &'a File) -> Vec<TopLevel<'a>> {
    let mut found = Vec::new();
    let mut imports = file.imports.iter().map(Spec::Import).peekable();
    let mut decls = file.decls.iter().peekable();
    let mut start = written.token_from(file.package.span.end as usize);
    loop {
        let text = written.token_text(start);
        let open = written.token_from(start + text.len());
        let close = (written.token_text(open) == "(").then(|| written.closing(open) + 1);
        let declaration = match text {
            "" => return found,
            "import" | "const" | "var" | "type" => {
                let within = |at: usize| close.is_none_or(|end| at < end);
                let next = || match text {
                    "import" => imports.next_if(|spec| within(spec.start())),
                    _ => line_of(written, decls.next_if(|decl| within(decl_start(decl)))?),
                };
                let specs = take_lines(close, next);
                let end = close.or_else(|| specs.last().map(|spec| spec.end(written))).unwrap_or(open);
                TopLevel { start, end, word: group_word(text), kind: Declaration::Group(specs) }
            }
            "func" | "extern" => {
                let kind = match decls.next() {
                    Some(Decl::Func(decl)) => Declaration::Func(decl),
                    Some(Decl::Extern(decl)) => Declaration::Extern(decl),
                    _ => return found,
                };
                let end = match &kind {
                    Declaration::Func(FuncDecl { body: Some(body), .. }) => written.stmt_span(*body).1,
                    Declaration::Extern(decl) => decl.span.end as usize,
                    _ => open,
                };
                TopLevel { start, end, word: "func", kind }
            }
            _ => {
                start = open;
                continue;
            }
        };
        start = written.token_from(declaration.end);
        found.push(declaration);
    }
}

fn group_word(text: &str) -> &'static str {
    match text {
        "import" => "import",
        "const" => "const",
        "var" => "var",
        _ => "type",
    }
}

/// The lines of a group that closes somewhere, or else the only one.
fn take_lines<'a>(close: Option<usize>, mut next: impl FnMut() -> Option<Spec<'a>>) -> Vec<Spec<'a>> {
    match close {
        Some(_) => std::iter::from_fn(next).collect(),
        None => next().into_iter().collect(),
    }
}

fn line_of<'a>(written: &Written<'_>, decl: &'a Decl) -> Option<Spec<'a>> {
    match decl {
        Decl::Var(spec) => Some(Spec::of_var(spec)),
        Decl::Const(spec) => Some(written.const_spec(spec)),
        Decl::Type(spec) => Some(Spec::Type(spec)),
        Decl::Func(_) | Decl::Extern(_) => None,
    }
}

fn decl_start(decl: &Decl) -> usize {
    let span = match decl {
        Decl::Var(spec) => spec.span,
        Decl::Const(spec) => spec.span,
        Decl::Type(spec) => spec.name.span,
        Decl::Func(decl) => decl.span,
        Decl::Extern(decl) => decl.span,
    };
    span.start as usize
}
