//! What is wrong with a program, and how it is shown.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use crate::source::{SourceFile, SourceMap, Span};

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

/// Nobody reads more errors than this.
const MOST_ERRORS: usize = 10_000;

/// Excerpts of longer lines show nothing that helps.
const LONGEST_LINE: usize = 16 << 10;

/// What is more lines away is named by its place.
const FAR: usize = 200;

/// The errors found so far.
#[derive(Debug, Default)]
pub(crate) struct Diagnostics {
    list: RefCell<Vec<Diagnostic>>,
    seen: RefCell<HashSet<(Span, String)>>,
    count: Cell<usize>,
}

impl Diagnostics {
    pub(crate) fn push(&self, diagnostic: Diagnostic) {
        self.count.set(self.count.get() + 1);
        let mut list = self.list.borrow_mut();
        if list.len() > MOST_ERRORS {
            return;
        }
        if self.seen.borrow_mut().insert((diagnostic.span, diagnostic.message.clone())) {
            let last = list.len() == MOST_ERRORS;
            list.push(if last { Diagnostic::new(diagnostic.span, "too many errors") } else { diagnostic });
        }
    }

    /// How many there were, those that are left out included.
    pub(crate) fn len(&self) -> usize {
        self.count.get()
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
    let (near, far): (Vec<_>, Vec<_>) =
        diagnostic.secondary.iter().partition(|(span, _)| is_near(file, diagnostic.span, *span));
    let spans = std::iter::once(diagnostic.span).chain(near.iter().map(|(span, _)| *span));
    // Only the lines in question: the renderer looks at all that it is given.
    let lines = spans.map(|span| file.lines(span)).reduce(|a, b| a.start.min(b.start)..a.end.max(b.end));
    let lines = lines.unwrap_or_default();
    let excerpt = file.text_of_lines(lines.clone());
    let has_long_line = lines.clone().any(|line| file.text_of_lines(line..line + 1).len() > LONGEST_LINE);
    let range = |span: Span| {
        let end = (span.end as usize).clamp(excerpt.start, excerpt.end);
        (span.start as usize).clamp(excerpt.start, end) - excerpt.start..end - excerpt.start
    };
    let label = Some(diagnostic.label.as_str()).filter(|label| !label.is_empty());
    let primary = AnnotationKind::Primary.span(range(diagnostic.span)).label(label);
    let text = &file.text[excerpt.clone()];
    let mut snippet = Snippet::source(text).path(file.name.as_str()).annotation(primary);
    snippet = snippet.line_start((lines.start + 1).saturating_sub(file.hidden_lines as usize));
    for (span, label) in near {
        snippet = snippet.annotation(AnnotationKind::Context.span(range(*span)).label(label.as_str()));
    }
    let title = Level::ERROR.primary_title(diagnostic.message.as_str());
    let mut group = if has_long_line {
        let (line, column) = sources.line_column(diagnostic.span);
        let origin = Origin::path(file.name.as_str()).line(line as usize).char_column(column as usize);
        title.element(origin)
    } else {
        title.element(snippet)
    };
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

fn is_near(file: &SourceFile, span: Span, other: Span) -> bool {
    span.file == other.file && file.lines(span).start.abs_diff(file.lines(other).start) < FAR
}

/// The name among `candidates` that is nearest to `name`, if one is near enough to be meant.
pub fn nearest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let candidates = candidates.into_iter().filter(|&candidate| candidate != "_" && candidate != name);
    vo_ffi::nearest(name, candidates).first().copied()
}
