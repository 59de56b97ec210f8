//! Package time: times as text, by layouts. The rules are those of Go's format.go.

use vo_ffi::prelude::*;

use super::time::{MONTHS, WEEKDAYS, civil};

/// A part of a layout that stands for a part of a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Element {
    LongMonth,
    Month,
    NumMonth {
        zero: bool,
    },
    LongWeekday,
    Weekday,
    Day {
        pad: Pad,
    },
    YearDay {
        pad: Pad,
    },
    Hour,
    Hour12 {
        zero: bool,
    },
    Minute {
        zero: bool,
    },
    Second {
        zero: bool,
    },
    LongYear,
    Year,
    UpperPm,
    LowerPm,
    ZoneName,
    /// `-0700` and its kin; with `z`, UTC is written as Z.
    Offset {
        z: bool,
        colon: bool,
        parts: u8,
    },
    /// `.000`, or `.999` without trailing zeros.
    Fraction {
        digits: usize,
        keep_zeros: bool,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pad {
    None,
    Space,
    Zero,
}

/// What is before an element, the element, how it is written, and what is behind it.
pub(super) type Around<'a> = (&'a [u8], Element, &'a [u8], &'a [u8]);

/// The first element of a layout.
pub(super) fn next_element(layout: &[u8]) -> Option<Around<'_>> {
    (0..layout.len()).find_map(|at| {
        let (element, skip, len) = element_at(layout, at)?;
        let (start, end) = (at + skip, at + skip + len);
        Some((&layout[..start], element, &layout[start..end], &layout[end..]))
    })
}

/// The element that begins here, how much literal text is before it, and its length.
fn element_at(layout: &[u8], at: usize) -> Option<(Element, usize, usize)> {
    const FIXED: &[(&[u8], Element)] = &[
        (b"January", Element::LongMonth),
        (b"Monday", Element::LongWeekday),
        (b"MST", Element::ZoneName),
        (b"01", Element::NumMonth { zero: true }),
        (b"002", Element::YearDay { pad: Pad::Zero }),
        (b"02", Element::Day { pad: Pad::Zero }),
        (b"03", Element::Hour12 { zero: true }),
        (b"04", Element::Minute { zero: true }),
        (b"05", Element::Second { zero: true }),
        (b"06", Element::Year),
        (b"15", Element::Hour),
        (b"1", Element::NumMonth { zero: false }),
        (b"2006", Element::LongYear),
        (b"2", Element::Day { pad: Pad::None }),
        (b"__2", Element::YearDay { pad: Pad::Space }),
        (b"3", Element::Hour12 { zero: false }),
        (b"4", Element::Minute { zero: false }),
        (b"5", Element::Second { zero: false }),
        (b"PM", Element::UpperPm),
        (b"pm", Element::LowerPm),
        (b"-070000", Element::Offset { z: false, colon: false, parts: 3 }),
        (b"-07:00:00", Element::Offset { z: false, colon: true, parts: 3 }),
        (b"-0700", Element::Offset { z: false, colon: false, parts: 2 }),
        (b"-07:00", Element::Offset { z: false, colon: true, parts: 2 }),
        (b"-07", Element::Offset { z: false, colon: false, parts: 1 }),
        (b"Z070000", Element::Offset { z: true, colon: false, parts: 3 }),
        (b"Z07:00:00", Element::Offset { z: true, colon: true, parts: 3 }),
        (b"Z0700", Element::Offset { z: true, colon: false, parts: 2 }),
        (b"Z07:00", Element::Offset { z: true, colon: true, parts: 2 }),
        (b"Z07", Element::Offset { z: true, colon: false, parts: 1 }),
    ];
    let rest = &layout[at..];
    if let Some((text, element)) = FIXED.iter().find(|(text, _)| rest.starts_with(text)) {
        return Some((*element, 0, text.len()));
    }
    let lower_after = rest.get(3).is_some_and(u8::is_ascii_lowercase);
    match rest {
        [b'J', b'a', b'n', ..] if !lower_after => Some((Element::Month, 0, 3)),
        [b'M', b'o', b'n', ..] if !lower_after => Some((Element::Weekday, 0, 3)),
        [b'_', b'2', b'0', b'0', b'6', ..] => Some((Element::LongYear, 1, 4)),
        [b'_', b'2', ..] => Some((Element::Day { pad: Pad::Space }, 0, 2)),
        [b'.' | b',', digit @ (b'0' | b'9'), ..] => {
            let digits = rest[1..].iter().take_while(|byte| *byte == digit).count();
            let ends = !rest.get(1 + digits).is_some_and(u8::is_ascii_digit);
            ends.then_some((Element::Fraction { digits, keep_zeros: *digit == b'0' }, 0, 1 + digits))
        }
        _ => None,
    }
}

#[vo_extern("time.format")]
fn format<'call>(
    ctx: &mut ExternCtx<'call>,
    layout: VoString<'call>,
    second: i64,
    nsec: i64,
    zone: VoString<'call>,
    offset: i64,
) -> VoString<'call> {
    let time = Shown { second, nsec, zone: zone.as_bytes(), offset };
    let (mut out, mut rest) = (Vec::new(), layout.as_bytes());
    while let Some((before, element, written, after)) = next_element(rest) {
        out.extend_from_slice(before);
        time.append(element, written, &mut out);
        rest = after;
    }
    out.extend_from_slice(rest);
    ctx.new_string(out)
}

/// A time as clocks of a zone show it.
struct Shown<'a> {
    second: i64,
    nsec: i64,
    zone: &'a [u8],
    offset: i64,
}

impl Shown<'_> {
    fn append(&self, element: Element, written: &[u8], out: &mut Vec<u8>) {
        let (year, month, day, year_day) = civil(self.second);
        let of_day = self.second.rem_euclid(86_400);
        let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
        let hour12 = if hour % 12 == 0 { 12 } else { hour % 12 };
        let month_name = MONTHS[month as usize - 1];
        let weekday = WEEKDAYS[(self.second.div_euclid(86_400) + 1).rem_euclid(7) as usize];
        let text = match element {
            Element::LongMonth => month_name.to_string(),
            Element::Month => month_name[..3].to_string(),
            Element::LongWeekday => weekday.to_string(),
            Element::Weekday => weekday[..3].to_string(),
            Element::NumMonth { zero } => number(month, zero),
            Element::Day { pad } => padded(day, pad, 2),
            Element::YearDay { pad } => padded(year_day, pad, 3),
            Element::Hour => number(hour, true),
            Element::Hour12 { zero } => number(hour12, zero),
            Element::Minute { zero } => number(minute, zero),
            Element::Second { zero } => number(second, zero),
            Element::LongYear if year < 0 => format!("-{:04}", -year),
            Element::LongYear => format!("{year:04}"),
            Element::Year => number(year.rem_euclid(100), true),
            Element::UpperPm => if hour >= 12 { "PM" } else { "AM" }.to_string(),
            Element::LowerPm => if hour >= 12 { "pm" } else { "am" }.to_string(),
            Element::ZoneName if self.zone.is_empty() => offset(self.offset, false, 2),
            Element::ZoneName => return out.extend_from_slice(self.zone),
            Element::Offset { z: true, .. } if self.offset == 0 => "Z".to_string(),
            Element::Offset { colon, parts, .. } => offset(self.offset, colon, parts),
            Element::Fraction { digits, keep_zeros } => fraction(self.nsec, written[0], digits, keep_zeros),
        };
        out.extend_from_slice(text.as_bytes());
    }
}

fn number(value: i64, zero: bool) -> String {
    if zero { format!("{value:02}") } else { value.to_string() }
}

fn padded(value: i64, pad: Pad, width: usize) -> String {
    match pad {
        Pad::None => value.to_string(),
        Pad::Space => format!("{value:width$}"),
        Pad::Zero => format!("{value:0width$}"),
    }
}

/// `+02:00`
fn offset(seconds: i64, colon: bool, parts: u8) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let seconds = seconds.abs();
    let mut text = format!("{sign}{:02}", seconds / 3600);
    for part in [seconds / 60 % 60, seconds % 60].iter().take(usize::from(parts) - 1) {
        if colon {
            text.push(':');
        }
        text += &format!("{part:02}");
    }
    text
}

fn fraction(nsec: i64, point: u8, digits: usize, keep_zeros: bool) -> String {
    let all = format!("{nsec:09}");
    let mut shown: String = all.chars().chain(std::iter::repeat('0')).take(digits).collect();
    if !keep_zeros {
        shown.truncate(shown.trim_end_matches('0').len());
    }
    if shown.is_empty() { shown } else { format!("{}{shown}", char::from(point)) }
}
