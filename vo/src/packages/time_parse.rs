//! Package time: text as times, by layouts. The rules are those of Go's format.go.

use vo_ffi::prelude::*;

use super::time::{MONTHS, WEEKDAYS};
use super::time_layout::{Element, Pad, next_element};

/// What the script gets: numbers, the zone's name, the elements of layout and text that do not fit, why, and whether
/// they fit.
type Parsed = (Vec<i64>, String, String, String, String, bool);

#[vo_extern("time.parse")]
fn parse(layout: VoString, value: VoString) -> Parsed {
    let mut parser = Parser { time: Fields::default(), value: value.as_bytes() };
    match parser.parse(layout.as_bytes()) {
        Ok(()) => {
            (parser.time.numbers(), parser.time.zone, String::new(), String::new(), String::new(), true)
        }
        Err(Unfit { layout, value, message }) => (Vec::new(), String::new(), layout, value, message, false),
    }
}

struct Unfit {
    layout: String,
    value: String,
    message: String,
}

/// Why an element cannot be read.
enum Wrong {
    Syntax,
    Range(&'static str),
}

#[derive(Default)]
struct Fields {
    year: i64,
    month: Option<i64>,
    day: Option<i64>,
    year_day: Option<i64>,
    hour: i64,
    minute: i64,
    second: i64,
    nsec: i64,
    pm: Option<bool>,
    offset: Option<i64>,
    utc: bool,
    zone: String,
}

struct Parser<'a> {
    time: Fields,
    value: &'a [u8],
}

impl Parser<'_> {
    fn parse(&mut self, mut layout: &[u8]) -> Result<(), Unfit> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        loop {
            let found = next_element(layout);
            let literal = found.map_or(layout, |(before, ..)| before);
            if !self.skip(literal) {
                return Err(Unfit { layout: text(literal), value: text(self.value), message: String::new() });
            }
            let Some((_, element, written, rest)) = found else {
                if !self.value.is_empty() {
                    let message = format!(": extra text: {}", super::time::quoted(self.value));
                    return Err(Unfit { layout: String::new(), value: text(self.value), message });
                }
                break;
            };
            let held = self.value;
            match self.element(element, rest) {
                Ok(()) => layout = rest,
                Err(Wrong::Range(what)) => {
                    let message = format!(": {what} out of range");
                    return Err(Unfit { layout: text(written), value: text(self.value), message });
                }
                Err(Wrong::Syntax) => {
                    return Err(Unfit { layout: text(written), value: text(held), message: String::new() });
                }
            }
        }
        self.time.complete().map_err(|what| Unfit {
            layout: String::new(),
            value: text(self.value),
            message: format!(": {what} out of range"),
        })
    }

    /// Passes literal text; a space stands for any number of them.
    fn skip(&mut self, mut literal: &[u8]) -> bool {
        let spaces = |bytes: &[u8]| bytes.iter().take_while(|&&byte| byte == b' ').count();
        while let Some(&byte) = literal.first() {
            if byte == b' ' {
                if self.value.first().is_some_and(|&first| first != b' ') {
                    return false;
                }
                literal = &literal[spaces(literal)..];
                self.value = &self.value[spaces(self.value)..];
                continue;
            }
            if self.value.first() != Some(&byte) {
                return false;
            }
            (literal, self.value) = (&literal[1..], &self.value[1..]);
        }
        true
    }

    fn element(&mut self, element: Element, rest: &[u8]) -> Result<(), Wrong> {
        let in_range =
            |value: i64, most: i64, what| if value > most { Err(Wrong::Range(what)) } else { Ok(value) };
        match element {
            Element::Year => {
                let year = self.digits(2)?;
                self.time.year = year + if year >= 69 { 1900 } else { 2000 };
            }
            Element::LongYear => self.time.year = self.digits(4)?,
            Element::Month => self.time.month = Some(self.name(&MONTHS, 3)? + 1),
            Element::LongMonth => self.time.month = Some(self.name(&MONTHS, usize::MAX)? + 1),
            Element::NumMonth { zero } => {
                let month = self.up_to_two(zero)?;
                self.time.month = Some(month);
                if !(1..=12).contains(&month) {
                    return Err(Wrong::Range("month"));
                }
            }
            Element::Weekday => drop(self.name(&WEEKDAYS, 3)?),
            Element::LongWeekday => drop(self.name(&WEEKDAYS, usize::MAX)?),
            Element::Day { pad } => {
                if pad == Pad::Space && self.value.first() == Some(&b' ') {
                    self.value = &self.value[1..];
                }
                self.time.day = Some(self.up_to_two(pad == Pad::Zero)?);
            }
            Element::YearDay { pad } => {
                for _ in 0..2 {
                    if pad == Pad::Space && self.value.first() == Some(&b' ') {
                        self.value = &self.value[1..];
                    }
                }
                self.time.year_day = Some(match pad {
                    Pad::Zero => self.digits(3)?,
                    _ => self.number(3)?,
                });
            }
            Element::Hour => self.time.hour = in_range(self.up_to_two(false)?, 23, "hour")?,
            Element::Hour12 { zero } => self.time.hour = in_range(self.up_to_two(zero)?, 12, "hour")?,
            Element::Minute { zero } => self.time.minute = in_range(self.up_to_two(zero)?, 59, "minute")?,
            Element::Second { zero } => {
                self.time.second = in_range(self.up_to_two(zero)?, 59, "second")?;
                self.fraction_without_element(rest)?;
            }
            Element::UpperPm => self.half("PM", "AM")?,
            Element::LowerPm => self.half("pm", "am")?,
            Element::Offset { z, colon, parts } => self.offset(z, colon, parts)?,
            Element::ZoneName => self.zone_name()?,
            Element::Fraction { digits, keep_zeros: true } => {
                let (point, text) = self.take(1 + digits).ok_or(Wrong::Syntax)?.split_at(1);
                self.time.nsec = nanos(point, text)?;
            }
            Element::Fraction { .. } => self.any_fraction()?,
        }
        Ok(())
    }

    fn take(&mut self, count: usize) -> Option<&[u8]> {
        let (taken, rest) = self.value.split_at_checked(count)?;
        self.value = rest;
        Some(taken)
    }

    /// Exactly so many digits.
    fn digits(&mut self, count: usize) -> Result<i64, Wrong> {
        let text = self.value.get(..count).ok_or(Wrong::Syntax)?;
        if !text.iter().all(u8::is_ascii_digit) {
            return Err(Wrong::Syntax);
        }
        self.number(count)
    }

    /// One digit or two.
    fn up_to_two(&mut self, both: bool) -> Result<i64, Wrong> {
        if both { self.digits(2) } else { self.number(2) }
    }

    /// At least one digit, and at most so many.
    fn number(&mut self, most: usize) -> Result<i64, Wrong> {
        let count = self.value.iter().take(most).take_while(|byte| byte.is_ascii_digit()).count();
        let number = self.value[..count].iter().fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'));
        self.value = &self.value[count..];
        if count == 0 { Err(Wrong::Syntax) } else { Ok(number) }
    }

    /// Which of the names is next, in upper or lower case, cut after so many letters.
    fn name(&mut self, names: &[&str], letters: usize) -> Result<i64, Wrong> {
        let short = |name: &str| name[..name.len().min(letters)].to_string();
        let fits = |name: &&str| {
            self.value
                .get(..short(name).len())
                .is_some_and(|text| text.eq_ignore_ascii_case(short(name).as_bytes()))
        };
        let index = names.iter().position(fits).ok_or(Wrong::Syntax)?;
        self.value = &self.value[short(names[index]).len()..];
        Ok(index as i64)
    }

    fn half(&mut self, pm: &str, am: &str) -> Result<(), Wrong> {
        let text = self.take(2).ok_or(Wrong::Syntax)?;
        let is_pm = text == pm.as_bytes();
        if !is_pm && text != am.as_bytes() {
            return Err(Wrong::Syntax);
        }
        self.time.pm = Some(is_pm);
        Ok(())
    }

    /// A fraction of a second may be there without being in the layout.
    fn fraction_without_element(&mut self, rest: &[u8]) -> Result<(), Wrong> {
        let is_fraction = matches!(self.value, [b'.' | b',', digit, ..] if digit.is_ascii_digit());
        let expected =
            next_element(rest).is_some_and(|(_, element, ..)| matches!(element, Element::Fraction { .. }));
        if is_fraction && !expected { self.any_fraction() } else { Ok(()) }
    }

    fn any_fraction(&mut self) -> Result<(), Wrong> {
        if !matches!(self.value, [b'.' | b',', digit, ..] if digit.is_ascii_digit()) {
            return Ok(());
        }
        let digits = self.value[1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (point, text) = self.take(1 + digits).ok_or(Wrong::Syntax)?.split_at(1);
        self.time.nsec = nanos(point, text)?;
        Ok(())
    }

    fn offset(&mut self, z: bool, colon: bool, parts: u8) -> Result<(), Wrong> {
        if z && self.value.first() == Some(&b'Z') {
            self.value = &self.value[1..];
            self.time.utc = true;
            return Ok(());
        }
        let negative = match self.take(1).ok_or(Wrong::Syntax)?[0] {
            b'-' => true,
            b'+' => false,
            _ => return Err(Wrong::Syntax),
        };
        let mut seconds = 0;
        for (index, unit) in [3600, 60, 1].into_iter().enumerate().take(parts.into()) {
            if colon && index > 0 && self.take(1).is_none_or(|byte| byte != b":") {
                return Err(Wrong::Syntax);
            }
            let part = self.digits(2)?;
            let (most, what) =
                if index == 0 { (24, "time zone offset hour") } else { (60, "time zone offset minute") };
            if part > most {
                return Err(Wrong::Range(what));
            }
            seconds += part * unit;
        }
        self.time.offset = Some(if negative { -seconds } else { seconds });
        Ok(())
    }

    /// `CET`, `GMT+3`, `+03`
    fn zone_name(&mut self) -> Result<(), Wrong> {
        if self.value.starts_with(b"UTC") {
            self.value = &self.value[3..];
            self.time.utc = true;
            return Ok(());
        }
        let len = zone_len(self.value).ok_or(Wrong::Syntax)?;
        self.time.zone = String::from_utf8_lossy(&self.value[..len]).into_owned();
        self.value = &self.value[len..];
        Ok(())
    }
}

fn nanos(point: &[u8], digits: &[u8]) -> Result<i64, Wrong> {
    if !matches!(point, [b'.' | b',']) || !digits.iter().all(u8::is_ascii_digit) {
        return Err(Wrong::Syntax);
    }
    let padded = digits.iter().copied().chain(std::iter::repeat(b'0')).take(9);
    Ok(padded.fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0')))
}

/// How long the name of a zone is.
fn zone_len(value: &[u8]) -> Option<usize> {
    if value.starts_with(b"ChST") || value.starts_with(b"MeST") {
        return Some(4);
    }
    if value.starts_with(b"GMT") {
        return Some(3 + signed_hour(&value[3..]).unwrap_or(0));
    }
    if matches!(value.first(), Some(b'+' | b'-')) {
        return signed_hour(value);
    }
    let upper = value.iter().take(6).take_while(|byte| byte.is_ascii_uppercase()).count();
    match upper {
        3 => Some(3),
        4 if value[3] == b'T' || value.starts_with(b"WITA") => Some(4),
        5 if value[4] == b'T' => Some(5),
        _ => None,
    }
}

/// How long an offset in hours is, from -23 to +23.
fn signed_hour(value: &[u8]) -> Option<usize> {
    let digits = match value.first()? {
        b'+' | b'-' => value[1..].iter().take_while(|byte| byte.is_ascii_digit()).count(),
        _ => return None,
    };
    let hours: i64 = std::str::from_utf8(&value[1..=digits]).ok()?.parse().ok()?;
    (hours < 24).then_some(digits + 1)
}

impl Fields {
    /// Puts together what several elements say, and looks whether there is such a day.
    fn complete(&mut self) -> Result<(), &'static str> {
        match self.pm {
            Some(true) if self.hour < 12 => self.hour += 12,
            Some(false) if self.hour == 12 => self.hour = 0,
            _ => {}
        }
        let leap = self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0);
        let lengths = [31, 28 + i64::from(leap), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        if let Some(year_day) = self.year_day {
            if year_day < 1 || year_day > 365 + i64::from(leap) {
                return Err("day-of-year");
            }
            let (mut month, mut day) = (1, year_day);
            while day > lengths[month - 1] {
                day -= lengths[month - 1];
                month += 1;
            }
            if self.month.is_some_and(|given| given != month as i64) {
                return Err("day-of-year does not match month: day-of-year");
            }
            if self.day.is_some_and(|given| given != day) {
                return Err("day-of-year does not match day: day-of-year");
            }
            (self.month, self.day) = (Some(month as i64), Some(day));
        }
        let month = self.month.unwrap_or(1);
        let day = self.day.unwrap_or(1);
        if day < 1 || day > lengths[month as usize - 1] {
            return Err("day");
        }
        Ok(())
    }

    /// As time_format.vo knows them.
    fn numbers(&self) -> Vec<i64> {
        let (month, day) = (self.month.unwrap_or(1), self.day.unwrap_or(1));
        let hours = self.zone.strip_prefix("GMT").and_then(|hours| hours.parse::<i64>().ok());
        let offset = self.offset.or(hours.map(|hours| hours * 3600)).unwrap_or(0);
        let (has_offset, utc) = (self.offset.is_some(), self.utc);
        vec![
            self.year,
            month,
            day,
            self.hour,
            self.minute,
            self.second,
            self.nsec,
            offset,
            has_offset.into(),
            utc.into(),
        ]
    }
}
