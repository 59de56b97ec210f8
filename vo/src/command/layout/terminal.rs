//! The drawing for terminals: a table of the members, and their bytes in boxes.

use std::fmt::Write as _;

use super::boxes;
use super::grid::pictures;
use super::members::{Body, Drawn, Padding, Part, Placed};

pub(super) const BOLD: &str = "\x1b[1m";
pub(super) const DIM: &str = "\x1b[2m";
pub(super) const YELLOW: &str = "\x1b[33m";
pub(super) const CYAN: &str = "\x1b[36m";
pub(super) const MAGENTA: &str = "\x1b[35m";
pub(super) const PLAIN: &str = "\x1b[0m";

/// A type as text, with colours.
pub(super) fn text(drawn: &Drawn) -> String {
    let mut text = format!("{BOLD}{}{PLAIN}\n", drawn.name);
    let _ = writeln!(text, "{DIM}{}{PLAIN}", summary(drawn));
    let Some(body) = drawn.body.as_ref().filter(|body| !body.parts.is_empty()) else { return text };
    let _ = writeln!(text, "\n{DIM}  offset    size  align{PLAIN}");
    table(&mut text, body, 0);
    boxes::draw(&mut text, &pictures(drawn));
    text
}

/// `32 bytes, alignment 8, on linux-x64; 7 bytes of padding`
pub(super) fn summary(drawn: &Drawn) -> String {
    let padding = match drawn.padding() {
        0 => String::new(),
        bits => format!("; {} of padding", bits_in_words(bits)),
    };
    format!("{}, alignment {}, on {}{padding}", count(drawn.size, "byte"), drawn.align, drawn.target)
}

/// `5 bytes and 6 bits`
pub(super) fn bits_in_words(bits: u64) -> String {
    match (bits / 8, bits % 8) {
        (bytes, 0) => count(bytes, "byte"),
        (0, bits) => count(bits, "bit"),
        (bytes, bits) => format!("{} and {}", count(bytes, "byte"), count(bits, "bit")),
    }
}

fn count(number: u64, what: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{number} {what}{s}")
}

fn table(text: &mut String, body: &Body, level: usize) {
    for part in &body.parts {
        match part {
            Part::Member(member) => row(text, member, level),
            Part::Padding(padding) => padding_row(text, *padding, level),
        }
    }
}

fn row(text: &mut String, member: &Placed, level: usize) {
    let offset = place(member.bit_offset, member.bit_width.is_some());
    let size = match member.bit_width {
        Some(bits) => format!(":{bits}"),
        None => member.layout.size.to_string(),
    };
    let declaration = named(&member.declaration, member.name.as_deref());
    let indent = "  ".repeat(level);
    let _ = writeln!(text, "{offset:>8}  {size:>6}  {:>5}  {indent}{declaration}", member.layout.align);
    if let Some(body) = &member.body {
        table(text, body, level + 1);
    }
}

fn padding_row(text: &mut String, padding: Padding, level: usize) {
    let offset = place(padding.bit_offset, !padding.bit_offset.is_multiple_of(8));
    let size = match (padding.bits / 8, padding.bits % 8) {
        (bytes, 0) => bytes.to_string(),
        (0, bits) => format!(":{bits}"),
        (bytes, bits) => format!("{bytes}:{bits}"),
    };
    let indent = "  ".repeat(level);
    let _ = writeln!(text, "{YELLOW}{offset:>8}  {size:>6}         {indent}padding{PLAIN}");
}

/// `12`, and `12:3` for the bit 3 of byte 12.
pub(super) fn place(bit_offset: u64, bits: bool) -> String {
    if bits { format!("{}:{}", bit_offset / 8, bit_offset % 8) } else { (bit_offset / 8).to_string() }
}

/// A declaration with its name in bold.
fn named(declaration: &str, name: Option<&str>) -> String {
    let Some(name) = name else { return declaration.to_string() };
    let is_word = |c: char| c == '_' || c.is_alphanumeric();
    let found = declaration.match_indices(name).find(|(at, _)| {
        let (before, behind) = (&declaration[..*at], &declaration[at + name.len()..]);
        !before.ends_with(is_word) && !behind.starts_with(is_word)
    });
    match found {
        Some((at, _)) => {
            let behind = &declaration[at + name.len()..];
            format!("{}{BOLD}{name}{PLAIN}{behind}", &declaration[..at])
        }
        None => declaration.to_string(),
    }
}
