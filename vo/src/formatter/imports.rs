//! Sorts the imports of formatted text: each run of consecutive lines in `import ( … )`, by path.

use super::written::Written;

/// The text with sorted imports, where they are not sorted yet.
pub(super) fn sorted(written: &Written<'_>) -> Option<String> {
    let lines: Vec<&str> = written.text().split('\n').collect();
    let mut order: Vec<usize> = (0..lines.len()).collect();
    let mut at = 0;
    while let Some(import) = next_group(written, at) {
        at = import.1;
        for run in runs(written, import) {
            order[run].sort_by_cached_key(|&line| key(lines[line]));
        }
    }
    let text = order.iter().map(|&line| lines[line]).collect::<Vec<&str>>().join("\n");
    (text != written.text()).then_some(text)
}

/// Where the parentheses of the next group of imports are.
fn next_group(written: &Written<'_>, from: usize) -> Option<(usize, usize)> {
    let mut tokens = written.tokens.iter().skip_while(|token| token.start < from);
    let import = tokens.find(|token| written.slice(token.start, token.end) == "import")?;
    let open = written.token_from(import.end);
    match written.token_text(open) {
        "(" => Some((open, written.closing(open))),
        _ => next_group(written, import.end),
    }
}

/// The lines, from 0, of imports without anything between them.
fn runs(written: &Written<'_>, (open, close): (usize, usize)) -> Vec<std::ops::Range<usize>> {
    let mut runs: Vec<std::ops::Range<usize>> = Vec::new();
    let tokens = written.tokens.iter().filter(|token| token.start > open && token.start < close);
    for line in tokens.map(|token| written.line(token.start) - 1) {
        match runs.last_mut() {
            Some(run) if run.end == line + 1 => {}
            Some(run) if run.end == line => run.end += 1,
            _ => runs.push(line..line + 1),
        }
    }
    // A comment of several lines would be torn.
    let is_torn = |run: &std::ops::Range<usize>| {
        let comments = written.groups.iter().flat_map(|group| &group.comments);
        comments
            .filter(|comment| run.contains(&(comment.at.line - 1)))
            .any(|comment| comment.text.contains('\n'))
    };
    runs.retain(|run| !is_torn(run));
    runs
}

/// Path, name and comment of an import's line.
fn key(line: &str) -> (String, String, String) {
    let mut parts = line.splitn(3, ['"', '`']);
    let mut part = || parts.next().unwrap_or("").trim().to_string();
    let (name, path, comment) = (part(), part(), part());
    (path, name, comment)
}
