//! What is wrong with a program, and how it is shown.

use std::cell::RefCell;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::source::{SourceMap, Span};

/// An error in a program.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// What is wrong, in Go's words where Go has some.
    pub message: String,
    /// Where.
    pub span: Span,
    /// A few words at the caret; may be empty.
    pub label: String,
    /// Other places that matter, with a few words each.
    pub secondary: Vec<(Span, String)>,
    /// Facts that explain.
    pub notes: Vec<String>,
    /// What to do.
    pub help: Vec<String>,
}

impl Diagnostic {
    /// An error at a place.
    pub fn new(span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            message: message.into(),
            span,
            label: String::new(),
            secondary: Vec::new(),
            notes: Vec::new(),
            help: Vec::new(),
        }
    }

    /// With words at the caret.
    pub fn label(mut self, label: impl Into<String>) -> Diagnostic {
        self.label = label.into();
        self
    }

    /// With a second place.
    pub fn secondary(mut self, span: Span, label: impl Into<String>) -> Diagnostic {
        self.secondary.push((span, label.into()));
        self
    }

    /// With a fact.
    pub fn note(mut self, note: impl Into<String>) -> Diagnostic {
        self.notes.push(note.into());
        self
    }

    /// With advice; empty advice is dropped.
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        let help = help.into();
        if !help.is_empty() {
            self.help.push(help);
        }
        self
    }
}

/// The errors found so far.
#[derive(Debug, Default)]
pub(crate) struct Diagnostics {
    list: RefCell<Vec<Diagnostic>>,
}

impl Diagnostics {
    pub(crate) fn push(&self, diagnostic: Diagnostic) {
        let mut list = self.list.borrow_mut();
        let twice = list.iter().any(|old| old.span == diagnostic.span && old.message == diagnostic.message);
        if !twice {
            list.push(diagnostic);
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.list.borrow().len()
    }

    /// All errors, in order of their places.
    pub(crate) fn into_sorted(self) -> Vec<Diagnostic> {
        let mut list = self.list.into_inner();
        list.sort_by_key(|diagnostic| diagnostic.span);
        list
    }
}

/// The errors as text, each with an excerpt and a caret.
pub fn render(sources: &SourceMap, diagnostics: &[Diagnostic], colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let mut text = String::new();
    for diagnostic in diagnostics {
        text.push_str(&render_one(&renderer, sources, diagnostic));
        text.push_str("\n\n");
    }
    text
}

fn render_one(renderer: &Renderer, sources: &SourceMap, diagnostic: &Diagnostic) -> String {
    let file = sources.file(diagnostic.span.file);
    let range = |span: Span| {
        let end = (span.end as usize).min(file.text.len());
        (span.start as usize).min(end)..end
    };
    let label = Some(diagnostic.label.as_str()).filter(|label| !label.is_empty());
    let primary = AnnotationKind::Primary.span(range(diagnostic.span)).label(label);
    let mut snippet = Snippet::source(file.text.as_str()).path(file.name.as_str()).annotation(primary);
    snippet = snippet.line_start(1usize.saturating_sub(file.hidden_lines as usize));
    let (near, far): (Vec<_>, Vec<_>) =
        diagnostic.secondary.iter().partition(|(span, _)| span.file == diagnostic.span.file);
    for (span, label) in near {
        snippet = snippet.annotation(AnnotationKind::Context.span(range(*span)).label(label.as_str()));
    }
    let mut group = Level::ERROR.primary_title(diagnostic.message.as_str()).element(snippet);
    for (span, label) in far {
        group = group.element(Level::NOTE.message(format!("{label}: {}", sources.place(*span))));
    }
    for note in &diagnostic.notes {
        group = group.element(Level::NOTE.message(note.as_str()));
    }
    for help in &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    let groups: [Group<'_>; 1] = [group];
    renderer.render(&groups)
}

/// The name among `candidates` that is nearest to `name`, if one is near enough to be meant.
pub fn nearest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let candidates = candidates.into_iter().filter(|&candidate| candidate != "_" && candidate != name);
    vo_ffi::nearest(name, candidates).first().copied()
}
