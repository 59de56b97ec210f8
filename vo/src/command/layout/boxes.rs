//! Bytes in boxes: eight a line, each eight characters wide, so that a bit is a character. Lines stand where members
//! end, and members of several rows are one box.

use super::grid::{Area, Row, Segment};
use super::members::Placed;
use super::terminal::{BOLD, CYAN, DIM, MAGENTA, PLAIN, YELLOW, bits_in_words};

/// How many characters a byte has, with the line before it.
const BYTE: usize = 9;
const WIDTH: usize = 8 * BYTE + 1;
const MARGIN: usize = 8;

/// Draws pictures below each other.
pub(super) fn draw(text: &mut String, pictures: &[Vec<Row<'_>>]) {
    if pictures.is_empty() {
        return;
    }
    let numbers: String = (0..8).map(|byte| format!("{byte:^BYTE$}")).collect();
    text.push_str(&format!("\n{DIM}{:MARGIN$} {}{PLAIN}\n", "", numbers.trim_end()));
    for rows in pictures {
        let mut above = None;
        for row in rows {
            text.push_str(&border(above, Some(row)));
            text.push_str(&content(row));
            above = Some(row);
        }
        text.push_str(&border(above, None));
    }
}

/// The line between two rows.
fn border(above: Option<&Row<'_>>, below: Option<&Row<'_>>) -> String {
    let owner = |row: Option<&Row<'_>>, bit| row.and_then(|row| row.owner(bit));
    let is_line = |bit| owner(above, bit) != owner(below, bit);
    let stands = |row: Option<&Row<'_>>, byte| row.is_some_and(|row| has_line(row, byte));
    let character = |column: usize| {
        let byte = (column / BYTE) as u64;
        if !column.is_multiple_of(BYTE) {
            return if is_line(8 * byte + column as u64 % BYTE as u64 - 1) { '─' } else { ' ' };
        }
        let left = byte > 0 && is_line(8 * byte - 1);
        let right = byte < 8 && is_line(8 * byte);
        corner(stands(above, byte), stands(below, byte), left, right)
    };
    let line: String = (0..WIDTH).map(character).collect();
    if !line.contains('─') {
        // Both rows are one box.
        return String::new();
    }
    format!("{DIM}{:MARGIN$}{}{PLAIN}\n", "", line.trim_end())
}

/// Whether a row has a line before a byte; 8 is the end.
fn has_line(row: &Row<'_>, byte: u64) -> bool {
    let before = if byte > 0 { row.owner(8 * byte - 1) } else { None };
    let behind = if byte < 8 { row.owner(8 * byte) } else { None };
    before != behind
}

fn corner(up: bool, down: bool, left: bool, right: bool) -> char {
    match (up, down, left, right) {
        (false, false, false, false) => ' ',
        (true, _, false, false) | (_, true, false, false) => '│',
        (false, false, _, _) => '─',
        (false, true, false, true) => '┌',
        (false, true, true, false) => '┐',
        (false, true, true, true) => '┬',
        (true, false, false, true) => '└',
        (true, false, true, false) => '┘',
        (true, false, true, true) => '┴',
        (true, true, false, true) => '├',
        (true, true, true, false) => '┤',
        (true, true, true, true) => '┼',
    }
}

fn content(row: &Row<'_>) -> String {
    let (offset, segments) = match row {
        Row::LeftOut { bytes, area } => return left_out(*bytes, area),
        Row::Bytes { offset, segments } => (offset, segments),
    };
    let mut line = format!("{DIM}{offset:>width$} {PLAIN}", width = MARGIN - 1);
    for segment in segments {
        if segment.start.is_multiple_of(8) {
            line.push_str(&format!("{DIM}│{PLAIN}"));
        }
        line.push_str(&filled(segment));
    }
    format!("{line}{DIM}│{PLAIN}\n")
}

fn left_out(bytes: u64, area: &Area<'_>) -> String {
    let name = area.member.map_or("padding".into(), |member| member.label());
    let words = format!("⋮  {} of {}  ⋮", bits_in_words(8 * bytes), shortened(&name, 30));
    format!("{DIM}{:>width$} │{words:^inner$}│{PLAIN}\n", "⋮", width = MARGIN - 1, inner = WIDTH - 2)
}

/// The characters of a segment, without lines.
fn filled(segment: &Segment<'_>) -> String {
    let column = |bit: u64| (bit / 8) as usize * BYTE + (bit % 8) as usize;
    let width = column(segment.end - 1) + 1 - column(segment.start);
    let Some(member) = segment.area.member else {
        return format!("{YELLOW}{}{PLAIN}", "░".repeat(width));
    };
    let (fill, margin, colour) = match (member.bit_width, &member.name) {
        (None, _) => (' ', 1, ""),
        (Some(_), None) => ('-', 0, DIM),
        // Neighbours differ.
        (Some(_), Some(_)) => ('·', 0, if segment.area.index.is_multiple_of(2) { CYAN } else { MAGENTA }),
    };
    let room = width.saturating_sub(margin + 1).max(1);
    let label = if segment.labelled { label(member, room) } else { String::new() };
    let behind = width.saturating_sub(margin + label.chars().count());
    let (before, behind) = (" ".repeat(margin), String::from(fill).repeat(behind));
    format!("{before}{colour}{BOLD}{label}{PLAIN}{colour}{behind}{PLAIN}")
}

/// As much of the declaration as there is room for: all, the name, or its beginning.
pub(super) fn label(member: &Placed, room: usize) -> String {
    match (&member.name, member.bit_width) {
        (None, Some(_)) => String::new(),
        (Some(_), _) if member.full.chars().count() <= room => member.full.clone(),
        _ => shortened(&member.label(), room),
    }
}

/// No more than so many characters.
pub(super) fn shortened(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_string();
    }
    match width {
        0..4 => text.chars().take(width).collect(),
        _ => text.chars().take(width - 1).chain(['…']).collect(),
    }
}
