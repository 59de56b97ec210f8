//! The drawing as a picture: one SVG, complete in itself, with the types below each other.

use std::fmt::Write as _;

use super::boxes::{label, shortened};
use super::grid::{Area, Row, Segment, pictures};
use super::members::{Body, Drawn, Padding, Part, Placed};
use super::terminal::{bits_in_words, place, summary};

/// Of a bit; of all else in the same unit, the pixel.
const BIT: u64 = 11;
const ROW: u64 = 34;
const LINE: u64 = 20;
const LEFT: u64 = 64;
const RIGHT: u64 = 28;
const WIDTH: u64 = LEFT + 64 * BIT + RIGHT;
/// A character of 12 pixels, in hundredths.
const CHARACTER: u64 = 723;

/// Of members, one after the other.
const COLOURS: [&str; 6] = ["#bfdbfe", "#bbf7d0", "#fde68a", "#fbcfe8", "#ddd6fe", "#fed7aa"];
const UNNAMED: &str = "#e5e7eb";
const HATCHED: &str = "url(#padding)";

const HEAD: &str = r##"<style>
text { font: 12px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #1f2937 }
.name { font-size: 16px; font-weight: bold }
.dim { fill: #6b7280 }
.padding { fill: #b45309 }
.middle { text-anchor: middle }
.end { text-anchor: end }
</style>
<defs>
<pattern id="padding" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
<rect width="6" height="6" fill="#f3f4f6"/><rect width="2" height="6" fill="#d1d5db"/>
</pattern>
</defs>
"##;

/// The types as one picture.
pub(super) fn text(all: &[Drawn]) -> String {
    let mut canvas = Canvas { text: String::new(), y: 8 };
    for drawn in all {
        canvas.draw(drawn);
    }
    let height = canvas.y + 8;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" viewBox=\"0 0 {WIDTH} {height}\">\n\
         {HEAD}<rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#fff\"/>\n{}</svg>\n",
        canvas.text
    )
}

struct Canvas {
    text: String,
    /// How far it is filled.
    y: u64,
}

impl Canvas {
    fn draw(&mut self, drawn: &Drawn) {
        self.y += 24;
        self.words(16, "name", &drawn.name);
        self.y += LINE;
        self.words(16, "dim", &summary(drawn));
        let pictures = pictures(drawn);
        if !pictures.is_empty() {
            self.numbers();
        }
        for rows in &pictures {
            for row in rows {
                self.row(row);
            }
            self.y += LINE / 2;
        }
        if let Some(body) = &drawn.body {
            self.y += LINE;
            self.facts("offset", "size", "dim");
            self.table(body, 0);
        }
        self.y += LINE;
    }

    fn numbers(&mut self) {
        self.y += LINE + 6;
        for byte in 0..8 {
            self.words(LEFT + (8 * byte + 4) * BIT, "dim middle", &byte.to_string());
        }
        self.y += 6;
    }

    fn row(&mut self, row: &Row<'_>) {
        match row {
            Row::Bytes { offset, segments } => {
                for segment in segments {
                    self.segment(segment);
                }
                self.y += ROW / 2 + 4;
                self.words(LEFT - 10, "dim end", &offset.to_string());
                self.y += ROW / 2 - 4;
            }
            Row::LeftOut { bytes, area } => {
                let name = area.member.map_or("padding".into(), Placed::label);
                self.cell(LEFT, 64 * BIT, area);
                self.y += ROW / 2 + 4;
                let words = format!("⋮  {} of {}  ⋮", bits_in_words(8 * bytes), shortened(&name, 30));
                self.words(LEFT + 32 * BIT, "dim middle", &words);
                self.y += ROW / 2 - 4;
            }
        }
    }

    fn segment(&mut self, segment: &Segment<'_>) {
        let (x, width) = (LEFT + segment.start * BIT, (segment.end - segment.start) * BIT);
        self.cell(x, width, &segment.area);
        let Some(member) = segment.area.member.filter(|_| segment.labelled) else { return };
        let label = label(member, ((width - 3) * 100 / CHARACTER) as usize);
        let top = self.y;
        self.y += ROW / 2 + 4;
        self.words(x + if width == BIT { 2 } else { 4 }, "", &label);
        self.y = top;
    }

    /// A box with the whole truth under the pointer.
    fn cell(&mut self, x: u64, width: u64, area: &Area<'_>) {
        let title = match area.member {
            Some(member) => format!("{}, {}", member.full, bits_in_words(member.bits())),
            None => format!("{} of padding", bits_in_words(area.end - area.start)),
        };
        let _ = writeln!(
            self.text,
            "<rect x=\"{x}\" y=\"{}\" width=\"{width}\" height=\"{ROW}\" fill=\"{}\" stroke=\"#fff\" stroke-width=\"1.5\">\
             <title>{}</title></rect>",
            self.y,
            colour(area),
            escaped(&title)
        );
    }

    fn table(&mut self, body: &Body, level: u64) {
        for part in &body.parts {
            self.y += LINE;
            match part {
                Part::Member(member) => self.member(member, level),
                Part::Padding(padding) => self.padding(*padding, level),
            }
        }
    }

    fn member(&mut self, member: &Placed, level: u64) {
        let (bits, size) = match member.bit_width {
            Some(bits) => (true, format!(":{bits}")),
            None => (false, member.layout.size.to_string()),
        };
        self.facts(&place(member.bit_offset, bits), &size, "");
        let x = LEFT + 116 + 16 * level;
        let room = (WIDTH.saturating_sub(x) * 100 / CHARACTER) as usize;
        self.words(x, "", &shortened(&member.declaration, room));
        if let Some(body) = &member.body {
            self.table(body, level + 1);
        }
    }

    fn padding(&mut self, padding: Padding, level: u64) {
        let offset = place(padding.bit_offset, !padding.bit_offset.is_multiple_of(8));
        self.facts(&offset, "", "padding");
        let words = format!("{} of padding", bits_in_words(padding.bits));
        self.words(LEFT + 116 + 16 * level, "padding", &words);
    }

    fn facts(&mut self, offset: &str, size: &str, class: &str) {
        let class = format!("{class} end");
        self.words(LEFT + 36, class.trim(), offset);
        self.words(LEFT + 92, class.trim(), size);
    }

    fn words(&mut self, x: u64, class: &str, words: &str) {
        let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
        let _ = writeln!(self.text, "<text x=\"{x}\" y=\"{}\"{class}>{}</text>", self.y, escaped(words));
    }
}

fn colour(area: &Area<'_>) -> &'static str {
    match area.member {
        Some(member) if member.name.is_none() && member.bit_width.is_some() => UNNAMED,
        Some(_) => COLOURS[area.index % COLOURS.len()],
        None => HATCHED,
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
