//! Files and declarations.

use super::list::{Around, Item};
use super::printer::{LineMark, Printer};
use super::space::Space;
use super::top_level::{Declaration, declarations};
use super::written::Written;
use crate::ast::{
    ConstSpec, ExprId, ExternDecl, File, FuncDecl, Ident, Import, Param, Signature, TypeSpec, VarSpec,
};

/// A line of a declaration.
pub(super) enum Spec<'a> {
    Import(&'a Import),
    Value(Values<'a>),
    Type(&'a TypeSpec),
}

/// Constants or variables, with what was written of them.
pub(super) struct Values<'a> {
    names: &'a [ExprId],
    ty: Option<ExprId>,
    values: &'a [ExprId],
    start: usize,
    end: usize,
}

impl<'a> Spec<'a> {
    pub(super) fn of_var(spec: &'a VarSpec) -> Spec<'a> {
        let (start, end) = (spec.span.start as usize, spec.span.end as usize);
        Spec::Value(Values { names: &spec.names, ty: spec.ty, values: &spec.values, start, end })
    }
}

impl Spec<'_> {
    pub(super) fn start(&self) -> usize {
        match self {
            Spec::Import(import) => import.span.start as usize,
            Spec::Value(values) => values.start,
            Spec::Type(spec) => spec.name.span.start as usize,
        }
    }

    pub(super) fn end(&self, written: &Written<'_>) -> usize {
        match self {
            Spec::Import(import) => import.span.end as usize,
            Spec::Value(values) => values.end,
            Spec::Type(spec) => written.expr_span(spec.ty).1,
        }
    }
}

impl<'p> Printer<'p> {
    pub(super) fn file(&mut self, file: &'p File) {
        self.token_at(self.written.token_from(0), "package");
        self.blank();
        self.item(Item::Name(&file.package), 1);
        let mut last = "";
        let mut last_was_long = false;
        for declaration in declarations(self.written, file) {
            let (start, word) = (declaration.start, declaration.word);
            let least = if word != last || self.written.has_doc(start) { 2 } else { 1 };
            let line = self.written.line(start);
            let is_long = word == "func" && line != self.written.line(declaration.end);
            // No brace ends the columns of an extern function.
            self.line_break(line, least, Space::None, is_long || last_was_long);
            last = word;
            last_was_long = is_long;
            match declaration.kind {
                Declaration::Group(specs) => self.group_of(start, word, &specs),
                Declaration::Func(decl) => self.func(start, decl),
                Declaration::Extern(decl) => self.extern_func(start, decl),
            }
        }
        self.space(Space::Newline);
    }

    pub(super) fn vars(&mut self, start: usize, specs: &[VarSpec]) {
        let specs: Vec<Spec<'_>> = specs.iter().map(Spec::of_var).collect();
        self.group_of(start, "var", &specs);
    }

    pub(super) fn consts(&mut self, start: usize, specs: &[ConstSpec]) {
        let specs: Vec<Spec<'_>> = specs.iter().map(|spec| self.written.const_spec(spec)).collect();
        self.group_of(start, "const", &specs);
    }

    pub(super) fn types(&mut self, start: usize, specs: &[TypeSpec]) {
        let specs: Vec<Spec<'_>> = specs.iter().map(Spec::Type).collect();
        self.group_of(start, "type", &specs);
    }

    /// `word spec` or `word ( … )`
    fn group_of(&mut self, start: usize, word: &'static str, specs: &[Spec<'_>]) {
        self.token_at(start, word);
        self.blank();
        let open = self.written.token_from(start + word.len());
        if self.written.token_text(open) != "(" {
            specs.iter().for_each(|spec| self.spec(spec, Space::Blank, true));
            return;
        }
        self.token_at(open, "(");
        if !specs.is_empty() {
            self.space(Space::Indent);
            self.space(Space::Section);
            self.group_lines(specs);
            self.space(Space::Unindent);
            self.space(Space::Section);
        }
        self.token_at(self.written.closing(open), ")");
    }

    fn group_lines(&mut self, specs: &[Spec<'_>]) {
        let has_columns = specs.len() > 1;
        let tab = if has_columns { Space::Tab } else { Space::Blank };
        let keeps_types = columns_of_types(specs);
        let mark = LineMark::default();
        for (index, spec) in specs.iter().enumerate() {
            if index > 0 {
                self.member_break(spec.start(), &mark);
            }
            self.mark_line(&mark);
            match spec {
                Spec::Value(values) if has_columns => self.values_in_columns(values, keeps_types[index]),
                _ => self.spec(spec, tab, false),
            }
        }
    }

    fn spec(&mut self, spec: &Spec<'_>, tab: Space, indents: bool) {
        match spec {
            Spec::Import(import) => self.import(import),
            Spec::Value(values) => {
                self.value_names(values, indents);
                if let Some(ty) = values.ty {
                    self.blank();
                    self.expr(ty);
                }
                if !values.values.is_empty() {
                    self.blank();
                    self.token("=");
                    self.blank();
                    self.exprs(values.values, 1, Around::default());
                }
            }
            Spec::Type(spec) => {
                self.item(Item::Name(&spec.name), 1);
                self.space(tab);
                if spec.alias {
                    self.token("=");
                    self.blank();
                }
                self.expr(spec.ty);
            }
        }
    }

    fn import(&mut self, import: &Import) {
        let (mut start, end) = (import.span.start as usize, import.span.end as usize);
        if let Some(alias) = &import.alias {
            self.item(Item::Name(alias), 1);
            self.blank();
            start = self.written.token_from(alias.span.end as usize);
        }
        self.place(start);
        self.literal(self.written.slice(start, end));
    }

    fn value_names(&mut self, values: &Values<'_>, indents: bool) {
        let names: Vec<Item<'_>> = values.names.iter().map(|&name| Item::Expr(name)).collect();
        self.names(&names, indents);
    }

    fn values_in_columns(&mut self, values: &Values<'_>, keeps_type: bool) {
        self.value_names(values, false);
        let mut tabs = 3;
        if values.ty.is_some() || keeps_type {
            self.space(Space::Tab);
            tabs -= 1;
        }
        if let Some(ty) = values.ty {
            self.expr(ty);
        }
        if !values.values.is_empty() {
            self.space(Space::Tab);
            self.token("=");
            self.blank();
            self.exprs(values.values, 1, Around::default());
            tabs -= 1;
        }
        if self.written.has_line_comment(values.end) {
            (0..tabs).for_each(|_| self.space(Space::Tab));
        }
    }

    fn func(&mut self, start: usize, decl: &FuncDecl) {
        self.token_at(start, "func");
        self.blank();
        let column = self.out.column.saturating_sub("func ".len());
        self.head(start + "func".len(), decl.receiver.as_ref(), &decl.name, &decl.signature);
        let head = self.distance(start, column);
        if let Some(body) = decl.body {
            self.func_body(head, Space::Tab, body);
        }
    }

    fn extern_func(&mut self, start: usize, decl: &ExternDecl) {
        self.token_at(start, "extern");
        self.blank();
        if let Some((_, span)) = &decl.library {
            self.text_at(span.start as usize, span.end as usize);
            self.blank();
        }
        let func = self.written.find("func", start);
        self.token_at(func, "func");
        self.blank();
        self.head(func + "func".len(), decl.receiver.as_ref(), &decl.name, &decl.signature);
        if let Some((_, span)) = &decl.symbol {
            self.blank();
            self.token("=");
            self.blank();
            self.text_at(span.start as usize, span.end as usize);
        }
    }

    fn text_at(&mut self, start: usize, end: usize) {
        self.place(start);
        self.literal(self.written.slice(start, end));
    }

    /// Receiver, name and signature of a function.
    fn head(&mut self, from: usize, receiver: Option<&Param>, name: &Ident, signature: &Signature) {
        if let Some(receiver) = receiver {
            let open = self.written.token_from(from);
            self.params(open, self.written.closing(open), std::slice::from_ref(receiver), false);
            self.blank();
        }
        self.item(Item::Name(name), 1);
        self.signature(name.span.end as usize, signature);
    }
}

/// For each line of a declaration, whether its column of types stays: a line of the same run has a type. A run is
/// consecutive lines with values; where none has a type, the values stand in that column.
fn columns_of_types(specs: &[Spec<'_>]) -> Vec<bool> {
    let mut columns = vec![false; specs.len()];
    let mut run = None;
    let mut has_type = false;
    for (index, spec) in specs.iter().enumerate() {
        let Spec::Value(values) = spec else { continue };
        if values.values.is_empty() {
            if let Some(start) = run.take() {
                columns[start..index].fill(has_type);
            }
        } else if run.is_none() {
            run = Some(index);
            has_type = false;
        }
        has_type |= values.ty.is_some();
    }
    if let Some(start) = run {
        columns[start..].fill(has_type);
    }
    columns
}

impl Written<'_> {
    /// A line of constants; those of an earlier line, which it repeats, were not written.
    pub(super) fn const_spec<'a>(&self, spec: &'a ConstSpec) -> Spec<'a> {
        let (start, end) = (spec.span.start as usize, spec.span.end as usize);
        let is_own = |id: &ExprId| self.expr_span(*id).0 >= start;
        let own = spec.values.first().is_some_and(is_own);
        let values = if own { spec.values.as_slice() } else { &[] };
        Spec::Value(Values { names: &spec.names, ty: spec.ty.filter(is_own), values, start, end })
    }
}
