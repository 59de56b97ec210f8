//! Package time: clocks, the calendar, zones and durations.

use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tz::TimeZone;
use vo_ffi::append_quoted;
use vo_ffi::prelude::*;

const DAY: i64 = 24 * 60 * 60;

/// Seconds and nanoseconds since 1970, and what the clock says that never goes back, which is not 0.
#[vo_extern("time.clocks")]
fn clocks() -> (i64, i64, i64) {
    let mono = START.elapsed().as_nanos() as i64 + 1;
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => (since.as_secs() as i64, since.subsec_nanos().into(), mono),
        Err(_) => (0, 0, mono),
    }
}

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// ` m=+0.000012`
#[vo_extern("time.monotonicText")]
fn monotonic_text(mono: i64) -> String {
    let nanos = mono.unsigned_abs();
    let sign = if mono < 0 { '-' } else { '+' };
    format!(" m={sign}{}.{:09}", nanos / 1_000_000_000, nanos % 1_000_000_000)
}

/// Sleeps for a while, not longer than a program may take to notice that it shall stop; gives what is left.
#[vo_extern("time.nap")]
fn nap(d: i64) -> i64 {
    const LONGEST: u64 = 10_000_000;
    let start = Instant::now();
    let nanos = u64::try_from(d).unwrap_or(0).min(LONGEST);
    std::thread::sleep(Duration::from_nanos(nanos));
    d.saturating_sub(start.elapsed().as_nanos() as i64)
}

/// Year, month, day and day of the year of a second since the year 1.
#[vo_extern("time.civil")]
fn civil_fields(sec: i64) -> (i64, i64, i64, i64) {
    civil(sec)
}

pub(super) fn civil(sec: i64) -> (i64, i64, i64, i64) {
    // Years that begin in March have their leap day at the end.
    let days = sec.div_euclid(DAY) + 306;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day, sec.div_euclid(DAY) - days_before(year, 1, 1) + 1)
}

/// The days from January 1 of the year 1 to a date.
#[vo_extern("time.daysBefore")]
fn days_before_date(year: i64, month: i64, day: i64) -> i64 {
    days_before(year, month, day)
}

fn days_before(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 306
}

#[vo_extern("time.modulo")]
fn modulo(sec: i64, nsec: i64, d: i64) -> i64 {
    (i128::from(sec) * 1_000_000_000 + i128::from(nsec)).rem_euclid(d.max(1).into()) as i64
}

/// The zones that programs have asked for; the first is that of the system.
static ZONES: LazyLock<Mutex<Vec<TimeZone>>> =
    LazyLock::new(|| Mutex::new(vec![TimeZone::local().unwrap_or_else(|_| TimeZone::utc())]));

fn zones() -> MutexGuard<'static, Vec<TimeZone>> {
    ZONES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The number of a zone, or -1.
#[vo_extern("time.loadZone")]
fn load_zone(name: VoString) -> i64 {
    let name = name.to_str_lossy();
    let is_name = !name.starts_with(['/', '\\']) && !name.split('/').any(|part| part == "..");
    match TimeZone::from_posix_tz(&format!(":{name}")) {
        Ok(zone) if is_name => {
            let mut zones = zones();
            zones.push(zone);
            zones.len() as i64 - 1
        }
        _ => -1,
    }
}

#[vo_extern("time.zoneAt")]
fn zone_at(zone: i64, unix: i64) -> (String, i64) {
    let zones = zones();
    let found = usize::try_from(zone).ok().and_then(|zone| zones.get(zone)?.find_local_time_type(unix).ok());
    match found {
        Some(found) => (found.time_zone_designation().to_string(), found.ut_offset().into()),
        None => ("UTC".into(), 0),
    }
}

pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

pub(super) const WEEKDAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

#[vo_extern("time.Month.String")]
fn month_string(m: i64) -> String {
    let index = usize::try_from(m).ok().and_then(|month| month.checked_sub(1));
    let name = index.and_then(|index| MONTHS.get(index));
    name.map_or_else(|| format!("%!Month({m})"), |name| name.to_string())
}

#[vo_extern("time.Weekday.String")]
fn weekday_string(d: i64) -> String {
    let name = usize::try_from(d).ok().and_then(|day| WEEKDAYS.get(day));
    name.map_or_else(|| format!("%!Weekday({d})"), |name| name.to_string())
}

/// The duration, or what is wrong.
#[vo_extern("time.parseDuration")]
fn parse_duration(s: VoString) -> (i64, String) {
    let text = s.to_str_lossy();
    match duration_of(&text) {
        Ok(nanos) => (nanos, String::new()),
        Err(why) => (0, format!("time: {why} {}", quoted(s.as_bytes()))),
    }
}

fn duration_of(text: &str) -> Result<i64, String> {
    const INVALID: &str = "invalid duration";
    let invalid = || INVALID.to_string();
    let (negative, mut rest) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    if rest == "0" {
        return Ok(0);
    }
    if rest.is_empty() {
        return Err(invalid());
    }
    let most = 1_u64 << 63;
    let mut sum = 0_u64;
    while !rest.is_empty() {
        let digits = |text: &str| text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let mut number = digits(rest);
        if rest[number..].starts_with('.') {
            number += 1 + digits(&rest[number + 1..]);
        }
        let (whole, fraction) = rest[..number].split_once('.').unwrap_or((&rest[..number], ""));
        if whole.is_empty() && fraction.is_empty() {
            return Err(invalid());
        }
        rest = &rest[number..];
        let unit_len = rest.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(rest.len());
        let unit = &rest[..unit_len];
        rest = &rest[unit_len..];
        let scale: u64 = match unit {
            "" => return Err("missing unit in duration".into()),
            "ns" => 1,
            "us" | "µs" | "μs" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            _ => return Err(format!("unknown unit {} in duration", quoted(unit.as_bytes()))),
        };
        let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().map_err(|_| invalid())? };
        let mut value = whole.checked_mul(scale).filter(|&value| value <= most).ok_or_else(invalid)?;
        if !fraction.is_empty() {
            // As in Go, digits that do not change the result are left out.
            let kept = &fraction[..fraction.len().min(18)];
            let part: u64 = kept.parse().map_err(|_| invalid())?;
            value += (part as f64 * (scale as f64 / 10_f64.powi(kept.len() as i32))) as u64;
        }
        sum = sum.checked_add(value).filter(|&sum| sum <= most).ok_or_else(invalid)?;
    }
    match (negative, sum == most) {
        (true, _) => Ok((sum as i64).wrapping_neg()),
        (false, true) => Err(invalid()),
        (false, false) => Ok(sum as i64),
    }
}

pub(super) fn quoted(text: &[u8]) -> String {
    let mut out = Vec::new();
    append_quoted(&mut out, text, true);
    String::from_utf8_lossy(&out).into_owned()
}

#[vo_extern("time.quote")]
fn quote(s: VoString) -> String {
    quoted(s.as_bytes())
}

#[vo_extern("time.Duration.String")]
fn duration_string(duration: i64) -> String {
    let nanos = duration.unsigned_abs();
    let sign = if duration < 0 { "-" } else { "" };
    let text = match nanos {
        0 => return "0s".into(),
        1..1_000 => format!("{nanos}ns"),
        1_000..1_000_000 => format!("{}µs", decimal(nanos, 1_000)),
        1_000_000..1_000_000_000 => format!("{}ms", decimal(nanos, 1_000_000)),
        _ => {
            let (seconds, rest) = (nanos / 1_000_000_000, nanos % 1_000_000_000);
            let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
            let seconds = decimal(seconds % 60 * 1_000_000_000 + rest, 1_000_000_000);
            match (hours, minutes) {
                (0, 0) => format!("{seconds}s"),
                (0, _) => format!("{minutes}m{seconds}s"),
                _ => format!("{hours}h{minutes}m{seconds}s"),
            }
        }
    };
    format!("{sign}{text}")
}

/// `value / unit`, where unit is a power of ten, without trailing zeros.
fn decimal(value: u64, unit: u64) -> String {
    let (whole, rest) = (value / unit, value % unit);
    let digits = unit.ilog10() as usize;
    let text = format!("{whole}.{rest:0digits$}");
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

#[cfg(test)]
mod tests {
    #[test]
    fn durations_print_as_in_go() {
        let cases = [
            (0, "0s"),
            (1, "1ns"),
            (1_100, "1.1µs"),
            (2_200_000, "2.2ms"),
            (3_300_000_000, "3.3s"),
            (245_000_000_000, "4m5s"),
            (245_001_000_000, "4m5.001s"),
            (18_367_001_000_000, "5h6m7.001s"),
            (-480_000_000_001, "-8m0.000000001s"),
            (i64::MIN, "-2562047h47m16.854775808s"),
        ];
        for (nanos, expected) in cases {
            assert_eq!(super::duration_string(nanos), expected);
        }
    }
}
