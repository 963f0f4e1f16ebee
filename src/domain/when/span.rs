//! Spans of time in words (`today`, `-7d`, `this week`, `last month`, `2026-03`), from their first
//! moment to the first that is not in them any more.

use jiff::civil::{Date, Time, Weekday};
use jiff::{Span as Length, ToSpan, Zoned};

use super::{Kind, at, exact};

/// A span of time, made exact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Its first moment, as PostgreSQL writes it.
    pub from: String,
    /// The first moment after it.
    pub until: String,
    /// The same for a person.
    pub told: String,
}

/// What can be typed, for a line of help.
pub const EXAMPLES: &str = "today, -7d, this week, last month, 2026, 2026-03";

/// Reads words as of a moment in the person's zone; nothing where they are no span of time.
pub fn read(text: &str, kind: Kind, now: &Zoned) -> Option<Span> {
    if matches!(kind, Kind::Time | Kind::ZonedTime) {
        return None;
    }
    let text = text.trim().to_lowercase();
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let (from, until) = match words.as_slice() {
        [word] => days(word, now.date())
            .and_then(|days| moments(days, now))
            .or_else(|| hours(word, kind, now))?,
        [which, unit] => moments(period(which, unit, now.date())?, now)?,
        ["last" | "past", number, unit] => {
            let back = format!("-{number}{unit}");
            days(&back, now.date())
                .and_then(|days| moments(days, now))
                .or_else(|| hours(&back, kind, now))?
        }
        _ => return None,
    };
    if from.year() <= 0 || until <= from {
        return None;
    }
    let (first, last) = (exact(&from, kind), exact(&until, kind));
    let day_before = until.checked_sub(1.second()).ok()?;
    let told = match day_before.date() == from.date() {
        true => format!("{}", from.strftime("%A %Y-%m-%d")),
        false => format!("{} to {}", from.date(), day_before.date()),
    };
    Some(Span {
        from: first.value,
        until: last.value,
        told,
    })
}

/// Days: the first, and the first that is not among them.
type Days = (Date, Date);

fn moments((from, until): Days, now: &Zoned) -> Option<(Zoned, Zoned)> {
    let midnight = |day| at(day, Time::midnight(), now);
    Some((midnight(from)?, midnight(until)?))
}

fn days(word: &str, today: Date) -> Option<Days> {
    let tomorrow = today.tomorrow().ok()?;
    Some(match word {
        "today" => (today, tomorrow),
        "yesterday" => (today.yesterday().ok()?, today),
        "tomorrow" => (tomorrow, tomorrow.tomorrow().ok()?),
        _ => match (word.strip_prefix('-'), word.strip_prefix('+')) {
            // Counted days and today: who asks for -7d wants what came in this morning too.
            (Some(back), _) => (today.checked_sub(length(back)?).ok()?, tomorrow),
            (_, Some(on)) => (today, today.checked_add(length(on)?).ok()?.tomorrow().ok()?),
            _ => written(word)?,
        },
    })
}

/// `7d`, `2w`, `3m`, `1y`.
fn length(text: &str) -> Option<Length> {
    let end = text.find(|sign: char| !sign.is_ascii_digit())?;
    let number: i64 = text[..end].parse().ok()?;
    let none = Length::new();
    match &text[end..] {
        "d" | "day" | "days" => none.try_days(number),
        "w" | "week" | "weeks" => none.try_weeks(number),
        "m" | "mon" | "month" | "months" => none.try_months(number),
        "y" | "year" | "years" => none.try_years(number),
        _ => return None,
    }
    .ok()
}

/// `-2h`, `+30min`: up to now, or from now on.
fn hours(word: &str, kind: Kind, now: &Zoned) -> Option<(Zoned, Zoned)> {
    let (back, rest) = match word.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, word.strip_prefix('+')?),
    };
    let end = rest.find(|sign: char| !sign.is_ascii_digit())?;
    let number: i64 = rest[..end].parse().ok()?;
    let none = Length::new();
    let length = match &rest[end..] {
        "h" | "hour" | "hours" => none.try_hours(number),
        "min" | "minute" | "minutes" => none.try_minutes(number),
        _ => return None,
    };
    let length = length.ok().filter(|_| kind != Kind::Date)?;
    // The second that runs belongs to it.
    match back {
        true => Some((
            now.checked_sub(length).ok()?,
            now.checked_add(1.second()).ok()?,
        )),
        false => Some((now.clone(), now.checked_add(length).ok()?)),
    }
}

/// `2026`, `2026-03`, `2026-03-02`.
fn written(word: &str) -> Option<Days> {
    let parts: Vec<&str> = word.split('-').collect();
    let digits = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !parts.iter().all(digits) || parts[0].len() != 4 {
        return None;
    }
    let year: i16 = parts[0].parse().ok()?;
    let part = |at: usize| parts.get(at).and_then(|part| part.parse::<i8>().ok());
    let (from, length) = match parts.len() {
        1 => (Date::new(year, 1, 1).ok()?, 1.year()),
        2 => (Date::new(year, part(1)?, 1).ok()?, 1.month()),
        3 => (Date::new(year, part(1)?, part(2)?).ok()?, 1.day()),
        _ => return None,
    };
    Some((from, from.checked_add(length).ok()?))
}

/// `this week`, `last month`, `next year`; a week begins on Monday.
fn period(which: &str, unit: &str, today: Date) -> Option<Days> {
    let steps = match which {
        "this" => 0,
        "last" => -1,
        "next" => 1,
        _ => return None,
    };
    let (this, length) = match unit {
        "week" => {
            let since = i32::from(Weekday::Monday.until(today.weekday()));
            (today.checked_sub(since.days()).ok()?, 1.week())
        }
        "month" => (today.first_of_month(), 1.month()),
        "quarter" => {
            let first = (today.month() - 1) / 3 * 3 + 1;
            (Date::new(today.year(), first, 1).ok()?, 3.months())
        }
        "year" => (today.first_of_year(), 1.year()),
        _ => return None,
    };
    let from = this.checked_add(length.checked_mul(steps).ok()?).ok()?;
    Some((from, from.checked_add(length).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_at(words: &str, kind: Kind, now: &str) -> Option<(String, String)> {
        let now: Zoned = now.parse().expect("a moment");
        read(words, kind, &now).map(|span| (span.from, span.until))
    }

    #[test]
    fn words_are_spans_of_days() {
        // A Wednesday.
        let now = "2026-03-04T15:30[Europe/Berlin]";
        for (words, from, until) in [
            ("today", "2026-03-04", "2026-03-05"),
            (" Yesterday ", "2026-03-03", "2026-03-04"),
            ("tomorrow", "2026-03-05", "2026-03-06"),
            ("-7d", "2026-02-25", "2026-03-05"),
            ("last 7 days", "2026-02-25", "2026-03-05"),
            ("+2w", "2026-03-04", "2026-03-19"),
            ("-1m", "2026-02-04", "2026-03-05"),
            ("this week", "2026-03-02", "2026-03-09"),
            ("last week", "2026-02-23", "2026-03-02"),
            ("last month", "2026-02-01", "2026-03-01"),
            ("next month", "2026-04-01", "2026-05-01"),
            ("this quarter", "2026-01-01", "2026-04-01"),
            ("last quarter", "2025-10-01", "2026-01-01"),
            ("this year", "2026-01-01", "2027-01-01"),
            ("2025", "2025-01-01", "2026-01-01"),
            ("2024-02", "2024-02-01", "2024-03-01"),
            ("2024-02-29", "2024-02-29", "2024-03-01"),
        ] {
            let due = Some((from.to_owned(), until.to_owned()));
            assert_eq!(read_at(words, Kind::Date, now), due, "{words}");
        }
    }

    #[test]
    fn instants_begin_at_midnight_where_the_person_is() {
        let now = "2026-03-04T15:30[Europe/Berlin]";
        let today = read_at("today", Kind::ZonedTimestamp, now).expect("a span");
        assert_eq!(today.0, "2026-03-03 23:00:00+00");
        assert_eq!(today.1, "2026-03-04 23:00:00+00");
        // The night in which clocks are put forward has an hour less.
        let day = read_at("2026-03-29", Kind::ZonedTimestamp, now).expect("a span");
        assert_eq!(day.0, "2026-03-28 23:00:00+00");
        assert_eq!(day.1, "2026-03-29 22:00:00+00");
        let hours = read_at("-2h", Kind::ZonedTimestamp, now).expect("a span");
        assert_eq!(hours.0, "2026-03-04 12:30:00+00");
        assert_eq!(hours.1, "2026-03-04 14:30:01+00");
    }

    #[test]
    fn what_is_no_span_is_none() {
        for words in [
            "",
            "soon",
            "-7",
            "7d",
            "-2h",
            "this",
            "this day",
            "2026-13",
            "26",
            "-99999999999d",
            "2026-02-30",
            "last x days",
            "-7d -7d",
        ] {
            assert_eq!(
                read_at(words, Kind::Date, "2026-03-04T15:30[UTC]"),
                None,
                "{words}"
            );
        }
        assert_eq!(read_at("today", Kind::Time, "2026-03-04T15:30[UTC]"), None);
    }
}
