//! The blocks of a page that matter here: fences, tables and headings, with their lines.

use std::ops::Range;

/// A block, and where its text is.
pub(crate) struct Block<'p> {
    /// The lines of the text, without those of the fence.
    pub(crate) lines: Range<usize>,
    pub(crate) text: String,
    pub(crate) kind: Kind<'p>,
}

pub(crate) enum Kind<'p> {
    /// The words behind the opening of the fence.
    Fence(&'p str),
    /// A row of a table of samples: the sample, and what it prints.
    Row(String, String),
    /// A heading, without its marks.
    Heading,
}

/// Lines of a page that should be others.
pub(crate) struct Change {
    pub(crate) lines: Range<usize>,
    pub(crate) old: String,
    pub(crate) new: String,
}

impl Change {
    /// The number of the first line, as editors count.
    pub(crate) fn line(&self) -> usize {
        self.lines.start + 1
    }
}

pub(crate) fn blocks(text: &str) -> Result<Vec<Block<'_>>, String> {
    let lines: Vec<&str> = text.lines().collect();
    let mut blocks = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        at += 1;
        if let Some(info) = line.strip_prefix("```") {
            let length = lines[at..].iter().position(|line| *line == "```");
            let length = length.ok_or_else(|| format!("line {at}: the fence is not closed"))?;
            blocks.push(block(&lines, at..at + length, Kind::Fence(info)));
            at += length + 1;
        } else if line.starts_with('#') {
            let mut heading = block(&lines, at - 1..at, Kind::Heading);
            heading.text = line.trim_start_matches('#').trim().into();
            blocks.push(heading);
        } else if line.starts_with("| sample |") {
            let prints = cells(line).iter().position(|cell| cell == "prints");
            let prints = prints.ok_or_else(|| format!("line {at}: no column `prints`"))?;
            at += 1;
            while let Some(row) = lines.get(at).filter(|line| line.starts_with('|')) {
                let cells = cells(row);
                let cell = |index: usize| cells.get(index).map(|cell| code(cell)).unwrap_or_default();
                blocks.push(block(&lines, at..at + 1, Kind::Row(cell(0), cell(prints))));
                at += 1;
            }
        }
    }
    Ok(blocks)
}

fn block<'p>(lines: &[&str], range: Range<usize>, kind: Kind<'p>) -> Block<'p> {
    let text = lines[range.clone()].iter().flat_map(|line| [line, "\n"]).collect();
    Block { lines: range, text, kind }
}

/// The cells of a row, their escaped bars put back.
pub(crate) fn cells(row: &str) -> Vec<String> {
    let row = row.trim().trim_start_matches('|').replace("\\|", "\0");
    row.split('|').map(|cell| cell.trim().replace('\0', "|")).collect()
}

/// A cell without the marks of code.
fn code(cell: &str) -> String {
    let (cell, marks) = (cell.trim_matches('`'), cell.len() - cell.trim_start_matches('`').len());
    // A space keeps marks of the text from those around it.
    if marks > 1 { cell.trim().into() } else { cell.into() }
}

/// The row with another text in place of the old one.
pub(crate) fn with_cell(row: &str, old: &str, new: &str) -> String {
    let marked = |text: &str| {
        let text = text.replace('|', "\\|");
        if text.contains('`') { format!("| `` {text} `` |") } else { format!("| `{text}` |") }
    };
    row.replacen(&marked(old), &marked(new), 1)
}

pub(crate) fn apply(text: &str, mut changes: Vec<Change>) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    changes.sort_by_key(|change| change.lines.start);
    for change in changes.iter().rev() {
        lines.splice(change.lines.clone(), change.new.lines());
    }
    lines.join("\n") + "\n"
}
