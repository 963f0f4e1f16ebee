//! Days for a calendar: which day a value stands on, how a month lies in weeks, and the same value
//! on another day. The time of day stays; nothing here knows a clock or a screen.

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::{Offset, TimeZone};

use super::{Kind, Meaning, clock_time, offset};

/// A week of a month from Monday on; days of other months are left out.
pub type Week = [Option<Date>; 7];

/// A way from one day to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// So many days on, or back.
    Days(i32),
    /// So many months on, or back: the same day, or the last one that the month has.
    Months(i32),
}

/// Whether values of a kind have a day.
pub fn has_days(kind: Kind) -> bool {
    matches!(kind, Kind::Date | Kind::Timestamp | Kind::ZonedTimestamp)
}

/// Returns the day that a value stands on; of an instant, the one in the zone. Nothing for what is
/// no day of the years 0001 to 9999: infinity, years before Christ.
pub fn day_of(text: &str, kind: Kind, zone: &TimeZone) -> Option<Date> {
    Some(read(text, kind, zone)?.date())
}

/// Returns the day a step away; nothing where that is none of the years 0001 to 9999.
pub fn stepped(day: Date, step: Step) -> Option<Date> {
    let there = match step {
        Step::Days(days) => day.checked_add(days.days()),
        Step::Months(months) => day.checked_add(months.months()),
    };
    there.ok().filter(|there| there.year() > 0)
}

/// Returns the weeks of the month that a day is in.
pub fn month(day: Date) -> Vec<Week> {
    let first = day.first_of_month();
    let before = usize::try_from(Weekday::Monday.until(first.weekday())).unwrap_or(0);
    let mut weeks = vec![Week::default()];
    let mut place = before;
    for number in 1..=day.days_in_month() {
        if place == 7 {
            weeks.push(Week::default());
            place = 0;
        }
        if let Some(week) = weeks.last_mut() {
            week[place] = Date::new(day.year(), day.month(), number).ok();
        }
        place += 1;
    }
    weeks
}

/// Returns a value on another day, at the time of day that it has: midnight where it is empty.
/// Nothing where the value cannot be read, or the day has no such instant.
pub fn on_day(text: &str, kind: Kind, day: Date, zone: &TimeZone) -> Option<Meaning> {
    let time = match text.trim().is_empty() {
        true => Time::midnight(),
        false => read(text, kind, zone)?.time(),
    };
    let there = day.to_datetime(time);
    match kind {
        Kind::Date => Some(Meaning {
            value: written(there, "%Y-%m-%d"),
            told: written(there, "%A %Y-%m-%d"),
        }),
        Kind::Timestamp => Some(Meaning {
            value: written(there, "%Y-%m-%d %H:%M:%S%.f"),
            told: format!(
                "{}, without a zone",
                written(there, "%A %Y-%m-%d %H:%M:%S%.f")
            ),
        }),
        Kind::ZonedTimestamp => instant(there, zone),
        Kind::Time | Kind::ZonedTime => None,
    }
}

/// Writes an instant with the offset that the zone has then, so that the day in the field is the day
/// that was chosen.
fn instant(there: DateTime, zone: &TimeZone) -> Option<Meaning> {
    let moment = there.to_zoned(zone.clone()).ok()?;
    if moment.date() != there.date() {
        return None;
    }
    let at = moment.strftime("%H:%M:%S%.f");
    let offset = moment.strftime("%::z").to_string();
    let name = zone.iana_name().unwrap_or_default();
    let told = format!(
        "{} {at} {} {name}",
        moment.strftime("%A %Y-%m-%d"),
        moment.strftime("%:z")
    );
    let mut told = told.trim_end().to_owned();
    if moment.time() != there.time() {
        // Clocks are put forward over it.
        let missing = written(there, "%H:%M:%S%.f");
        told.push_str(&format!("; that day has no {missing}"));
    }
    Some(Meaning {
        value: format!(
            "{} {at}{}",
            moment.strftime("%Y-%m-%d"),
            offset.trim_end_matches(":00")
        ),
        told,
    })
}

fn written(there: DateTime, format: &str) -> String {
    there.strftime(format).to_string()
}

/// Reads a value as PostgreSQL writes it, or as it may be typed: `2026-03-02`, `2026-03-02 14:30`.
fn read(text: &str, kind: Kind, zone: &TimeZone) -> Option<DateTime> {
    let text = text.trim();
    let (date, rest) = text.split_at_checked(10)?;
    let shaped = date.bytes().enumerate().all(|(at, byte)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    let date: Date = date.parse().ok().filter(|_| shaped)?;
    if date.year() <= 0 {
        return None;
    }
    let clock = match rest.strip_prefix([' ', 'T', 't']) {
        Some(clock) => clock,
        None if rest.is_empty() => "00:00",
        None => return None,
    };
    match kind {
        Kind::Date => rest.is_empty().then(|| date.to_datetime(Time::midnight())),
        Kind::Timestamp => Some(date.to_datetime(clock_time(clock)?)),
        Kind::ZonedTimestamp => {
            let (clock, offset) = split_offset(clock)?;
            // Without an offset the server reads it as UTC, and so does the line under the field.
            let utc = offset.to_timestamp(date.to_datetime(clock_time(clock)?));
            let there = utc.ok()?.to_zoned(zone.clone()).datetime();
            (there.year() > 0).then_some(there)
        }
        Kind::Time | Kind::ZonedTime => None,
    }
}

fn split_offset(clock: &str) -> Option<(&str, Offset)> {
    if let Some(clock) = clock.strip_suffix(['Z', 'z']) {
        return Some((clock, Offset::UTC));
    }
    match clock.find(['+', '-']) {
        Some(sign) => Some((&clock[..sign], offset(&clock[sign..])?)),
        None => Some((clock, Offset::UTC)),
    }
}

#[cfg(test)]
mod tests;
