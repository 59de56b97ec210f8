//! What is wrong with a text of C, shown with its lines.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use vo_ffi_core::c::{CError, CErrors, CSpan};

/// Excerpts of longer lines show nothing that helps.
const LONGEST_LINE: usize = 16 << 10;

/// What is more bytes away is named by its line.
const FAR: usize = 8 << 10;

/// The errors of a C text, each with an excerpt and a caret, as a compiler shows them. `name` is what the text is
/// called, a file's name.
///
/// ```
/// use vo_ffi_core::c::{Declarations, Target};
/// use vo_ffi_runtime::render_c_errors;
///
/// let text = "int f(int);\nint g(strct point p);";
/// let errors = Declarations::parse(text, Target::HOST).unwrap_err();
/// let shown = render_c_errors(&errors, text, "example.h", false);
/// assert!(shown.starts_with(
///     "error: unknown type `strct`
///  --> example.h:2:7
///   |
/// 2 | int g(strct point p);
///   |       ^^^^^"
/// ), "{shown}");
/// ```
pub fn render(errors: &CErrors, text: &str, name: &str, colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let shown: Vec<String> = errors.0.iter().map(|error| render_one(&renderer, error, text, name)).collect();
    shown.join("\n\n")
}

fn render_one(renderer: &Renderer, error: &CError, text: &str, name: &str) -> String {
    let is_near = |span: &CSpan| span.start.abs_diff(error.span.start) < FAR;
    let (near, far): (Vec<_>, Vec<_>) = error.secondary.iter().partition(|(span, _)| is_near(span));
    let first = near.iter().map(|(span, _)| span.start).chain([error.span.start]).min();
    let last = near.iter().map(|(span, _)| span.end).chain([error.span.end]).max();
    let lines = whole_lines(text, first.unwrap_or(0)..last.unwrap_or(0));
    let title = Level::ERROR.primary_title(error.message.as_str());
    let excerpt = &text[lines.clone()];
    let mut group: Group<'_> = if excerpt.lines().any(|line| line.len() > LONGEST_LINE) {
        title.element(Origin::path(name).line(error.line).char_column(error.column))
    } else {
        let label = Some(error.label.as_str()).filter(|label| !label.is_empty());
        let range = |span: CSpan| inside(span, &lines);
        let mut snippet = Snippet::source(excerpt)
            .path(name)
            .line_start(line_of(text, lines.start))
            .annotation(AnnotationKind::Primary.span(range(error.span)).label(label));
        for (span, label) in near {
            snippet = snippet.annotation(AnnotationKind::Context.span(range(*span)).label(label.as_str()));
        }
        title.element(snippet)
    };
    for (span, label) in far {
        group = group.element(Level::NOTE.message(format!("{label}: {}", place(text, name, span.start))));
    }
    for note in &error.notes {
        group = group.element(Level::NOTE.message(note.as_str()));
    }
    for help in &error.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    renderer.render(&[group])
}

/// A range widened to whole lines.
fn whole_lines(text: &str, range: Range<usize>) -> Range<usize> {
    let start = range.start.min(text.len());
    let end = range.end.clamp(start, text.len());
    let start = text.as_bytes()[..start].iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
    let end = text.as_bytes()[end..].iter().position(|&byte| byte == b'\n').map_or(text.len(), |at| end + at);
    start..end
}

/// A span as a range in some lines.
fn inside(span: CSpan, lines: &Range<usize>) -> Range<usize> {
    let end = span.end.clamp(lines.start, lines.end);
    span.start.clamp(lines.start, end) - lines.start..end - lines.start
}

fn place(text: &str, name: &str, at: usize) -> String {
    let line_start = whole_lines(text, at..at).start;
    let column = 1 + text[line_start..at.min(text.len())].chars().count();
    format!("{name}:{}:{column}", line_of(text, at))
}

fn line_of(text: &str, at: usize) -> usize {
    1 + text.as_bytes()[..at.min(text.len())].iter().filter(|&&byte| byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use vo_ffi_core::c::{Declarations, Target};

    use super::*;

    fn shown(text: &str) -> String {
        let errors = Declarations::parse(text, Target::HOST).expect_err("an error");
        render(&errors, text, "t.h", false)
    }

    #[test]
    fn places_that_are_far_away_and_lines_that_are_long_have_no_excerpt() {
        let between = "\n".repeat(FAR);
        let far = shown(&format!("int x;{between}long x;"));
        let line = FAR + 1;
        let expected = format!(
            "error: `x` is declared with another type before\n --> t.h:{line}:6\n  |\n{line} | long x;\n  |      ^\n  |\n  \
             = note: declared here: t.h:1:5"
        );
        let squeezed = far.replace("     |", "  |").replace("    --> ", " --> ").replace("     = ", "  = ");
        assert_eq!(squeezed, expected);
        let long = shown(&format!("int {}; nit y;", "a".repeat(LONGEST_LINE)));
        assert_eq!(long, format!("error: unknown type `nit`\n--> t.h:1:{}", LONGEST_LINE + 7));
    }

    #[test]
    fn texts_that_end_too_early() {
        for (text, place) in [("int f(", "1:6"), ("int f(\n\n", "1:6"), ("/*", "1:1")] {
            let shown = shown(text);
            assert_eq!(shown.lines().nth(1), Some(&*format!(" --> t.h:{place}")), "{text:?}: {shown}");
        }
    }
}
