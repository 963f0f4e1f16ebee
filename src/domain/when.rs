//! Dates and times in words (`today`, `+3d`, `fri 14:30`), made exact in a zone; nothing else is
//! read, and no exact value is changed.

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::Offset;
use jiff::{Span, Zoned};

pub mod calendar;
pub mod span;

/// What a column of days or times holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A day.
    Date,
    /// A time of day.
    Time,
    /// A time of day with an offset.
    ZonedTime,
    /// A day and time without a zone.
    Timestamp,
    /// An instant.
    ZonedTimestamp,
}

impl Kind {
    /// Returns what a base type of the catalog holds; nothing for others.
    pub fn of(base: &str) -> Option<Self> {
        Some(match base {
            "date" => Self::Date,
            "time" => Self::Time,
            "timetz" => Self::ZonedTime,
            "timestamp" => Self::Timestamp,
            "timestamptz" => Self::ZonedTimestamp,
            _ => return None,
        })
    }
}

/// What words mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// The exact value, as PostgreSQL writes it.
    pub value: String,
    /// The same for a person, with the day of the week, and with the zone where one matters.
    pub told: String,
}

/// Reads words as of a moment in the person's zone; nothing where they are no words of ours.
pub fn meaning(text: &str, kind: Kind, now: &Zoned) -> Option<Meaning> {
    let text = text.trim().to_lowercase();
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let moment = match words.as_slice() {
        [day] => read(day, kind, now).or_else(|| from_date(day, kind, now))?,
        [day, clock] if matches!(kind, Kind::Timestamp | Kind::ZonedTimestamp) => {
            let date = read(day, Kind::Date, now)?.date();
            at(date, clock_time(clock)?, now)?
        }
        _ => return None,
    };
    (moment.year() > 0).then(|| exact(&moment, kind))
}

/// Tells an instant as PostgreSQL writes it in the person's zone; nothing for what is none.
pub fn local(text: &str, zone: &jiff::tz::TimeZone) -> Option<String> {
    let (clock, zoned) = match text.trim().split_once(' ') {
        Some((date, time)) => {
            let date: Date = date.parse().ok()?;
            let (time, offset) = match time.find(['+', '-']) {
                Some(sign) => (&time[..sign], Some(offset(&time[sign..])?)),
                None => (time, None),
            };
            (date.to_datetime(clock_time(time)?), offset)
        }
        None => return None,
    };
    let utc = zoned.unwrap_or(Offset::UTC).to_timestamp(clock).ok()?;
    let told = exact(&utc.to_zoned(zone.clone()), Kind::ZonedTimestamp).told;
    Some(match zoned {
        Some(_) => told,
        None => format!("without a zone it is read as UTC: {told}"),
    })
}

fn read(word: &str, kind: Kind, now: &Zoned) -> Option<Zoned> {
    let is_day = !matches!(kind, Kind::Time | Kind::ZonedTime);
    let days = |days: i64| {
        let date = now.date().checked_add(Span::new().try_days(days).ok()?);
        at(date.ok()?, Time::midnight(), now)
    };
    match word {
        "now" => Some(now.clone()),
        "today" if is_day => days(0),
        "tomorrow" if is_day => days(1),
        "yesterday" if is_day => days(-1),
        _ => match weekday(word).filter(|_| is_day) {
            Some(day) => {
                let ahead = now.date().weekday().until(day);
                days(if ahead == 0 { 7 } else { ahead.into() })
            }
            None => now.checked_add(shift(word, kind)?).ok(),
        },
    }
}

/// Reads `2026-03-02+3d`: days counted from the one that stands there.
fn from_date(word: &str, kind: Kind, now: &Zoned) -> Option<Zoned> {
    let (date, rest) = word.split_at_checked(10).filter(|_| kind == Kind::Date)?;
    let date: Date = date.parse().ok()?;
    at(
        date.checked_add(shift(rest, kind)?).ok()?,
        Time::midnight(),
        now,
    )
}

/// Reads `+3d`, `-2w`, `+1m`, `+1y`, and hours and minutes where times are held.
fn shift(word: &str, kind: Kind) -> Option<Span> {
    let (negative, rest) = match (word.strip_prefix('+'), word.strip_prefix('-')) {
        (Some(rest), _) => (false, rest),
        (_, Some(rest)) => (true, rest),
        _ => return None,
    };
    let end = rest.find(|sign: char| !sign.is_ascii_digit())?;
    let number: i64 = rest[..end].parse().ok()?;
    let number = if negative { -number } else { number };
    let (days, times) = match kind {
        Kind::Date => (true, false),
        Kind::Time | Kind::ZonedTime => (false, true),
        Kind::Timestamp | Kind::ZonedTimestamp => (true, true),
    };
    let span = Span::new();
    match &rest[end..] {
        "d" | "day" | "days" if days => span.try_days(number),
        "w" | "week" | "weeks" if days => span.try_weeks(number),
        "m" | "mon" | "month" | "months" if days => span.try_months(number),
        "y" | "year" | "years" if days => span.try_years(number),
        "h" | "hour" | "hours" if times => span.try_hours(number),
        "min" | "minute" | "minutes" if times => span.try_minutes(number),
        "m" if times => span.try_minutes(number),
        _ => return None,
    }
    .ok()
}

fn weekday(word: &str) -> Option<Weekday> {
    let names = [
        ("monday", Weekday::Monday),
        ("tuesday", Weekday::Tuesday),
        ("wednesday", Weekday::Wednesday),
        ("thursday", Weekday::Thursday),
        ("friday", Weekday::Friday),
        ("saturday", Weekday::Saturday),
        ("sunday", Weekday::Sunday),
    ];
    let fits = |(name, _): &&(&str, Weekday)| word.len() >= 3 && name.starts_with(word);
    names.iter().find(fits).map(|(_, day)| *day)
}

/// Reads `14:30`, `8:05:30` and fractions of a second.
fn clock_time(text: &str) -> Option<Time> {
    let (clock, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut parts = clock.split(':');
    let mut number = |longest: usize| {
        let part = parts.next()?;
        let digits = part.len() <= longest && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse::<i8>().ok().filter(|_| digits)
    };
    let (hour, minute) = (number(2)?, number(2)?);
    let second = match clock.matches(':').count() {
        1 => 0,
        _ => number(2)?,
    };
    if parts.next().is_some() || fraction.len() > 9 {
        return None;
    }
    let nanosecond = match fraction.is_empty() {
        true => 0,
        false => format!("{fraction:0<9}").parse().ok()?,
    };
    Time::new(hour, minute, second, nanosecond).ok()
}

/// Reads `+01`, `-03:30`.
fn offset(text: &str) -> Option<Offset> {
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let mut parts = text[1..].split(':').map(|part| part.parse::<i32>().ok());
    let hours = parts.next()??;
    let minutes = parts.next().unwrap_or(Some(0))?;
    let seconds = parts.next().unwrap_or(Some(0))?;
    Offset::from_seconds(sign * (hours * 3600 + minutes * 60 + seconds)).ok()
}

fn at(date: Date, time: Time, now: &Zoned) -> Option<Zoned> {
    let moment = date.to_datetime(time).to_zoned(now.time_zone().clone());
    moment.ok()
}

/// Writes a moment as PostgreSQL would under ISO dates and UTC, and as a person reads it.
fn exact(moment: &Zoned, kind: Kind) -> Meaning {
    let written = |format: &str| moment.strftime(format).to_string();
    let zone = || {
        let name = moment.time_zone().iana_name().unwrap_or_default();
        written(&format!("%:z {name}")).trim_end().to_owned()
    };
    let (value, told) = match kind {
        Kind::Date => (written("%Y-%m-%d"), written("%A %Y-%m-%d")),
        Kind::Time => (written("%H:%M:%S"), written("%H:%M:%S")),
        Kind::ZonedTime => {
            let value = written("%H:%M:%S%:z");
            (
                value.trim_end_matches(":00").to_owned(),
                format!("{} {}", written("%H:%M:%S"), zone()),
            )
        }
        Kind::Timestamp => (
            written("%Y-%m-%d %H:%M:%S"),
            written("%A %Y-%m-%d %H:%M:%S, without a zone"),
        ),
        Kind::ZonedTimestamp => {
            let utc = moment.timestamp().to_zoned(jiff::tz::TimeZone::UTC);
            (
                utc.strftime("%Y-%m-%d %H:%M:%S+00").to_string(),
                format!("{} {}", written("%A %Y-%m-%d %H:%M:%S"), zone()),
            )
        }
    };
    Meaning { value, told }
}

#[cfg(test)]
mod tests;
