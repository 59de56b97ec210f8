//! Signatures, and the bodies of struct and interface types.

use super::list::Item;
use super::printer::{LineMark, Printer};
use super::space::Space;
use crate::ast::{ExprId, FieldDecl, Ident, InterfaceElement, Param, Signature};

/// A struct or interface type that was written on one line stays there if its member is no longer than this.
const LONGEST_MEMBER: usize = 30;

/// Parameters that share a type.
struct Group<'a> {
    names: Vec<Item<'a>>,
    ty: ExprId,
    /// Where its `...` is.
    dots: Option<usize>,
    start: usize,
    end: usize,
}

impl Printer<'_> {
    /// Parameters and results, which start behind `from`.
    pub(super) fn signature(&mut self, from: usize, signature: &Signature) {
        let open = self.written.token_from(from);
        let close = self.written.closing(open);
        self.params(open, close, &signature.params, signature.variadic);
        let results = &signature.results;
        let Some(first) = results.first() else { return };
        self.blank();
        if let (1, None) = (results.len(), &first.name) {
            let ty = self.without_parens(first.ty);
            self.expr(ty);
        } else {
            let open = self.written.token_from(close + 1);
            self.params(open, self.written.closing(open), results, false);
        }
    }

    pub(super) fn params(&mut self, open: usize, close: usize, params: &[Param], variadic: bool) {
        self.token_at(open, "(");
        let groups = self.groups(params, variadic);
        let mut indent = Space::Indent;
        let mut last_line = self.written.line(open);
        for (index, group) in groups.iter().enumerate() {
            let line = self.written.line(group.start);
            let needs_break = last_line < line;
            if index > 0 {
                if !needs_break {
                    // A comment goes behind the comma.
                    self.place(group.start);
                }
                self.token(",");
            }
            if needs_break && self.line_break(line, 0, indent, true) > 0 {
                indent = Space::None;
            } else if index > 0 {
                self.blank();
            }
            self.group(group, indent == Space::Indent);
            last_line = self.written.line(group.end);
        }
        let close_line = self.written.line(close);
        if !groups.is_empty() && last_line < close_line {
            self.token(",");
            self.line_break(close_line, 0, Space::None, true);
        }
        if indent == Space::None {
            self.space(Space::Unindent);
        }
        self.token_at(close, ")");
    }

    fn group(&mut self, group: &Group<'_>, indents: bool) {
        if !group.names.is_empty() {
            self.names(&group.names, indents);
            self.blank();
        }
        match group.dots {
            Some(dots) => {
                self.token_at(dots, "...");
                self.expr(group.ty);
            }
            None => {
                let ty = self.without_parens(group.ty);
                self.expr(ty);
            }
        }
    }

    fn groups<'a>(&self, params: &'a [Param], variadic: bool) -> Vec<Group<'a>> {
        let mut groups: Vec<Group<'a>> = Vec::new();
        for (index, param) in params.iter().enumerate() {
            let (ty_start, end) = self.written.expr_span(param.ty);
            let is_last = index + 1 == params.len();
            let dots = (variadic && is_last).then(|| self.written.token_before(ty_start));
            let start = match &param.name {
                Some(name) => name.span.start as usize,
                None => dots.unwrap_or(ty_start),
            };
            let name = param.name.as_ref().map(Item::Name);
            match groups.last_mut() {
                // The same node, not one that looks alike.
                Some(group) if group.ty == param.ty => {
                    group.names.extend(name);
                    group.dots = dots;
                }
                _ => groups.push(Group { names: name.into_iter().collect(), ty: param.ty, dots, start, end }),
            }
        }
        groups
    }

    pub(super) fn without_parens(&self, ty: ExprId) -> ExprId {
        self.written.ast.unparen(ty)
    }

    pub(super) fn struct_body(&mut self, fields: &[FieldDecl], open: usize, close: usize) {
        if self.is_written_on_one_line(open, close) {
            match fields {
                [] => return self.empty_body(open, close),
                [field] if self.is_small(field) => return self.one_field(field, open, close),
                _ => {}
            }
        }
        self.open_body(open, close, fields.is_empty());
        let tab = if fields.len() == 1 { Space::Blank } else { Space::Tab };
        let mark = LineMark::default();
        for (index, field) in fields.iter().enumerate() {
            if index > 0 {
                self.member_break(field.span.start as usize, &mark);
            }
            self.mark_line(&mark);
            self.field(field, tab);
        }
        self.close_body(close);
    }

    fn field(&mut self, field: &FieldDecl, tab: Space) {
        let ty_end = self.written.expr_span(field.ty).1;
        let end = field.span.end as usize;
        let has_tag = ty_end < end;
        let mut tabs = if field.names.is_empty() { 2 } else { 1 };
        if !field.names.is_empty() {
            let names: Vec<Item<'_>> = field.names.iter().map(Item::Name).collect();
            self.names(&names, false);
            self.space(tab);
        }
        self.expr(field.ty);
        if has_tag {
            if !field.names.is_empty() && tab == Space::Tab {
                self.space(tab);
            }
            self.space(tab);
            let start = self.written.token_from(ty_end);
            self.place(start);
            self.literal(self.written.slice(start, end));
            tabs = 0;
        }
        if self.written.has_line_comment(end) {
            (0..tabs).for_each(|_| self.space(tab));
        }
    }

    fn one_field(&mut self, field: &FieldDecl, open: usize, close: usize) {
        self.token_at(open, "{");
        self.blank();
        for (index, name) in field.names.iter().enumerate() {
            if index > 0 {
                self.token(",");
                self.blank();
            }
            self.item(Item::Name(name), 1);
        }
        if !field.names.is_empty() {
            self.blank();
        }
        self.expr(field.ty);
        self.blank();
        self.token_at(close, "}");
    }

    fn is_small(&self, field: &FieldDecl) -> bool {
        let has_tag = self.written.expr_span(field.ty).1 < field.span.end as usize;
        let names = usize::from(!field.names.is_empty());
        !has_tag && names + self.item_size(Item::Expr(field.ty), LONGEST_MEMBER) <= LONGEST_MEMBER
    }

    pub(super) fn interface_body(&mut self, elements: &[InterfaceElement], open: usize, close: usize) {
        if self.is_written_on_one_line(open, close) {
            match elements {
                [] => return self.empty_body(open, close),
                [element] if self.is_small_element(element) => {
                    self.token_at(open, "{");
                    self.blank();
                    self.element(element);
                    self.blank();
                    return self.token_at(close, "}");
                }
                _ => {}
            }
        }
        self.open_body(open, close, elements.is_empty());
        let mark = LineMark::default();
        for (index, element) in elements.iter().enumerate() {
            if index > 0 {
                let start = match element {
                    InterfaceElement::Method { name, .. } => name.span.start as usize,
                    InterfaceElement::Embedded(ty) => self.written.expr_span(*ty).0,
                };
                self.member_break(start, &mark);
            }
            self.mark_line(&mark);
            self.element(element);
        }
        self.close_body(close);
    }

    fn element(&mut self, element: &InterfaceElement) {
        match element {
            InterfaceElement::Method { name, signature } => self.method(name, signature),
            InterfaceElement::Embedded(ty) => self.expr(*ty),
        }
    }

    fn method(&mut self, name: &Ident, signature: &Signature) {
        self.item(Item::Name(name), 1);
        self.signature(name.span.end as usize, signature);
    }

    fn is_small_element(&self, element: &InterfaceElement) -> bool {
        let size = match element {
            InterfaceElement::Embedded(ty) => self.item_size(Item::Expr(*ty), LONGEST_MEMBER),
            // Go counts the word `func` of the type, and a blank for the name.
            InterfaceElement::Method { signature, .. } => {
                let mut printer = Printer::measuring(self.written, self.sizes);
                printer.token("func");
                printer.signature(signature.span.start as usize, signature);
                printer.finish_measuring().map_or(LONGEST_MEMBER, |size| size + 1)
            }
        };
        size <= LONGEST_MEMBER
    }

    fn is_written_on_one_line(&self, open: usize, close: usize) -> bool {
        self.written.line(open) == self.written.line(close) && !self.comment_before(close)
    }

    fn empty_body(&mut self, open: usize, close: usize) {
        self.token_at(open, "{");
        self.token_at(close, "}");
    }

    fn open_body(&mut self, open: usize, close: usize, is_empty: bool) {
        let has_comments = self.comment_before(close);
        self.blank();
        self.token_at(open, "{");
        self.space(Space::Indent);
        if has_comments || !is_empty {
            self.space(Space::Section);
        }
    }

    fn close_body(&mut self, close: usize) {
        self.space(Space::Unindent);
        self.space(Space::Section);
        self.token_at(close, "}");
    }

    /// Between two members of a type, or two lines of a declaration; `mark` is where the last one starts.
    pub(super) fn member_break(&mut self, start: usize, mark: &LineMark) {
        let new_section = self.lines_since(mark) > 0;
        self.line_break(self.written.line(start), 1, Space::None, new_section);
    }
}
