//! The bytes of a type in rows of eight: which member has which.

use super::members::{Body, Drawn, Part, Placed};

/// How many bits a row has.
pub(super) const ROW: u64 = 64;

/// Equal rows are left out where there are more in a sequence.
const MOST_EQUAL: u64 = 3;

pub(super) enum Row<'d> {
    /// At most eight bytes, the first of which is at `offset`.
    Bytes { offset: u64, segments: Vec<Segment<'d>> },
    /// So many bytes of one member, or of none.
    LeftOut { bytes: u64, area: Area<'d> },
}

/// A part of a row that has one owner.
#[derive(Clone, Copy)]
pub(super) struct Segment<'d> {
    /// Its bits in the row.
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) area: Area<'d>,
    /// Whether the area's label stands here: in the first row, or in the second where it has more room.
    pub(super) labelled: bool,
}

/// Bits that belong together.
#[derive(Clone, Copy)]
pub(super) struct Area<'d> {
    /// Different for neighbours.
    pub(super) index: usize,
    pub(super) start: u64,
    pub(super) end: u64,
    /// Whose they are; `None` for padding.
    pub(super) member: Option<&'d Placed>,
}

impl Area<'_> {
    fn labelled_in(&self, row: u64) -> bool {
        let first_row = self.start - self.start % ROW;
        let in_first = self.end.min(first_row + ROW) - self.start;
        let in_second = self.end.saturating_sub(first_row + ROW).min(ROW);
        row == if in_first >= in_second { first_row } else { first_row + ROW }
    }
}

impl Row<'_> {
    /// Who has a bit of the row: a number that tells neighbours apart.
    pub(super) fn owner(&self, bit: u64) -> Option<usize> {
        match self {
            Row::LeftOut { area, .. } => Some(area.index),
            Row::Bytes { segments, .. } => {
                let segment = segments.iter().find(|segment| (segment.start..segment.end).contains(&bit));
                segment.map(|segment| segment.area.index)
            }
        }
    }
}

/// The pictures of a type, each its rows: of a struct one, of a union one for each member.
pub(super) fn pictures(drawn: &Drawn) -> Vec<Vec<Row<'_>>> {
    let Some(body) = &drawn.body else { return Vec::new() };
    if !body.union {
        let mut areas = Vec::new();
        collect(body, &mut areas);
        return if areas.is_empty() { Vec::new() } else { vec![rows(&areas)] };
    }
    let whole = 8 * drawn.size;
    let members = body.members().filter(|member| member.bits() > 0);
    let picture = |member| {
        let mut areas = Vec::new();
        collect_member(member, &mut areas);
        let end = areas.last().map_or(0, |area| area.end);
        if end < whole {
            areas.push(Area { index: areas.len(), start: end, end: whole, member: None });
        }
        rows(&areas)
    };
    members.map(picture).collect()
}

fn collect<'d>(body: &'d Body, areas: &mut Vec<Area<'d>>) {
    for part in &body.parts {
        match part {
            Part::Member(member) => collect_member(member, areas),
            Part::Padding(padding) => {
                let (start, end) = (padding.bit_offset, padding.bit_offset + padding.bits);
                areas.push(Area { index: areas.len(), start, end, member: None });
            }
        }
    }
}

fn collect_member<'d>(member: &'d Placed, areas: &mut Vec<Area<'d>>) {
    let end = member.bit_offset + member.bits();
    match &member.body {
        Some(body) if !body.union && member.body_is_whole() => collect(body, areas),
        _ if member.bits() == 0 => {}
        _ => areas.push(Area { index: areas.len(), start: member.bit_offset, end, member: Some(member) }),
    }
}

fn rows<'d>(areas: &[Area<'d>]) -> Vec<Row<'d>> {
    let mut rows = Vec::new();
    let end = areas.last().map_or(0, |area| area.end);
    let (mut at, mut first) = (0, 0);
    while at < end {
        while areas[first].end <= at {
            first += 1;
        }
        let area = areas[first];
        // What is left of the area, less a last row that others may share.
        let whole = (area.end - at) / ROW;
        if at > area.start && whole > MOST_EQUAL {
            let left_out = whole - 1;
            rows.push(Row::LeftOut { bytes: left_out * ROW / 8, area });
            at += left_out * ROW;
            continue;
        }
        rows.push(Row::Bytes { offset: at / 8, segments: segments(&areas[first..], at) });
        at += ROW;
    }
    rows
}

fn segments<'d>(areas: &[Area<'d>], row: u64) -> Vec<Segment<'d>> {
    let in_row = areas.iter().take_while(|area| area.start < row + ROW);
    let segment = |area: &Area<'d>| Segment {
        start: area.start.max(row) - row,
        end: area.end.min(row + ROW) - row,
        area: *area,
        labelled: area.labelled_in(row),
    };
    in_row.map(segment).collect()
}
