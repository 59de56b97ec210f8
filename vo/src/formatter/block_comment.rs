//! The lines of a `/* */` comment, without the indentation that they have in common: it is given anew.

use std::borrow::Cow;

/// The lines; `is_unindented` says that the comment starts at the left margin and will not stay there.
pub(super) fn lines(text: &str, is_unindented: bool) -> Vec<Cow<'_, str>> {
    let mut lines: Vec<Cow<'_, str>> = text.split('\n').map(Cow::Borrowed).collect();
    if is_unindented {
        // The common indentation is then the same each time that the comment is formatted.
        lines.iter_mut().skip(1).for_each(|line| *line = format!("   {line}").into());
    }
    if lines.len() > 1 {
        strip_common_prefix(&mut lines);
    }
    lines
}

fn strip_common_prefix(lines: &mut [Cow<'_, str>]) {
    let last = lines.len() - 1;
    let prefix = prefix_of_lines(lines);
    let (mut prefix, has_stars) = match prefix.split_once('*') {
        // The stars stay one column to the right of the `/`.
        Some((before, _)) => (before.strip_suffix(' ').unwrap_or(before).to_string(), true),
        None => (without_indentation_of_text(&prefix, &lines[0]), false),
    };
    let before_end = lines[last].split("*/").next().unwrap_or("");
    if is_blank(before_end) {
        lines[last] = format!("{prefix}{}", if has_stars { " */" } else { "*/" }).into();
    } else {
        prefix = common_prefix(&prefix, &lines[last]).to_string();
    }
    for line in lines.iter_mut().skip(1).filter(|line| !line.is_empty()) {
        *line = line[prefix.len().min(line.len())..].to_string().into();
    }
}

/// The white space, or stars, that all inner lines start with; blank ones become empty. Where there are none, that of
/// the last line.
fn prefix_of_lines(lines: &mut [Cow<'_, str>]) -> String {
    let last = lines.len() - 1;
    let mut prefix: Option<String> = None;
    for line in &mut lines[1..last] {
        if is_blank(line) {
            *line = "".into();
        } else {
            let common = common_prefix(prefix.as_deref().unwrap_or(line), line);
            prefix = Some(common.to_string());
        }
    }
    prefix.unwrap_or_else(|| common_prefix(&lines[last], &lines[last]).to_string())
}

/// The prefix without what indents the text of the comment, and not the comment.
fn without_indentation_of_text(prefix: &str, first: &str) -> String {
    let text = &first[2..];
    if is_blank(text) {
        let blanks = prefix.len() - prefix.trim_end_matches(' ').len();
        let shorter = &prefix[..prefix.len() - blanks.min(3)];
        let tab = if blanks == 0 { shorter.strip_suffix('\t') } else { None };
        return tab.unwrap_or(shorter).to_string();
    }
    let space = &text[..text.len() - text.trim_start_matches(|c| c <= ' ').len()];
    // A tab makes up for the `/*`, otherwise two blanks do.
    let indentation = if space.starts_with('\t') { space.to_string() } else { format!("  {space}") };
    prefix.strip_suffix(indentation.as_str()).unwrap_or(prefix).to_string()
}

fn is_blank(text: &str) -> bool {
    text.bytes().all(|byte| byte <= b' ')
}

/// White space and stars that two lines start with.
fn common_prefix<'l>(a: &'l str, b: &str) -> &'l str {
    let same = a.bytes().zip(b.bytes()).take_while(|&(a, b)| a == b && (a <= b' ' || a == b'*'));
    &a[..same.count()]
}
